"""Cited figures (chips) as the editor shows them: their present wording, and changes since their last review."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, override

from documents.assembly import frozen_as_json
from documents.drift import drift_of, reviewed
from documents.models import Document, ReviewedFigure, Text
from texts.material import figure_from_json
from texts.reading import RULES, show, ways_of
from texts.registry import Figure, draw, is_key, missing, resolve

READ_AT_ONCE = 1000


def describe_chips(chips: list[dict[str, Any]], *, text: Text) -> list[dict[str, Any]]:
    """Return, for every chip in order, how it is worded in the text's language and where its value comes from.

    A chip is {"key", "exhibit", "ways", …}: the attributes of its node, `exhibit` true for an exhibit, `ways` true to
    ask for every wording that suits the figure. A draft shows present values. Once a language has been issued, all
    texts of the document show the figures frozen with it.
    """
    language, document = text.language, text.part.document
    seen: dict[str, ReviewedFigure] = {}
    keys = [str(chip.get("key", "")) for chip in chips if not chip.get("exhibit")]
    if document.is_draft:
        seen = reviewed(document, keys)
    figures = figures_of(document, keys, language)

    def shown(chip: dict[str, Any]) -> dict[str, Any]:
        key = str(chip.get("key"))
        return (
            _exhibit(chip, language) if chip.get("exhibit") else _chip(chip, figures.get(key), language, seen.get(key))
        )

    return [shown(chip) for chip in chips]


def figures_of(document: Document, keys: Iterable[str], language: str) -> dict[str, Figure]:
    """Return the figures by key: present values for a draft, frozen ones for an issued document."""
    if document.is_draft:
        return resolve(keys)
    return {figure.key: figure_from_json(frozen_as_json(figure), language) for figure in document.frozen_figures.all()}


def _chip(chip: dict[str, Any], found: Figure | None, language: str, seen: dict[str, ReviewedFigure]) -> dict[str, Any]:
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
    drift = drift_of(seen, figure, chip, language, get_language() or "en")
    if drift:
        answer["drift"] = drift.sentence
    if chip.get("ways"):
        answer["ways"] = _wordings(figure, chip, language)
    return answer


def _wordings(figure: Figure, chip: dict[str, Any], language: str) -> list[dict[str, str]]:
    """Return each wording that suits the figure, with its rule and the resulting text; none without a value."""
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
