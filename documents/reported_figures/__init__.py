"""Figures that documents themselves keep: those that somebody reported by hand, and which values were reviewed."""
