"""The data for the page of a draft: its parts and languages, figures, files and problems."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents.assembly import NothingToShow, assemble, frozen_as_json
from documents.draft_status import edit_url
from documents.drift import Drift, drift_of, reviewed
from documents.models import Document, Part, Rendition, ReviewedFigure, Text
from documents.services.issue import obstacles_to_issue
from foundation.pages.languages import OWN_NAMES
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from texts import registry
from texts.material import CitedFigure, Material, Place, cited_figures, figure_from_json, numbering_of
from texts.numbering import Numbering
from texts.problems import Problem, located_problems, problems_of
from texts.prose import changed_sources
from texts.reading import show


@dataclass(frozen=True)
class PartRow:
    part: Part
    label: str
    languages: list[tuple[str, str]]


@dataclass(frozen=True)
class FigureLine:
    """A figure as one text cites it.

    `now` is the plain value of its source if the text words it differently, and empty otherwise.
    """

    cited: CitedFigure
    now: str
    drift: Drift | None
    places: list[tuple[str, str]]  # (description, URL in the editor)


@dataclass(frozen=True)
class LanguageRow:
    """A language in which the draft has a main text, with its figures, problems and files."""

    code: str
    name: str
    figures: list[FigureLine]
    problems: list[Problem]
    changed_sources: list[str]
    renditions: list[Rendition]

    @property
    def drifted(self) -> int:
        return sum(line.drift is not None for line in self.figures)

    @property
    def unsound(self) -> int:
        return sum(not line.cited.shown.is_sound for line in self.figures)


@dataclass(frozen=True)
class DraftOverview:
    parts: list[PartRow]
    languages: list[LanguageRow] = field(default_factory=list)


def overview_of(document: Document) -> DraftOverview:
    """Return what the page shows, in a constant number of queries for each language."""
    texts: dict[int, list[str]] = {}
    for part_id, language in Text.objects.filter(part__document=document).values_list("part_id", "language"):
        texts.setdefault(part_id, []).append(language)
    parts = list(document.parts.order_by("position"))
    main = next((part for part in parts if part.kind == Part.Kind.MAIN), None)
    codes = [code for code in LANGUAGES if main and code in texts.get(main.pk, ())]
    files: dict[str, list[Rendition]] = {}
    for rendition in document.renditions.select_related("job", "file")[:20]:
        rendition.document = document
        files.setdefault(rendition.language, []).append(rendition)
    languages = []
    labels: dict[str, str] = {}
    for code in codes:
        material = assemble(document, code)
        numbers = numbering_of(material)
        if not labels:
            labels = {key: numbers.annex_heading(key) for key in numbers.annexes}
        changed = changed_sources((part["content"] for part in material["parts"] if part["language"] == code), code)
        languages.append(
            LanguageRow(
                code,
                OWN_NAMES[code],
                _figure_lines(document, material, numbers),
                located_problems(material),
                [str(label) for label in changed.values()],
                files.get(code, [])[:3],
            )
        )
    rows = [
        PartRow(
            part,
            labels.get(part.key, "") or str(part.get_kind_display()),
            [(code, OWN_NAMES[code]) for code in LANGUAGES if code in texts.get(part.pk, ())],
        )
        for part in parts
    ]
    return DraftOverview(rows, languages)


def _figure_lines(document: Document, material: Material, numbers: Numbering) -> list[FigureLine]:
    cited = cited_figures(material)
    seen = reviewed(document, (figure.key for figure in cited))
    return [_figure_line(document, material, numbers, figure, seen.get(figure.key)) for figure in cited]


def _figure_line(
    document: Document, material: Material, numbers: Numbering, cited: CitedFigure, seen: ReviewedFigure | None
) -> FigureLine:
    language = cited.places[0].language
    figure = figure_from_json(material["figures"][cited.key], language)
    plain = show(figure, {"reads": "auto"}, language).text if figure.status == "ok" else ""
    places: dict[str, str] = {}
    for place in cited.places:
        places.setdefault(_place_words(place, numbers), edit_url(document, place))
    return FigureLine(
        cited,
        "" if plain.casefold() == cited.shown.text.casefold() else plain,
        drift_of(seen, figure, cited.attrs, language, get_language() or "en"),
        list(places.items()),
    )


def _place_words(place: Place, numbers: Numbering) -> str:
    """Return a description such as `paragraph 12` or `Annex I, paragraph 3`.

    Blocks without a number are described by their part.
    """
    number = next((numbers.paragraphs[block] for block in place.blocks if block in numbers.paragraphs), "")
    annex = numbers.annexes.get(place.part, "")
    words = [_("Annex %(number)s") % {"number": annex}] if annex else []
    if number:
        words.append(_("paragraph %(number)s") % {"number": number})
    return ", ".join(words) or _("the main text")


def languages_without_text(document: Document) -> list[tuple[str, str]]:
    if document.concerns_language:
        return []
    have = set(
        Text.objects.filter(part__document=document, part__kind=Part.Kind.MAIN).values_list("language", flat=True)
    )
    return [(code, OWN_NAMES[code]) for code in LANGUAGES if code not in have]


def makers(person: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the choices of the "Make annex from" buttons.

    Each entry is the label of an annex maker with its subjects as pairs of form value and label.
    """
    offered = []
    for subject, maker in registry.annex_makers().items():
        choices = [(f"{subject} {permanent_id}", str(label)) for permanent_id, label in maker.subjects(person)]
        if choices:
            offered.append((str(maker.label), choices))
    return sorted(offered)


def obstacles(document: Document, language: str) -> list[str]:
    """Return, in sentences, everything that prevents the document from being issued in `language`."""
    found = obstacles_to_issue(document, language, database_now())
    frozen = {figure.key: frozen_as_json(figure) for figure in document.frozen_figures.all()}
    try:
        return found + problems_of(assemble(document, language, frozen if document.issued_at else None))
    except NothingToShow:
        return [*found, _("This document has no text in that language.")]
