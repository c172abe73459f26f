"""A Word file becomes a draft: the request, the job that reads it, and its report."""
