"""Registry of the figures, exhibits and annexes that apps offer to documents. It knows none of the apps.

A key is `<app>.<subject>:<permanent id>:<name>`; the name may contain dots. Apps register in their `figures.py` and
`annexes.py`, which every process loads. How a figure reads is chosen where it is cited (see `texts.reading`).
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

FigureKind = Literal[
    "count", "share", "ratio", "money", "ordinal", "date", "dates", "names", "text", "majority", "score"
]
FigureStatus = Literal["ok", "not-yet", "suppressed", "missing"]

KEY_PATTERN = r"^[a-z_]+\.[a-z_]+:[A-Za-z0-9._-]{1,100}:[A-Za-z0-9._-]{1,100}$"
_KEY = re.compile(KEY_PATTERN)


@dataclass(frozen=True)
class Figure:
    """A number or fact with its source. Only a figure with status `ok` has a value.

    The value is JSON; its shape depends on `kind`. `label` and `source` may be lazily translated. `n` and `total` are
    the numbers from which a share was computed. `qualified` marks a count that its source reports only as a lower bound
    ("more than 350").
    """

    kind: FigureKind
    value: Any
    label: Any
    n: int | None = None
    total: int | None = None
    source: Any = ""
    source_url: str = ""
    status: FigureStatus = "ok"
    qualified: Literal["", "more-than"] = ""

    def __post_init__(self) -> None:
        if self.status != "ok" and self.value is not None:
            raise ValueError(f"a figure with status {self.status} must not have a value")
        if self.status == "ok" and self.value is None:
            raise ValueError("a figure without a value needs a status: not-yet, suppressed or missing")


@dataclass(frozen=True)
class Exhibit:
    """A chart or table drawn by an app. `svg` is empty for exhibits that are only a table."""

    svg: SafeString | str
    table_header: list[str]
    table_rows: list[list[str]]
    title: str
    alternative: str
    source: str
    status: FigureStatus = "ok"


class AnnexMaker(Protocol):
    """A builder of annexes from an app's data.

    `subjects` returns the (id, label) pairs that a person may choose from. `build` returns block nodes (see
    texts/schema.json) with live figures and exhibits.
    """

    label: Any

    def subjects(self, person: Any) -> list[tuple[str, str]]: ...

    def build(self, subject_id: str, language: str) -> list[dict[str, Any]]: ...


Provider = Callable[[Mapping[str, set[str]]], Mapping[tuple[str, str], Figure]]
NamesOf = Callable[[list[str]], Mapping[str, Mapping[str, Any]]]
Subjects = Callable[[Any], list[tuple[str, str]]]
ExhibitProvider = Callable[[str, str, str], Exhibit]


@dataclass(frozen=True)
class RegisteredProvider:
    """A provider of figures with the labels of its names, both fixed and per subject."""

    provide: Provider
    names: Mapping[str, Any]
    names_of: NamesOf | None = None


_providers: dict[str, RegisteredProvider] = {}
_subjects: dict[str, Subjects] = {}
_exhibits: dict[str, ExhibitProvider] = {}
_exhibit_names: dict[str, Mapping[str, Any]] = {}
_annex_makers: dict[str, AnnexMaker] = {}


def figure_provider(
    subject: str, *, names: Mapping[str, Any], names_of: NamesOf | None = None
) -> Callable[[Provider], Provider]:
    """Register `provide({permanent id: {name, …}}) -> {(permanent id, name): Figure}` for one subject.

    A provider takes a constant number of queries for any number of ids. A figure that it leaves out is missing. `names`
    are the labels shown in the picker. Names that depend on the subject's own rows (`score.<section>`) are listed by
    `names_of([permanent id, …]) -> {permanent id: {name: label}}`, again in a constant number of queries.
    """

    def register(provide: Provider) -> Provider:
        _once(_providers, subject, RegisteredProvider(provide, dict(names), names_of))
        return provide

    return register


def figure_subjects(subject: str) -> Callable[[Subjects], Subjects]:
    """Register `subjects(person) -> [(permanent id, label)]` for the picker."""

    def register(subjects: Subjects) -> Subjects:
        _once(_subjects, subject, subjects)
        return subjects

    return register


def exhibit_provider(
    subject: str, *, names: Mapping[str, Any] | None = None
) -> Callable[[ExhibitProvider], ExhibitProvider]:
    """Register `exhibit(permanent id, name, language) -> Exhibit` for one subject.

    `names` are the labels shown in the picker.
    """

    def register(exhibit: ExhibitProvider) -> ExhibitProvider:
        _once(_exhibits, subject, exhibit)
        _exhibit_names[subject] = dict(names or {})
        return exhibit

    return register


def annex_maker(subject: str) -> Callable[[type], type]:
    """Register an AnnexMaker class for one subject."""

    def register(maker: type) -> type:
        _once(_annex_makers, subject, maker())
        return maker

    return register


def _once(registry: dict[str, Any], subject: str, entry: Any) -> None:
    if subject in registry:
        raise ValueError(f"{subject} is registered twice")
    registry[subject] = entry


def is_key(text: object) -> bool:
    """Return whether `text` has the form of a key."""
    return isinstance(text, str) and _KEY.match(text) is not None


def split_key(key: str) -> tuple[str, str, str]:
    """Return (subject, permanent id, name). Raises ValueError if `key` is malformed."""
    if not is_key(key):
        raise ValueError(f"not the key of a figure: {key!r}")
    subject, permanent_id, name = key.split(":", 2)
    return subject, permanent_id, name


def missing(label: str = "") -> Figure:
    """Return a figure with status `missing`."""
    return Figure("text", None, label or _("unknown figure"), status="missing")


_reading: ContextVar[dict[str, dict[Any, Any]] | None] = ContextVar("reading", default=None)


@contextmanager
def shared_reads() -> Iterator[None]:
    """Cache the rows that providers read through `read_once` until the end of the block.

    Figures and exhibits then agree with each other, and each row is read once.
    """
    token = _reading.set({})
    try:
        yield
    finally:
        _reading.reset(token)


def read_once(what: str, ids: Iterable[Any], read: Callable[[list[Any]], Mapping[Any, Any]]) -> dict[Any, Any]:
    """Return `read(ids)`, reading within `shared_reads` only the ids not read before. Unknown ids are left out.

    `what` names the kind of row in the cache.
    """
    asked = list(ids)
    cached = _reading.get()
    known = {} if cached is None else cached.setdefault(what, {})
    unread = [identity for identity in asked if identity not in known]
    if unread:
        known |= dict.fromkeys(unread) | dict(read(unread))
    return {identity: known[identity] for identity in asked if known[identity] is not None}


def resolve(keys: Iterable[str]) -> dict[str, Figure]:
    """Return the current figure of every well-formed key, with one provider call per subject.

    An unknown subject, id or name gives a missing figure, not an error.
    """
    wanted = sorted({key for key in keys if is_key(key)})
    asked: dict[str, dict[str, set[str]]] = {}
    for key in wanted:
        subject, permanent_id, name = split_key(key)
        asked.setdefault(subject, {}).setdefault(permanent_id, set()).add(name)
    answered: dict[str, Mapping[tuple[str, str], Figure]] = {}
    for subject, ids in asked.items():
        answered[subject] = _providers[subject].provide(ids) if subject in _providers else {}
    figures = {}
    for key in wanted:
        subject, permanent_id, name = split_key(key)
        figures[key] = answered[subject].get((permanent_id, name)) or missing(label_of(key))
    return figures


def label_of(key: str) -> str:
    """Return the label of a key's name, or the name itself if the provider does not list it."""
    subject, _permanent_id, name = split_key(key)
    names = _providers[subject].names if subject in _providers else {}
    return str(names.get(name, "")) or name


def draw(key: str, language: str) -> Exhibit:
    """Return the exhibit of a key in `language`, or a missing exhibit if no app draws it."""
    subject, permanent_id, name = split_key(key)
    if subject not in _exhibits:
        return missing_exhibit(key)
    return _exhibits[subject](permanent_id, name, language) or missing_exhibit(key)


def missing_exhibit(key: str) -> Exhibit:
    """Return an exhibit with status `missing`."""
    return Exhibit("", [], [], key, "", "", status="missing")


def citable_names(subject: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Return {permanent id: {name: label}} of all citable figures of these subjects, the general names first."""
    if subject not in _providers:
        return {identity: {} for identity in ids}
    registered = _providers[subject]
    own = registered.names_of(ids) if registered.names_of and ids else {}
    return {identity: {**registered.names, **own.get(identity, {})} for identity in ids}


def providers() -> dict[str, RegisteredProvider]:
    """Return the registered figure providers by subject."""
    return dict(_providers)


def subjects_of(subject: str, person: Any) -> list[tuple[str, str]]:
    """Return the (permanent id, label) pairs that the picker offers to `person`."""
    return _subjects[subject](person) if subject in _subjects else []


def exhibit_names() -> dict[str, Mapping[str, Any]]:
    """Return the labels of exhibit names by subject."""
    return dict(_exhibit_names)


def annex_makers() -> dict[str, AnnexMaker]:
    """Return the registered annex makers by subject."""
    return dict(_annex_makers)
