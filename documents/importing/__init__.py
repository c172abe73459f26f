"""A Word file becomes a draft: checked before it is opened, read by pandoc in its sandbox, mapped block by block."""
