"""The pages and imports with which protocol officers keep the register of States and organizations."""
