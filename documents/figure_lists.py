"""The figures and exhibits that a document cites, with their places and sources."""

from dataclasses import dataclass

from texts.material import Material, cited_figures, numbering_of
from texts.schema import Content


@dataclass(frozen=True)
class FigureRow:
    reads: str
    is_sound: bool
    status: str
    label: str
    key: str
    n: int | None
    total: int | None
    source: str
    source_url: str
    where: str
    times: int


@dataclass(frozen=True)
class ExhibitRow:
    title: str
    key: str
    source: str
    is_drawn: bool


def figure_rows(material: Material) -> list[FigureRow]:
    """Return the cited figures in reading order, one row for each wording of a figure."""
    places = _places(material)
    rows = []
    for cited in cited_figures(material):
        written = material["figures"][cited.key]
        rows.append(
            FigureRow(
                cited.shown.text,
                cited.shown.is_sound,
                "" if cited.shown.is_sound else str(cited.shown.status_words),
                cited.label,
                cited.key,
                written["n"],
                written["total"],
                cited.source,
                cited.source_url,
                ", ".join(places.get(cited.key, ())),
                cited.times,
            )
        )
    return rows


def exhibit_rows(material: Material) -> list[ExhibitRow]:
    return [
        ExhibitRow(exhibit["title"], key.split(" ", 1)[1], exhibit["source"], exhibit["status"] == "ok")
        for key, exhibit in material["exhibits"].items()
    ]


def _places(material: Material) -> dict[str, list[str]]:
    """Return, for each key, the numbers of the paragraphs and annexes that cite it."""
    numbers = numbering_of(material)
    places: dict[str, list[str]] = {}

    def visit(node: Content, place: str) -> None:
        identity = (node.get("attrs") or {}).get("id", "")
        here = numbers.paragraphs.get(identity)
        place = f"{place}{here}" if here else place
        if node["type"] == "figure":
            shown = place.rstrip("/")
            found = places.setdefault(node["attrs"]["key"], [])
            if shown and shown not in found:
                found.append(shown)
        for child in node.get("content") or ():
            visit(child, place)

    for part in material["parts"]:
        annex = numbers.annexes.get(part["key"], "")
        visit(part["content"], f"{annex}/" if annex else "")
    return places
