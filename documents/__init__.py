"""The document engine: texts, live figures, issuing, renditions."""
