"""Meetings of governing bodies, their item trees, papers and decisions."""
