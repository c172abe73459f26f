"""Documents as records: drafts, editing, review, clearance, issuing, translation and stored files."""
