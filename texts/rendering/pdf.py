"""PDF files by WeasyPrint: tagged, without network access, and reproducible byte for byte from the same material."""

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
# Texts in Latin script use fewer glyphs of one font than this.
_GLYPHS = 128


@functools.cache
def _style() -> tuple[CSS, FontConfiguration, CounterStyle]:
    """Return the parsed stylesheet with the portal's fonts, cached because parsing takes longer than a short note."""
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
        raise RuntimeError(f"the stylesheet asks for files that are not assets: {fetcher.denied}")
    return css, fonts, counters


def html_of(material: Material) -> tuple[str, list[str]]:
    """Return the HTML that is rendered, and a report of what could not be shown."""
    laid = set_document(material, "pdf")
    context = {"m": material, "head": material["masthead"], "laid": laid, "words": words_in(material)}
    return render_to_string(TEMPLATE, context), laid.report


def render(material: Material) -> tuple[bytes, dict[str, Any]]:
    """Return the PDF and its facts: number of pages and report."""
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
    """Render any HTML of the portal with the stylesheet of documents. The print pages of other apps use it too.

    `finisher(document, file)` may change the file before it is written (a hook of WeasyPrint).
    """
    fetcher = AssetFetcher()
    css, fonts, counters = _style()
    listener = _Listener()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
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
        logger.removeHandler(listener)
    report = fetcher.messages() + listener.messages() + footnotes.report_of(document)
    return target.getvalue(), {"pages": len(document.pages), "report": report}


class _Listener(logging.Handler):
    """Log handler that collects WeasyPrint's errors for the report."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.collected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.collected.append(record.getMessage()[:300])

    def messages(self) -> list[str]:
        return [
            _("Warning from the PDF software: %(message)s") % {"message": message}
            for message in dict.fromkeys(self.collected)
        ]


def warm() -> None:
    """Fill caches of imports, fonts and templates before the worker forks, so that its children share them."""
    get_template("texts/print/standalone.html")
    for language in LANGUAGES:
        with translation.override(language):
            render(sample(language))
    # WeasyPrint parses a C array type for each number of glyphs, 3 ms per font and document. cffi caches the types.
    for glyphs in range(1, _GLYPHS):
        ffi.typeof(f"hb_codepoint_t[{glyphs}]")
