"""All that a rendition needs, put together once: masthead, parts, figures, exhibits. Plain JSON, hashed and frozen."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from documents import numbering, reading, registry
from documents.house_style import set_in_style, style_of, styles_for
from documents.masthead import masthead_of
from documents.models import AnnexMarks, Document, FrozenFigure, Part, Text
from documents.registry import Exhibit, Figure
from documents.schema import Content, cited_keys, walk_placed
from foundation.text import LANGUAGES

Material = dict[str, Any]


class NothingToShow(Exception):
    """The document has no main text in that language."""


# --- Figures as JSON --------------------------------------------------------------------------------------------------
def figure_as_json(figure: Figure) -> dict[str, Any]:
    """Label and source in every language, since one freeze serves all languages."""
    return {
        "kind": figure.kind,
        "value": figure.value,
        "n": figure.n,
        "total": figure.total,
        "label": _in_languages(figure.label),
        "source": _in_languages(figure.source),
        "source_url": str(figure.source_url),
        "status": figure.status,
        "qualified": figure.qualified,
    }


def _in_languages(text: Any) -> dict[str, str]:
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            words[language] = str(text)
    return words


def figure_from_json(written: Mapping[str, Any], language: str) -> Figure:
    return Figure(
        kind=written["kind"],
        value=written["value"],
        label=written["label"][language],
        n=written["n"],
        total=written["total"],
        source=written["source"][language],
        source_url=written["source_url"],
        status=written["status"],
        qualified=written["qualified"],
    )


def frozen_as_json(frozen: FrozenFigure) -> dict[str, Any]:
    return {
        "kind": frozen.kind,
        "value": frozen.value,
        "n": frozen.n,
        "total": frozen.total,
        "label": frozen.label,
        "source": frozen.source,
        "source_url": frozen.source_url,
        "status": "ok",
        "qualified": frozen.qualified,
    }


def exhibit_as_json(exhibit: Exhibit) -> dict[str, Any]:
    return {
        "svg": str(exhibit.svg),
        "header": [str(cell) for cell in exhibit.table_header],
        "rows": [[str(cell) for cell in row] for row in exhibit.table_rows],
        "title": str(exhibit.title),
        "alternative": str(exhibit.alternative),
        "source": str(exhibit.source),
        "status": exhibit.status,
    }


# --- Material ---------------------------------------------------------------------------------------------------------
def parts_in(document: Document, language: str, contents: Mapping[int, Content] | None = None) -> list[dict[str, Any]]:
    """The parts with the text that language shows: its own, or for an annex without one the original, marked "only".

    With `contents` (by the id of the text) the texts are as they were at another moment; one without was not there yet.
    """
    texts: dict[int, dict[str, Text]] = {}
    for text in Text.objects.filter(part__document=document):
        if contents is not None:
            if text.pk not in contents:
                continue
            text.content = contents[text.pk]
        texts.setdefault(text.part_id, {})[text.language] = text
    shown = []
    mains = 0
    for part in Part.objects.filter(document=document).order_by("position"):
        existing = texts.get(part.pk, {})
        mains = len(existing) if part.kind == Part.Kind.MAIN else mains
        text = existing.get(language)
        if text is None and part.kind == Part.Kind.ANNEX:
            text = existing.get(document.original_language) or next(iter(existing.values()), None)
        if text is None:
            if part.kind == Part.Kind.MAIN:
                raise NothingToShow(language)
            continue
        with translation.override(language):
            title = part.title
        only = part.kind == Part.Kind.ANNEX and len(existing) == 1
        if document.annex_marks == AnnexMarks.LATER and mains < 2:
            only = False
        shown.append(
            {
                "key": part.key,
                "kind": part.kind,
                "title": title,
                "language": text.language,
                "only": text.language if only else "",
                "content": text.content,
                "heads_itself": part.heads_itself,
            }
        )
    if not shown or shown[0]["kind"] != Part.Kind.MAIN:
        raise NothingToShow(language)
    return shown


def assemble(
    document: Document,
    language: str,
    figures: Mapping[str, dict[str, Any]] | None = None,
    *,
    contents: Mapping[int, Content] | None = None,
) -> Material:
    """The material of a document as it stands. With `figures` these are taken (frozen ones), else all are computed."""
    parts = parts_in(document, language, contents)
    styles = styles_for(document.body)
    for part in parts:
        part["content"] = set_in_style(part["content"], styles[part["language"]], part["language"])
    cited = [(part["language"], *cited_keys(part["content"])) for part in parts]
    keys = {key for _language, figured, _drawn in cited for key in figured}
    exhibits: dict[str, dict[str, Any]] = {}
    with registry.one_reading():
        # The figures first: their providers read all subjects at once, an exhibit its own alone.
        if figures is None:
            live = {key: figure_as_json(figure) for key, figure in registry.resolve(keys).items()}
        else:
            live = {key: figures[key] if key in figures else figure_as_json(registry.missing()) for key in sorted(keys)}
        for spoken, _figured, drawn in cited:
            with translation.override(spoken):
                for key in sorted(drawn):
                    exhibits[f"{spoken} {key}"] = exhibit_as_json(registry.draw(key, spoken))
    return {
        "form": 1,
        "language": language,
        "draft": document.is_draft,
        "masthead": masthead_of(document, language, styles[language]["words"]),
        "styles": {part["language"]: styles[part["language"]] for part in parts} | {language: styles[language]},
        "footnotes_run_on": document.footnotes_run_on,
        "lists_annexes": document.lists_annexes,
        "annex_marks": document.annex_marks,
        "lists_contents": document.lists_contents,
        "parts": parts,
        "figures": live,
        "exhibits": exhibits,
        "frozen_at": "",
    }


def hash_of(material: Material, *more: str) -> str:
    """The same material, the same hash; key order and white space make no difference."""
    written = json.dumps([material, *more], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def numbering_of(material: Material) -> numbering.Numbering:
    parts = [numbering.NumberedPart(part["key"], part["kind"], part["content"]) for part in material["parts"]]
    style = style_of(material, material["language"])
    return numbering.number(parts, material["language"], footnotes_run_on=material["footnotes_run_on"], style=style)


# --- What keeps it from being issued ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Place:
    """Where something stands: the part, the language of its text, and the blocks around it, the innermost last."""

    part: str
    language: str
    blocks: tuple[str, ...]

    @property
    def block(self) -> str:
        return self.blocks[-1] if self.blocks else ""


@dataclass(frozen=True)
class CitedFigure:
    """A figure as one text cites it, for the list of the draft's page. `attrs` are those of the first that cites it."""

    key: str
    label: str
    source: str
    source_url: str
    shown: reading.Shown
    attrs: Mapping[str, Any]
    places: list[Place]

    @property
    def times(self) -> int:
        return len(self.places)


def cited_figures(material: Material) -> list[CitedFigure]:
    """Every figure in the ways it is cited, in reading order."""
    found: dict[tuple[str, str, str], CitedFigure] = {}
    reader = translation.get_language() or "en"
    reader = reader if reader in LANGUAGES else "en"
    for part in material["parts"]:
        for node, blocks in walk_placed(part["content"]):
            if node["type"] != "figure":
                continue
            attrs = node["attrs"]
            key = attrs["key"]
            shown = show_chip(material, attrs, part["language"])
            written = material["figures"][key]
            label, source = written["label"][reader], written["source"][reader]
            cited = CitedFigure(key, label, source, written["source_url"], shown, attrs, [])
            cited = found.setdefault((key, shown.text, shown.problem), cited)
            cited.places.append(Place(part["key"], part["language"], blocks))
    return list(found.values())


def show_chip(material: Material, attrs: Mapping[str, Any], language: str) -> reading.Shown:
    written = material["figures"].get(attrs["key"])
    figure = figure_from_json(written, language) if written else registry.missing()
    return reading.show(figure, dict(attrs), language)


@dataclass(frozen=True)
class Problem:
    """What keeps a document from being issued, with the first place where it stands."""

    words: str
    place: Place


def located_problems(material: Material) -> list[Problem]:
    """In reading order, each once."""
    numbers = numbering_of(material)
    found: dict[str, Problem] = {}
    for part in material["parts"]:
        for node, blocks in walk_placed(part["content"]):
            words = _problem_with(node, material, part, numbers)
            if words:
                found.setdefault(words, Problem(words, Place(part["key"], part["language"], blocks)))
    return list(found.values())


def _problem_with(
    node: Content, material: Material, part: Mapping[str, Any], numbers: numbering.Numbering
) -> str | None:
    attrs = node.get("attrs") or {}
    if node["type"] == "figure":
        shown = show_chip(material, attrs, part["language"])
        return None if shown.is_sound else shown.problem
    if node["type"] == "exhibit":
        exhibit = material["exhibits"][f"{part['language']} {attrs['key']}"]
        if exhibit["status"] != "ok":
            return _("The exhibit “%(key)s” cannot be drawn.") % {"key": exhibit["title"] or attrs["key"]}
        return None
    if node["type"] == "cross_reference" and numbers.refer(attrs["target"]) is None:
        where = numbers.annexes.get(part["key"], "")
        where = _("Annex %(number)s") % {"number": where} if where else _("the main text")
        return _("A cross-reference in %(where)s points at nothing.") % {"where": where}
    return None


def problems_of(material: Material) -> list[str]:
    """What keeps the document from being issued, each in a sentence that names it."""
    return [problem.words for problem in located_problems(material)]


def freeze_moment(material: Material, moment: dt.datetime) -> Material:
    return {**material, "draft": False, "frozen_at": moment.isoformat()}
