"""Load the imports of this app, so that workers know them."""

from membership.entities import imports

__all__ = ["imports"]
