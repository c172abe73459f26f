"""The text engine: schema, numbering, figures, material, rendering, Word files and comparison. No models, no views."""
