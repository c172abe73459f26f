"""The material of a text: everything that a rendition needs, as plain JSON that can be hashed and frozen.

A material is {"form", "language", "draft", "masthead", "styles", "parts", "figures", "exhibits", "frozen_at", …}. The
texts of its parts are already set in house style. Figures are stored under their keys, exhibits under
"<language> <key>".
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from foundation.text import LANGUAGES
from texts import numbering, reading, registry
from texts.house_style import style_of
from texts.registry import Exhibit, Figure
from texts.schema import walk_placed

Material = dict[str, Any]


# --- Figures and exhibits as JSON -------------------------------------------------------------------------------------
def figure_as_json(figure: Figure) -> dict[str, Any]:
    """Return `figure` as JSON, with label and source in every language, because one freeze serves all languages."""
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
    """Return the figure stored by `figure_as_json`, with label and source in `language`."""
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


def exhibit_as_json(exhibit: Exhibit) -> dict[str, Any]:
    """Return `exhibit` as JSON, in the language in which it was drawn."""
    return {
        "svg": str(exhibit.svg),
        "header": [str(cell) for cell in exhibit.table_header],
        "rows": [[str(cell) for cell in row] for row in exhibit.table_rows],
        "title": str(exhibit.title),
        "alternative": str(exhibit.alternative),
        "source": str(exhibit.source),
        "status": exhibit.status,
    }


# --- The whole material -----------------------------------------------------------------------------------------------
def hash_of(material: Material, *more: str) -> str:
    """Return the SHA-256 of `material` and the strings `more`, independent of key order and white space."""
    written = json.dumps([material, *more], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def numbering_of(material: Material) -> numbering.Numbering:
    """Return the numbering of all parts of `material`."""
    parts = [numbering.NumberedPart(part["key"], part["kind"], part["content"]) for part in material["parts"]]
    style = style_of(material, material["language"])
    return numbering.number(parts, material["language"], footnotes_run_on=material["footnotes_run_on"], style=style)


def freeze_moment(material: Material, moment: dt.datetime) -> Material:
    """Return `material` as issued at `moment`: no longer a draft."""
    return {**material, "draft": False, "frozen_at": moment.isoformat()}


# --- Cited figures ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Place:
    """A place in a text: part, language, and the ids of the enclosing blocks, the innermost last."""

    part: str
    language: str
    blocks: tuple[str, ...]

    @property
    def block(self) -> str:
        """The id of the innermost block, or an empty string."""
        return self.blocks[-1] if self.blocks else ""


@dataclass(frozen=True)
class CitedFigure:
    """A figure in one of the ways it is cited, for the list on the draft's page.

    `attrs` are the attributes of the first citation.
    """

    key: str
    label: str
    source: str
    source_url: str
    shown: reading.Shown
    attrs: Mapping[str, Any]
    places: list[Place]

    @property
    def times(self) -> int:
        """How often the figure is cited in this way."""
        return len(self.places)


def cited_figures(material: Material) -> list[CitedFigure]:
    """Return the cited figures in reading order, one entry for each way in which a figure is cited.

    Labels and sources are in the reader's language, the figures themselves in the language of their part.
    """
    found: dict[tuple[str, str, str], CitedFigure] = {}
    reader = translation.get_language() or "en"
    reader = reader if reader in LANGUAGES else "en"
    for part in material["parts"]:
        for node, blocks in walk_placed(part["content"]):
            if node["type"] != "figure":
                continue
            attrs = node["attrs"]
            key = attrs["key"]
            shown = show_figure(material, attrs, part["language"])
            written = material["figures"][key]
            label, source = written["label"][reader], written["source"][reader]
            cited = CitedFigure(key, label, source, written["source_url"], shown, attrs, [])
            cited = found.setdefault((key, shown.text, shown.problem), cited)
            cited.places.append(Place(part["key"], part["language"], blocks))
    return list(found.values())


def show_figure(material: Material, attrs: Mapping[str, Any], language: str) -> reading.Shown:
    """Return how the figure cited with `attrs` reads in `language`.

    A figure that is not in the material is shown as missing.
    """
    written = material["figures"].get(attrs["key"])
    figure = figure_from_json(written, language) if written else registry.missing()
    return reading.show(figure, dict(attrs), language)
