"""From the material of a document to a file: PDF, Word, HTML. Nothing is fetched, and each runs within limits."""
