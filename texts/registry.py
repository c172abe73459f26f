"""Where rooms publish figures, exhibits and annex makers. This room knows none of them.

A key is `<room>.<subject>:<permanent id>:<name>`; the name may have dots. Rooms register in their `figures.py`, which
every process loads. How a figure reads is an attribute of the chip that cites it (`texts.reading`).
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
    """A number or fact with where it comes from. Only `ok` carries a value.

    Values are JSON: see the table in docs/architecture.md. `label` and `source` may be lazily translated.
    `qualified` marks a count that its source reports as a lower bound only ("more than 350").
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
            raise ValueError(f"a figure that is {self.status} carries no value")
        if self.status == "ok" and self.value is None:
            raise ValueError("a figure without a value says why: not-yet, suppressed or missing")


@dataclass(frozen=True)
class Exhibit:
    """A chart or table drawn by a room. `svg` may be empty where the table says it all."""

    svg: SafeString | str
    table_header: list[str]
    table_rows: list[list[str]]
    title: str
    alternative: str
    source: str
    status: FigureStatus = "ok"


class AnnexMaker(Protocol):
    """`build` answers with a list of block nodes (JSON of texts/schema.json), with live figures and exhibits."""

    label: Any

    def subjects(self, person: Any) -> list[tuple[str, str]]: ...

    def build(self, subject_id: str, language: str) -> list[dict[str, Any]]: ...


Provider = Callable[[Mapping[str, set[str]]], Mapping[tuple[str, str], Figure]]
NamesOf = Callable[[list[str]], Mapping[str, Mapping[str, Any]]]
Subjects = Callable[[Any], list[tuple[str, str]]]
ExhibitProvider = Callable[[str, str, str], Exhibit]


@dataclass(frozen=True)
class RegisteredProvider:
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
    """Registers `provide({permanent id: {name, …}}) -> {(permanent id, name): Figure}` for one subject.

    A constant number of queries, however many ids are asked. What is not answered is missing. `names` are the labels
    that the picker shows; names that depend on the subject's own rows (`score.<section>`) are listed by
    `names_of([permanent id, …]) -> {permanent id: {name: label}}`, in a constant number of queries too.
    """

    def register(provide: Provider) -> Provider:
        _once(_providers, subject, RegisteredProvider(provide, dict(names), names_of))
        return provide

    return register


def figure_subjects(subject: str) -> Callable[[Subjects], Subjects]:
    """Registers `subjects(person) -> [(permanent id, label)]` for the picker."""

    def register(subjects: Subjects) -> Subjects:
        _once(_subjects, subject, subjects)
        return subjects

    return register


def exhibit_provider(
    subject: str, *, names: Mapping[str, Any] | None = None
) -> Callable[[ExhibitProvider], ExhibitProvider]:
    """Registers `exhibit(permanent id, name, language) -> Exhibit`."""

    def register(exhibit: ExhibitProvider) -> ExhibitProvider:
        _once(_exhibits, subject, exhibit)
        _exhibit_names[subject] = dict(names or {})
        return exhibit

    return register


def annex_maker(subject: str) -> Callable[[type], type]:
    """Registers a class with `label`, `subjects(person)` and `build(subject_id, language)`."""

    def register(maker: type) -> type:
        _once(_annex_makers, subject, maker())
        return maker

    return register


def _once(registry: dict[str, Any], subject: str, entry: Any) -> None:
    if subject in registry:
        raise ValueError(f"{subject} is registered twice")
    registry[subject] = entry


def is_key(text: object) -> bool:
    return isinstance(text, str) and _KEY.match(text) is not None


def split_key(key: str) -> tuple[str, str, str]:
    """(subject, permanent id, name)."""
    if not is_key(key):
        raise ValueError(f"not the key of a figure: {key!r}")
    subject, permanent_id, name = key.split(":", 2)
    return subject, permanent_id, name


def missing(label: str = "") -> Figure:
    return Figure("text", None, label or _("unknown figure"), status="missing")


_reading: ContextVar[dict[str, dict[Any, Any]] | None] = ContextVar("reading", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Within it rows that providers ask by `once` are read once: figures and exhibits agree, and cost one reading."""
    token = _reading.set({})
    try:
        yield
    finally:
        _reading.reset(token)


def once(what: str, ids: Iterable[Any], read: Callable[[list[Any]], Mapping[Any, Any]]) -> dict[Any, Any]:
    """`read(ids)`; within a reading only for those ids that have not been read in it. Unknown ones are left out."""
    asked = list(ids)
    kept = _reading.get()
    known = {} if kept is None else kept.setdefault(what, {})
    unread = [identity for identity in asked if identity not in known]
    if unread:
        known |= dict.fromkeys(unread) | dict(read(unread))
    return {identity: known[identity] for identity in asked if known[identity] is not None}


def resolve(keys: Iterable[str]) -> dict[str, Figure]:
    """The present figure of every key, one call a subject. An unknown subject, id or name is missing, not an error."""
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
    subject, _permanent_id, name = split_key(key)
    names = _providers[subject].names if subject in _providers else {}
    return str(names.get(name, "")) or name


def draw(key: str, language: str) -> Exhibit:
    """The exhibit of a key; one that nobody draws is missing."""
    subject, permanent_id, name = split_key(key)
    if subject not in _exhibits:
        return missing_exhibit(key)
    return _exhibits[subject](permanent_id, name, language) or missing_exhibit(key)


def missing_exhibit(key: str) -> Exhibit:
    return Exhibit("", [], [], key, "", "", status="missing")


def names_listed(subject: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    """{permanent id: {name: label}}: what can be cited of these subjects, the general names first."""
    if subject not in _providers:
        return {identity: {} for identity in ids}
    registered = _providers[subject]
    own = registered.names_of(ids) if registered.names_of and ids else {}
    return {identity: {**registered.names, **own.get(identity, {})} for identity in ids}


def providers() -> dict[str, RegisteredProvider]:
    return dict(_providers)


def subjects_of(subject: str, person: Any) -> list[tuple[str, str]]:
    return _subjects[subject](person) if subject in _subjects else []


def exhibit_names() -> dict[str, Mapping[str, Any]]:
    return dict(_exhibit_names)


def annex_makers() -> dict[str, AnnexMaker]:
    return dict(_annex_makers)
