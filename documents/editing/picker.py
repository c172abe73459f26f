"""The picker: every figure and exhibit that can be cited, by room and subject, with its present value; page by page."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps

from documents.reading import show
from documents.registry import exhibit_names, names_listed, providers, resolve, subjects_of
from foundation.text import fold

PAGE = 60
# A number that is searched for may be the value of any figure: so many are computed at most to look.
VALUES_SEARCHED = 1500


@dataclass(frozen=True)
class _Entry:
    room: str
    subject: str
    of: str
    key: str
    label: str
    is_exhibit: bool
    folded: str


def _entries(person: Any) -> list[_Entry]:
    """Everything that can be cited, in the order of the rooms; a constant number of queries a subject."""
    drawn = exhibit_names()
    found = []
    for subject in sorted({*providers(), *drawn}):
        room = _room(subject)
        listed = subjects_of(subject, person)
        names = names_listed(subject, [identity for identity, _label in listed])
        for identity, of in listed:
            for labels, is_exhibit in ((names[identity], False), (drawn.get(subject, {}), True)):
                for name, label in labels.items():
                    key = f"{subject}:{identity}:{name}"
                    folded = fold(f"{room} {of} {label} {key}")
                    found.append(_Entry(room, subject, str(of), key, str(label), is_exhibit, folded))
    return found


def picked(
    *, person: Any, language: str, words: str = "", room: str = "", start: int = 0, exhibits: bool = True
) -> dict[str, Any]:
    """{"rooms", "groups", "more", "found"}: one page of what matches all words, values computed for that page alone."""
    entries = _entries(person)
    rooms = list(dict.fromkeys(entry.room for entry in entries))
    entries = [entry for entry in entries if (not room or entry.room == room) and (exhibits or not entry.is_exhibit)]
    wanted = fold(words).split()
    by_value = _by_value(entries, wanted, language) if any(character.isdigit() for character in words) else {}
    matching = [
        entry
        for entry in entries
        if all(word in entry.folded or word in by_value.get(entry.key, "") for word in wanted)
    ]
    page = matching[start : start + PAGE]
    figures = resolve(entry.key for entry in page if not entry.is_exhibit)
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in page:
        group = groups.setdefault(
            (entry.subject, entry.of),
            {"subject": entry.subject, "room": entry.room, "label": entry.of, "figures": [], "exhibits": []},
        )
        if entry.is_exhibit:
            group["exhibits"].append({"key": entry.key, "label": entry.label})
        else:
            shown = show(figures[entry.key], {"key": entry.key}, language)
            group["figures"].append(
                {"key": entry.key, "label": entry.label, "text": shown.text, "status": shown.status}
            )
    return {
        "rooms": rooms,
        "groups": list(groups.values()),
        "found": len(matching),
        "more": start + PAGE if start + PAGE < len(matching) else None,
    }


def _room(subject: str) -> str:
    label = subject.partition(".")[0]
    return str(apps.get_app_config(label).verbose_name) if apps.is_installed(label) else label


def _by_value(entries: list[_Entry], wanted: list[str], language: str) -> dict[str, str]:
    """key -> its present value, folded, of those that match all words but those with a digit in them."""
    words = [word for word in wanted if not any(character.isdigit() for character in word)]
    asked = [entry.key for entry in entries if not entry.is_exhibit and all(word in entry.folded for word in words)][
        :VALUES_SEARCHED
    ]
    return {
        key: fold(show(figure, {}, language).text) for key, figure in resolve(asked).items() if figure.status == "ok"
    }
