"""Any two versions of a document compared: additions and deletions marked, moved paragraphs told from deleted ones."""
