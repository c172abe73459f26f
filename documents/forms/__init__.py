"""Forms for drafts, the document list, review, clearance, circulation and reissue."""
