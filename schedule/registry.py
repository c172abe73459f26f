"""Whose an occasion is. A room above registers a reader in its `beside.py`; this room imports none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from schedule.models import Occasion


@dataclass(frozen=True)
class Owner:
    """The workshop or meeting: what it is called, where its page is, where its released programme is read."""

    title: str
    url: str
    programme_url: str


Reader = Callable[[Occasion], Owner | None]
_readers: list[Reader] = []


def owns_occasions(reader: Reader) -> Reader:
    """Registers `reader(occasion) -> Owner`, or None for an occasion of another room."""
    _readers.append(reader)
    return reader


def owner_of(occasion: Occasion) -> Owner | None:
    return next((owner for reader in _readers if (owner := reader(occasion)) is not None), None)
