"""Forms of drafts and public pages, and of the life of a document."""
