"""IDM years, themes, topics, workshops, participants, materials, funding."""
