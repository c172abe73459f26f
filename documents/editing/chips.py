"""Figures as the editor shows them: how chips read now, and the picker with every figure that can be cited."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import override

from documents.assembly import figure_from_json, frozen_as_json
from documents.models import Text
from documents.reading import RULES, show, ways_of
from documents.registry import Figure, draw, exhibit_names, is_key, missing, providers, resolve, subjects_of

READ_AT_ONCE = 1000


def chips_shown(chips: list[dict[str, Any]], *, text: Text) -> list[dict[str, Any]]:
    """For every chip, in order, how it reads in the text's language, and where it comes from.

    A language that is written after another was issued reads the figures of that issue.
    """
    language, document = text.language, text.part.document
    if document.is_draft:
        figures = resolve(str(chip.get("key", "")) for chip in chips if not chip.get("exhibit"))
    else:
        frozen = document.frozen_figures.all()
        figures = {figure.key: figure_from_json(frozen_as_json(figure), language) for figure in frozen}
    return [
        _exhibit(chip, language) if chip.get("exhibit") else _chip(chip, figures.get(str(chip.get("key"))), language)
        for chip in chips
    ]


def _chip(chip: dict[str, Any], found: Figure | None, language: str) -> dict[str, Any]:
    figure = found or missing()
    shown = show(figure, chip, language)
    answer = {
        "text": shown.text,
        "status": shown.status,
        "problem": shown.problem,
        "label": str(figure.label),
        "source": str(figure.source),
        "source_url": figure.source_url,
    }
    if chip.get("ways"):
        answer["ways"] = _ways(figure, chip, language)
    return answer


def _ways(figure: Figure, chip: dict[str, Any], language: str) -> list[dict[str, str]]:
    """Each reading that suits the figure, with its rule and what it would say."""
    if figure.status != "ok":
        return []
    rules = {name: (str(label), str(rule)) for name, label, rule in RULES}
    return [
        {
            "reads": way,
            "label": rules[way][0],
            "rule": rules[way][1],
            "text": (shown := show(figure, {**chip, "reads": way}, language)).text,
            "status": shown.status,
        }
        for way in ways_of(figure)
    ]


def _exhibit(chip: dict[str, Any], language: str) -> dict[str, Any]:
    key = str(chip.get("key"))
    if not is_key(key):
        return {"status": "missing", "title": key, "svg": "", "header": [], "rows": [], "source": "", "alternative": ""}
    with override(language):
        exhibit = draw(key, language)
        return {
            "status": exhibit.status,
            "title": str(exhibit.title),
            "alternative": str(exhibit.alternative),
            "svg": str(exhibit.svg),
            "header": [str(cell) for cell in exhibit.table_header],
            "rows": [[str(cell) for cell in row] for row in exhibit.table_rows],
            "source": str(exhibit.source),
        }


def picker_groups(*, person: Any, language: str) -> list[dict[str, Any]]:
    """Subjects in the order of their rooms, each with its figures and exhibits: one call a subject for all values."""
    figure_names = {subject: provider.names for subject, provider in providers().items()}
    drawn = exhibit_names()
    entries = [
        (subject, permanent_id, str(label))
        for subject in sorted({*figure_names, *drawn})
        for permanent_id, label in subjects_of(subject, person)
    ]
    figures = resolve(
        f"{subject}:{permanent_id}:{name}"
        for subject, permanent_id, _label in entries
        for name in figure_names.get(subject, ())
    )
    return [
        {
            "subject": subject,
            "label": label,
            "figures": list(_picked(f"{subject}:{permanent_id}", figure_names.get(subject, {}), figures, language)),
            "exhibits": [
                {"key": f"{subject}:{permanent_id}:{name}", "label": str(title)}
                for name, title in drawn.get(subject, {}).items()
            ],
        }
        for subject, permanent_id, label in entries
    ]


def _picked(
    prefix: str, names: Mapping[str, Any], figures: Mapping[str, Figure], language: str
) -> Iterator[dict[str, str]]:
    for name, label in names.items():
        key = f"{prefix}:{name}"
        shown = show(figures[key], {"key": key}, language)
        yield {"key": key, "label": str(label), "text": shown.text, "status": shown.status}
