"""Versions of a document, and the comparison of any two of them as a page or a PDF."""
