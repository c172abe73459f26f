"""Reading of Word files: checked first, read by Pandoc in its sandbox, then converted block by block."""
