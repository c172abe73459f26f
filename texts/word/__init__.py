"""Reading Word files: checked before they are opened, read by pandoc in its sandbox, mapped block by block."""
