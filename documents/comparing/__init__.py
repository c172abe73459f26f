"""Comparisons of two versions of a document, as a page and as a PDF."""
