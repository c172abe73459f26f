"""Find the owner of an occasion. Higher apps register a reader in `related.py`; this app imports none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from schedule.models import Occasion


@dataclass(frozen=True)
class Owner:
    """The workshop or meeting of an occasion: its title, its page and the page of its published programme."""

    title: str
    url: str
    programme_url: str


Reader = Callable[[Occasion], Owner | None]
_readers: list[Reader] = []


def owns_occasions(reader: Reader) -> Reader:
    """Register `reader(occasion) -> Owner`, which returns None for an occasion of another app."""
    _readers.append(reader)
    return reader


def owner_of(occasion: Occasion) -> Owner | None:
    return next((owner for reader in _readers if (owner := reader(occasion)) is not None), None)
