"""Columns that hold text in the form used for sorting and searching."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from foundation.text.fold import fold


class FoldedField(models.CharField):
    """The folded text of other columns, in the given order, written whenever the row is saved.

    `QuerySet.update` does not write it: update this column too when you change one of the others that way.
    """

    def __init__(self, *args: Any, of: Sequence[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        kwargs |= {"db_collation": "C", "editable": False, "blank": True}
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Leave out the arguments that this field always sets."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["db_collation"], kwargs["editable"], kwargs["blank"]
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, row: models.Model, add: bool) -> str:
        """Compute the folded text, set it on the row and return it."""
        key = fold(" ".join(getattr(row, name) for name in self.of))[: self.max_length]
        setattr(row, self.attname, key)
        return key
