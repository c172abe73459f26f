"""The Virtual Dialogue: topics, contributions, moderation, selected comments."""
