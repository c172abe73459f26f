"""The picker: every figure and exhibit that can be cited, by room and subject, with its present value; page by page.

What can be cited now stands before what is not known yet; with words, what is called so before what only contains them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.utils.translation import get_language, override

from documents.models import Text
from foundation.text import LANGUAGES, fold
from texts.reading import show
from texts.registry import Figure, exhibit_names, names_listed, providers, resolve, split_key, subjects_of
from texts.schema import cited_keys

PAGE = 60
# So many are computed at most, to know what can be cited now and to look for a number among the values.
COMPUTED = 1500
_STATUS = {"ok": 0, "not-yet": 1, "suppressed": 2, "missing": 3}
# How near a word comes: the beginning of a word in the label, within the label, in the subject, elsewhere.
_BEGINS, _IN_LABEL, _IN_SUBJECT, _ELSEWHERE = range(4)


@dataclass(frozen=True)
class _Entry:
    """`labels`, `subjects` and `folded` are what is searched, in every language of the portal."""

    room: str
    subject: str
    of: str
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
    """Everything that can be cited, in the order of the rooms; a constant number of queries a subject."""
    drawn = exhibit_names()
    for subject in sorted({*providers(), *drawn}):
        room = _room(subject)
        listed = subjects_of(subject, person)
        names = names_listed(subject, [identity for identity, _label in listed])
        for identity, of in listed:
            for labels, is_exhibit in ((names[identity], False), (drawn.get(subject, {}), True)):
                for name, label in labels.items():
                    key = f"{subject}:{identity}:{name}"
                    folded = fold(f"{room} {of} {label} {key}")
                    yield _Entry(
                        room, subject, str(of), key, str(label), is_exhibit, fold(str(label)), fold(str(of)), folded
                    )


def _entries_in_every_language(person: Any) -> list[_Entry]:
    """As the reader's page names them, found by what they are called in the other languages too."""
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
    return replace(
        entry,
        labels=f"{entry.labels} {other.labels}",
        subjects=f"{entry.subjects} {other.subjects}",
        folded=f"{entry.folded} {other.folded}",
    )


def picked(
    *,
    person: Any,
    language: str,
    words: str = "",
    room: str = "",
    start: int = 0,
    exhibits: bool = True,
    cited: Iterable[str] = (),
) -> dict[str, Any]:
    """{"rooms", "groups", "more", "found"}: one page of what matches all words.

    Subjects of which the text cites something already (`cited`, keys) come first. What its source does not know at all
    is offered only to who searches for it.
    """
    wanted = fold(words).split()
    entries = _entries_in_every_language(person) if wanted else list(_entries(person))
    rooms = list(dict.fromkeys(entry.room for entry in entries))
    plain = [word for word in wanted if not _has_digit(word)]
    entries = [
        entry
        for entry in entries
        if (not room or entry.room == room)
        and (exhibits or not entry.is_exhibit)
        and all(word in entry.folded for word in plain)
    ]
    figures = resolve([entry.key for entry in entries if not entry.is_exhibit][:COMPUTED])
    matching = [
        entry
        for entry in entries
        if _matches(entry, [word for word in wanted if _has_digit(word)], figures.get(entry.key), language)
        and (wanted or _status(entry, figures) != "missing")
    ]
    matching = _in_order(matching, wanted, figures, {split_key(key)[:2] for key in cited})
    page = matching[start : start + PAGE]
    figures |= resolve(entry.key for entry in page if not entry.is_exhibit and entry.key not in figures)
    return {
        "rooms": rooms,
        "groups": _groups(page, figures, language),
        "found": len(matching),
        "more": start + PAGE if start + PAGE < len(matching) else None,
    }


def cited_in(text: Text) -> set[str]:
    """Keys of the figures and exhibits of all texts of its document in that language."""
    contents = Text.objects.filter(part__document=text.part.document_id, language=text.language)
    return {
        key for content in contents.values_list("content", flat=True) for keys in cited_keys(content) for key in keys
    }


def _groups(page: list[_Entry], figures: dict[str, Figure], language: str) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    before = None
    for entry in page:
        if entry.group != before:
            before = entry.group
            shown = {"subject": entry.subject, "room": entry.room, "label": entry.of, "figures": [], "exhibits": []}
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
    entries: list[_Entry], wanted: list[str], figures: dict[str, Figure], cited: set[tuple[str, ...]]
) -> list[_Entry]:
    """Group by group: the nearest to the words first, then what the text cites; in a group what can be cited now.

    What is only about a subject that is called so stands behind everything that is itself called so.
    """
    near = {entry.key: _distance(entry, wanted) for entry in entries}
    best: dict[tuple[str, str], tuple[int, int]] = {}
    for entry in entries:
        # Whether an exhibit can be drawn is known only by drawing it.
        rank = (1 if entry.is_exhibit else _STATUS[_status(entry, figures)], near[entry.key])
        best[entry.group] = min(best.get(entry.group, rank), rank)
    place = {group: number for number, group in enumerate(best)}

    def order(entry: _Entry) -> tuple[Any, ...]:
        status, nearest = best[entry.group]
        return (
            _is_called_otherwise(near[entry.key]), status > 0, nearest, entry.group not in cited, place[entry.group],
            entry.is_exhibit, _STATUS[_status(entry, figures)], near[entry.key],
        )  # fmt: skip

    return sorted(entries, key=order)


def _is_called_otherwise(distance: int) -> bool:
    return distance > _IN_LABEL


def _distance(entry: _Entry, wanted: list[str]) -> int:
    """Of the word that comes least near."""
    return max((_distance_of(entry, word) for word in wanted), default=0)


def _distance_of(entry: _Entry, word: str) -> int:
    if f" {word}" in f" {entry.labels}":
        return _BEGINS
    if word in entry.labels:
        return _IN_LABEL
    return _IN_SUBJECT if word in entry.subjects else _ELSEWHERE


def _status(entry: _Entry, figures: dict[str, Figure]) -> str:
    return figures[entry.key].status if entry.key in figures else "ok"


def _matches(entry: _Entry, digits: list[str], figure: Figure | None, language: str) -> bool:
    """A number may be in the name, or be the present value."""
    missing = [word for word in digits if word not in entry.folded]
    if not missing:
        return True
    if figure is None or figure.status != "ok":
        return False
    value = fold(show(figure, {}, language).text)
    return all(word in value for word in missing)


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


def _room(subject: str) -> str:
    label = subject.partition(".")[0]
    return str(apps.get_app_config(label).verbose_name) if apps.is_installed(label) else label
