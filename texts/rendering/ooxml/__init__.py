"""Writer for Word files, whose numbers, references and layout are Word's own and not plain text."""
