"""The portal's charts as pictures for Word: the SVG of foundation.pages.charts, drawn with Pillow."""

import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SCALE = 3  # dots for each pixel of the drawing
_LARGEST = 4000
_FONT = "source-sans-3-{}-{}-normal.woff2"


@dataclass(frozen=True)
class Picture:
    """A PNG file with its display size in pixels."""

    content: bytes
    width: int
    height: int


def picture_of(svg: str) -> Picture | None:
    """Return a chart as a picture, or None if it has more than rectangles and text; its table then replaces it."""
    try:
        # Safe to parse: the portal drew and escaped this SVG, and "<!" rules out entity declarations.
        root = ElementTree.fromstring(svg) if "<!" not in svg else None  # noqa: S314
    except ElementTree.ParseError:
        root = None
    if root is None:
        return None
    width, height = _number(root.get("width")), _number(root.get("height"))
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        return None
    size = _number(root.get("font-size")) or 15
    drawn = Image.new("RGB", (round(width * SCALE), round(height * SCALE)), "white")
    pen = ImageDraw.Draw(drawn)
    for element in root.iter():
        kind = element.tag.rsplit("}", 1)[-1]
        x, y = _number(element.get("x")) * SCALE, _number(element.get("y")) * SCALE
        if kind == "rect":
            right, below = x + _number(element.get("width")) * SCALE, y + _number(element.get("height")) * SCALE
            pen.rectangle((x, y, right - 1, below - 1), fill=element.get("fill") or "#000000")
        elif kind == "text":
            weight = "600" if element.get("font-weight") in {"600", "700", "bold"} else "400"
            _write(pen, x, y, element.text or "", weight, round(size * SCALE), element.get("fill") or "#000000")
        elif kind not in {"svg", "title", "desc", "g"}:
            return None
    # A palette keeps the file small, because charts have few colours. The same drawing gives the same bytes.
    made = io.BytesIO()
    drawn.quantize(64).save(made, "PNG", optimize=True)
    return Picture(made.getvalue(), round(width), round(height))


def _write(pen: ImageDraw.ImageDraw, x: float, y: float, text: str, weight: str, size: int, fill: str) -> None:
    """Draw text on its baseline. Characters beyond Latin-1 are in a separate font file."""
    for piece in re.findall(r"[\x00-\xff\u2010-\u2044\u20ac]+|[^\x00-\xff\u2010-\u2044\u20ac]+", text):
        font = _font("latin" if ord(piece[0]) < 256 or 0x2010 <= ord(piece[0]) <= 0x20AC else "latin-ext", weight, size)
        pen.text((x, y), piece, font=font, fill=fill, anchor="ls")
        x += pen.textlength(piece, font=font)


@cache
def _font(letters: str, weight: str, size: int) -> ImageFont.FreeTypeFont:
    path = Path(settings.BASE_DIR) / "static" / "fonts" / _FONT.format(letters, weight)
    return ImageFont.truetype(io.BytesIO(path.read_bytes()), size)


def _number(written: str | None) -> float:
    found = re.match(r"-?[\d.]+", written or "")
    return float(found[0]) if found else 0.0
