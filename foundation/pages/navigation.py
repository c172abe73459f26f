"""The main navigation. Apps register their entry in `AppConfig.ready`; pages show them in order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    """An entry of the main navigation."""

    label: Any  # lazily translated
    url_name: str
    order: int
    shown_to: Callable[[Any], bool] | None = None

    @property
    def url(self) -> str:
        """The address in the active language."""
        return reverse(self.url_name)


_entries: dict[str, Entry] = {}


def register(label: Any, url_name: str, order: int, shown_to: Callable[[Any], bool] | None = None) -> None:
    """Register an entry for everyone, or for viewers (None: not signed in) for whom `shown_to(viewer)` is true."""
    _entries[url_name] = Entry(label, url_name, order, shown_to)


def entries_for(viewer: Any) -> list[Entry]:
    """Return the entries for this viewer, in order."""
    shown = (entry for entry in _entries.values() if entry.shown_to is None or entry.shown_to(viewer))
    return sorted(shown, key=lambda entry: (entry.order, entry.url_name))
