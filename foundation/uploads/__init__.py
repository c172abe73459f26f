"""Stored files: named by what they contain, written before their row, served so that nothing in them runs."""
