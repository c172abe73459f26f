"""Editing of one row by two people at the same time: neither loses a change."""

from foundation.editing.locking import (
    Clash,
    EditVersioned,
    check_version,
    content_version,
    lock_unchanged,
    save_versioned,
)

__all__ = ["Clash", "EditVersioned", "check_version", "content_version", "lock_unchanged", "save_versioned"]
