"""Word files written element by element: what Word is to count, refer to and lay out, it gets as its own."""
