"""Questionnaires, invitations, responses, scores, coded comments."""
