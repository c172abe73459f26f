"""Questionnaires, invitations, responses, scores and coded comments."""
