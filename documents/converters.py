"""URL converters for symbols (which contain slashes), languages and file formats."""

from documents.models import Rendition
from foundation.text import LANGUAGES
from texts.symbols import SYMBOL_PATTERN


class SymbolConverter:
    # Django's URL patterns allow neither anchors nor capturing groups in a converter.
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
    """Match `pdf`, `docx` and `html`; the archive copy is a PDF too and has the address `en.archive.pdf`."""

    regex = "|".join(sorted(Rendition.Format.values)).replace("pdfa", r"archive\.pdf")

    def to_python(self, value: str) -> str:
        return "pdfa" if value == "archive.pdf" else value

    def to_url(self, value: str) -> str:
        return "archive.pdf" if value == "pdfa" else value
