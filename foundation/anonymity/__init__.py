"""Keep anonymous rows apart from their authors: sealed while they wait, moved as a set, then gone from the disk."""
