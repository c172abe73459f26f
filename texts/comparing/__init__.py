"""Comparison of two materials: insertions, deletions and moves, by word and by block."""
