"""Translating a document: paragraphs of each language aligned with the original, and files for outside translators."""
