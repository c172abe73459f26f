"""A document as one self-contained HTML file, for archives and for reading outside the portal."""

from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from texts.masthead import words_in
from texts.material import Material
from texts.rendering.page import set_document

STYLESHEET = Path(__file__).parent / "assets" / "standalone.css"


def render(material: Material) -> tuple[bytes, dict[str, Any]]:
    """Return the HTML file and its report."""
    laid = set_document(material, "page")
    context = {
        "m": material,
        "head": material["masthead"],
        "laid": laid,
        "words": words_in(material),
        "style": STYLESHEET.read_text(encoding="utf-8"),
    }
    markup = render_to_string("texts/print/standalone.html", context)
    return markup.encode("utf-8"), {"report": laid.report}
