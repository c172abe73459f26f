"""Figures that `documents` stores itself: those entered by hand, and those reviewed in drafts."""
