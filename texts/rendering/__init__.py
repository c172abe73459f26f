"""Rendering of materials as PDF, Word and HTML files, without network access and within limits."""
