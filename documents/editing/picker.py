"""The figure picker: search, in pages, every figure and exhibit that a document can cite, with its present value.

Figures that have a value come before those that have none yet. In a search, entries whose label matches come before
entries that match only through their subject.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps as installed_apps
from django.utils.translation import get_language, override

from documents.models import Text
from foundation.text import LANGUAGES, fold
from texts.reading import show
from texts.registry import Figure, citable_names, exhibit_names, providers, resolve, split_key, subjects_of
from texts.schema import cited_keys

PAGE = 60
# At most so many figures are computed to rank the entries and to search for a number among their values.
COMPUTED = 1500
_STATUS = {"ok": 0, "not-yet": 1, "suppressed": 2, "missing": 3}
# How well a word matches: it begins a word of the label, is inside the label, in the subject, or elsewhere.
_BEGINS, _IN_LABEL, _IN_SUBJECT, _ELSEWHERE = range(4)


@dataclass(frozen=True)
class _Entry:
    """A figure or exhibit on offer. `labels`, `subjects` and `folded` are the folded texts that are searched."""

    app: str
    subject: str
    subject_label: str
    key: str
    label: str
    is_exhibit: bool
    labels: str
    subjects: str
    folded: str

    @property
    def group(self) -> tuple[str, str]:
        subject, identity, _name = split_key(self.key)
        return subject, identity


def _entries(person: Any) -> Iterator[_Entry]:
    """Yield everything that can be cited, app by app, with a constant number of queries for each subject."""
    drawn = exhibit_names()
    for subject in sorted({*providers(), *drawn}):
        app = _app_name(subject)
        listed = subjects_of(subject, person)
        names = citable_names(subject, [identity for identity, _label in listed])
        for identity, subject_label in listed:
            for labels, is_exhibit in ((names[identity], False), (drawn.get(subject, {}), True)):
                for name, label in labels.items():
                    key = f"{subject}:{identity}:{name}"
                    folded = fold(f"{app} {subject_label} {label} {key}")
                    yield _Entry(
                        app=app,
                        subject=subject,
                        subject_label=str(subject_label),
                        key=key,
                        label=str(label),
                        is_exhibit=is_exhibit,
                        labels=fold(str(label)),
                        subjects=fold(str(subject_label)),
                        folded=folded,
                    )


def _entries_in_every_language(person: Any) -> list[_Entry]:
    """Return the entries labelled in the active language and searchable in all languages of the portal."""
    entries = list(_entries(person))
    reader = get_language() or "en"
    for language in LANGUAGES:
        if language == reader:
            continue
        with override(language):
            others = {entry.key: entry for entry in _entries(person)}
        entries = [_joined(entry, others[entry.key]) if entry.key in others else entry for entry in entries]
    return entries


def _joined(entry: _Entry, other: _Entry) -> _Entry:
    """Return the entry, searchable by the words of `other` (the same entry in another language) as well."""
    return replace(
        entry,
        labels=f"{entry.labels} {other.labels}",
        subjects=f"{entry.subjects} {other.subjects}",
        folded=f"{entry.folded} {other.folded}",
    )


def search_figures(
    *,
    person: Any,
    language: str,
    words: str = "",
    app: str = "",
    start: int = 0,
    exhibits: bool = True,
    cited: Iterable[str] = (),
) -> dict[str, Any]:
    """Return one page of the entries that match all words: {"apps", "groups", "more", "found"}.

    `apps` are the names of all apps on offer, for the filter `app`; `found` is the number of matches and `more` the
    start of the next page, or None. Among equal matches, subjects that the document already cites (`cited` are its
    keys) come first. Figures that do not exist for their subject appear only in a search.
    """
    search_words = fold(words).split()
    entries = _entries_in_every_language(person) if search_words else list(_entries(person))
    apps = list(dict.fromkeys(entry.app for entry in entries))
    plain = [word for word in search_words if not _has_digit(word)]
    entries = [
        entry
        for entry in entries
        if (not app or entry.app == app)
        and (exhibits or not entry.is_exhibit)
        and all(word in entry.folded for word in plain)
    ]
    figures = resolve([entry.key for entry in entries if not entry.is_exhibit][:COMPUTED])
    matching = [
        entry
        for entry in entries
        if _matches(entry, [word for word in search_words if _has_digit(word)], figures.get(entry.key), language)
        and (search_words or _status(entry, figures) != "missing")
    ]
    matching = _in_order(matching, search_words, figures, {split_key(key)[:2] for key in cited})
    page = matching[start : start + PAGE]
    figures |= resolve(entry.key for entry in page if not entry.is_exhibit and entry.key not in figures)
    return {
        "apps": apps,
        "groups": _groups(page, figures, language),
        "found": len(matching),
        "more": start + PAGE if start + PAGE < len(matching) else None,
    }


def cited_in(text: Text) -> set[str]:
    """Return the keys of figures and exhibits that the document cites in the language of this text."""
    contents = Text.objects.filter(part__document=text.part.document_id, language=text.language)
    return {
        key for content in contents.values_list("content", flat=True) for keys in cited_keys(content) for key in keys
    }


def _groups(page: list[_Entry], figures: dict[str, Figure], language: str) -> list[dict[str, Any]]:
    """Return the entries of a page grouped by subject, as the browser shows them."""
    groups: list[dict[str, Any]] = []
    before = None
    for entry in page:
        if entry.group != before:
            before = entry.group
            shown = {
                "subject": entry.subject,
                "app": entry.app,
                "label": entry.subject_label,
                "figures": [],
                "exhibits": [],
            }
            groups.append(shown)
        group = groups[-1]
        if entry.is_exhibit:
            group["exhibits"].append({"key": entry.key, "label": entry.label})
        else:
            value = show(figures[entry.key], {"key": entry.key}, language)
            group["figures"].append(
                {"key": entry.key, "label": entry.label, "text": value.text, "status": value.status}
            )
    return groups


def _in_order(
    entries: list[_Entry], search_words: list[str], figures: dict[str, Figure], cited: set[tuple[str, ...]]
) -> list[_Entry]:
    """Return the entries in order of relevance, those of one group together.

    Entries whose label matches come before entries that match only through their subject, app or key. Groups are then
    ordered by whether they have a figure with a value, how well their best entry matches, and whether the text cites
    them. Within a group, figures come before exhibits, and those with a value first.
    """
    distances = {entry.key: _distance(entry, search_words) for entry in entries}
    best: dict[tuple[str, str], tuple[int, int]] = {}
    for entry in entries:
        # Whether an exhibit can be drawn is known only after drawing it, so it ranks behind figures with a value.
        rank = (1 if entry.is_exhibit else _STATUS[_status(entry, figures)], distances[entry.key])
        best[entry.group] = min(best.get(entry.group, rank), rank)
    place = {group: number for number, group in enumerate(best)}

    def order(entry: _Entry) -> tuple[Any, ...]:
        status, nearest = best[entry.group]
        return (
            distances[entry.key] > _IN_LABEL, status > 0, nearest, entry.group not in cited, place[entry.group],
            entry.is_exhibit, _STATUS[_status(entry, figures)], distances[entry.key],
        )  # fmt: skip

    return sorted(entries, key=order)


def _distance(entry: _Entry, search_words: list[str]) -> int:
    """Return the distance of the word that matches worst."""
    return max((_distance_of(entry, word) for word in search_words), default=0)


def _distance_of(entry: _Entry, word: str) -> int:
    """Return how well a word matches: 0 begins a word of the label, 1 inside it, 2 the subject, 3 elsewhere."""
    if f" {word}" in f" {entry.labels}":
        return _BEGINS
    if word in entry.labels:
        return _IN_LABEL
    return _IN_SUBJECT if word in entry.subjects else _ELSEWHERE


def _status(entry: _Entry, figures: dict[str, Figure]) -> str:
    return figures[entry.key].status if entry.key in figures else "ok"


def _matches(entry: _Entry, digits: list[str], figure: Figure | None, language: str) -> bool:
    """Return whether each word with a digit occurs in the entry's names or in the figure's present value."""
    missing = [word for word in digits if word not in entry.folded]
    if not missing:
        return True
    if figure is None or figure.status != "ok":
        return False
    value = fold(show(figure, {}, language).text)
    return all(word in value for word in missing)


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


def _app_name(subject: str) -> str:
    """Return the name of the app that a subject belongs to."""
    label = subject.partition(".")[0]
    return str(installed_apps.get_app_config(label).verbose_name) if installed_apps.is_installed(label) else label
