"""The dated register of States and organizations, people and their accreditations, roles, sign-in."""
