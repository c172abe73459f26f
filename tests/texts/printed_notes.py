"""Find footnotes and their calls on the pages of a PDF, with pypdf and pikepdf."""

import io
import re
from typing import Any, NamedTuple

import pikepdf
from pypdf import PdfReader

from texts.material import Material


class Place(NamedTuple):
    page: int
    height: float


def with_notes(material: Material, words: str = "") -> Material:
    """Return the material with a footnote at the end of every text: its call follows `call7`, it begins `note7`."""
    count = 0

    def noted(node: dict[str, Any]) -> dict[str, Any]:
        nonlocal count
        content = node.get("content") or []
        if not any(child["type"] in {"text", "figure", "reference"} for child in content):
            return {**node, "content": [noted(child) for child in content]} if content else node
        count += 1
        call_text = {"type": "text", "text": f" call{count}"}
        text = [{"type": "text", "text": f"note{count} {words}".strip()}]
        note = {"type": "footnote", "attrs": {"id": f"probe-{count}"}, "content": text}
        return {**node, "content": [*content, call_text, note]}

    parts = [{**part, "content": noted(part["content"])} for part in material["parts"]]
    return {**material, "parts": parts}


def words_placed(content: bytes) -> dict[str, Place]:
    """Return the place of each `call7` and `note7`."""
    places: dict[str, Place] = {}
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages, 1):

        def visit(text: str, cm: list[float], tm: list[float], *_rest: Any, number: int = number) -> None:
            for word in re.findall(r"(?:call|note)\d+", text):
                places.setdefault(word, Place(number, tm[5] * cm[3] + cm[5]))

        page.extract_text(visitor_text=visit)
    return places


def notes_placed(content: bytes) -> list[tuple[Place, Place]]:
    """Return for each footnote, in order, the places of its call and its number, according to the links of the file."""
    file = pikepdf.open(io.BytesIO(content))
    numbers = {page.obj.objgen: number for number, page in enumerate(file.pages, 1)}
    names = list(file.Root.Names.Dests.Names)
    places = {}
    for name, destination in zip(names[::2], names[1::2], strict=True):
        page, _kind, _left, top, *_zoom = destination if isinstance(destination, pikepdf.Array) else destination.D
        places[str(name)] = Place(numbers[page.objgen], float(top))
    notes = [name for name in places if re.fullmatch(r"note-\d+", name)]
    return [(places[f"{note}-call"], places[note]) for note in sorted(notes, key=lambda name: int(name[5:]))]
