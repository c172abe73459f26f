"""Pieces of addresses: a symbol keeps its slashes, a language and a format are among those that exist."""

from documents.models import Rendition
from foundation.text import LANGUAGES
from texts.symbols import SYMBOL_PATTERN


class SymbolConverter:
    # Django wants neither anchors nor groups of its own.
    regex = SYMBOL_PATTERN.strip("^$").replace("(", "(?:")

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class LanguageConverter:
    regex = "|".join(LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FormatConverter:
    """`pdf`, `docx`, `html`; the archive copy is a PDF too, so that its address ends as one: `en.archive.pdf`."""

    regex = "|".join(sorted(Rendition.Format.values)).replace("pdfa", r"archive\.pdf")

    def to_python(self, value: str) -> str:
        return "pdfa" if value == "archive.pdf" else value

    def to_url(self, value: str) -> str:
        return "archive.pdf" if value == "pdfa" else value
