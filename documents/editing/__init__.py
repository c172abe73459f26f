"""Collaborative editing of texts: the server orders the editing steps of several people and stores them."""
