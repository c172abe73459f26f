"""The text engine: schema, numbering, figures, material, rendering, Word files and comparison.

It has no models and no views.
"""
