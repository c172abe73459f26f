"""Two editors of one row: the second is shown both texts and loses neither."""

from foundation.editing.locking import Clash, EditVersioned, save_versioned

__all__ = ["Clash", "EditVersioned", "save_versioned"]
