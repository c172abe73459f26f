"""Import of Word files as drafts: the request, the job that reads the file, and its report."""
