"""PDF by WeasyPrint: tagged, in its language, nothing fetched, the same bytes for the same material."""

import functools
import io
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from weasyprint import CSS, HTML, Attachment
from weasyprint.css.counters import CounterStyle
from weasyprint.text.ffi import ffi
from weasyprint.text.fonts import FontConfiguration

from foundation.text import LANGUAGES
from texts.masthead import words_in
from texts.material import Material, hash_of
from texts.rendering import footnotes
from texts.rendering.fetcher import AssetFetcher
from texts.rendering.page import set_document
from texts.rendering.sample import sample
from texts.rendering.tagging import mend_links, own_structure

STYLESHEET = Path(__file__).parent / "assets" / "document.css"
TEMPLATE = "texts/print/document.html"
# A text in Latin letters uses fewer of one font.
_GLYPHS = 128


@functools.cache
def _style() -> tuple[CSS, FontConfiguration, CounterStyle]:
    """The parsed stylesheet with the portal's fonts, once a process: it costs more than a short note."""
    fonts, counters = FontConfiguration(), CounterStyle()
    fetcher = AssetFetcher()
    css = CSS(
        string=STYLESHEET.read_text(encoding="utf-8"),
        base_url="asset:",
        url_fetcher=fetcher,
        font_config=fonts,
        counter_style=counters,
    )
    if fetcher.denied:
        raise RuntimeError(f"the stylesheet asks for what is no asset: {fetcher.denied}")
    return css, fonts, counters


def html_of(material: Material) -> tuple[str, list[str]]:
    """The markup that is rendered, and what could not be shown, in words."""
    laid = set_document(material, "pdf")
    context = {"m": material, "head": material["masthead"], "laid": laid, "words": words_in(material)}
    return render_to_string(TEMPLATE, context), laid.report


def render(material: Material) -> tuple[bytes, dict[str, Any]]:
    """The file, and the facts of the rendering: pages and what was left out."""
    markup, report = html_of(material)
    content, facts = render_markup(markup, identifier=hash_of(material)[:32])
    return content, {**facts, "report": report + facts["report"]}


def render_markup(
    markup: str,
    *,
    identifier: str,
    variant: str = "pdf/ua-1",
    attachments: Sequence[Attachment] = (),
    finisher: Callable[[Any, Any], None] | None = None,
) -> tuple[bytes, dict[str, Any]]:
    """Any markup of the portal under the style of documents; other rooms' print pages come through here too.

    `finisher(document, file)` may change what is about to be written (WeasyPrint's own hook).
    """
    fetcher = AssetFetcher()
    css, fonts, counters = _style()
    heard = _Listener()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(heard)
    try:
        with footnotes.notes_stay():
            document = HTML(string=markup, base_url="asset:", url_fetcher=fetcher).render(
                stylesheets=[css], font_config=fonts, counter_style=counters.copy(), pdf_variant=variant
            )
        target = io.BytesIO()
        mend_links(document)
        with own_structure():
            document.write_pdf(
                target,
                finisher=finisher,
                pdf_variant=variant,
                pdf_identifier=identifier.encode(),
                attachments=list(attachments),
                custom_metadata=False,
            )
    finally:
        logger.removeHandler(heard)
    report = fetcher.told() + heard.told() + footnotes.report_of(document)
    return target.getvalue(), {"pages": len(document.pages), "report": report}


class _Listener(logging.Handler):
    """Hears what WeasyPrint could not do with the markup, so that the report can say it."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage()[:300])

    def told(self) -> list[str]:
        return [_("Renderer message: %(message)s") % {"message": message} for message in dict.fromkeys(self.heard)]


def warm() -> None:
    """Imports, fonts, templates and caches paid for once, before the worker forks: what it forks has them all."""
    get_template("texts/print/standalone.html")
    for language in LANGUAGES:
        with translation.override(language):
            render(sample(language))
    # Arrays of so many glyphs: WeasyPrint has the type of each length parsed anew, 3 ms for every font of a document.
    for glyphs in range(1, _GLYPHS):
        ffi.typeof(f"hb_codepoint_t[{glyphs}]")
