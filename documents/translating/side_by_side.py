"""Data of the translator's page: each block of the original with its translation, and the progress."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils import translation as languages
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from documents.assembly import frozen_as_json
from documents.models import Document, Part, Text
from documents.translating.alignment import Counts, Row, Unit, counts_of, rows_of
from documents.translating.services import baselines_of
from foundation.pages.languages import OWN_NAMES
from foundation.text import LANGUAGES, Language
from foundation.text.words import Token, compare_words, is_word, split_words
from texts import registry
from texts.comparing.writing import PlainWriter, marked_runs
from texts.material import Material, figure_as_json
from texts.schema import Content, cited_keys

STATE_WORDS = {
    "missing": gettext_lazy("missing"),
    "untranslated": gettext_lazy("not translated"),
    "translated": gettext_lazy("translated"),
    "behind": gettext_lazy("out of date"),
    "confirmed": gettext_lazy("confirmed"),
    "wordless": gettext_lazy("no translation needed"),
    "surplus": gettext_lazy("no original"),
}
# Codes of the portal's states, so that colours and shapes match all other pages.
STATE_CODES = {
    "missing": "danger",
    "untranslated": "waiting",
    "translated": "open",
    "behind": "danger",
    "confirmed": "ok",
    "wordless": "ok",
    "surplus": "danger",
}


@dataclass(frozen=True)
class SideRow:
    """A row as the page shows it. `changed` is the original with its changes marked; empty unless out of date."""

    row: Row
    number: str
    original: SafeString
    translation: SafeString
    changed: SafeString

    @property
    def words(self) -> Any:
        """The name of the state."""
        return STATE_WORDS[self.row.state]

    @property
    def code(self) -> str:
        """The state's code for colour and shape."""
        return STATE_CODES[self.row.state]


@dataclass(frozen=True)
class SidePart:
    """A part in both languages. It has no rows until its translation exists."""

    part: Part
    label: str
    title: str
    exists: bool
    rows: list[SideRow]
    counts: Counts


@dataclass(frozen=True)
class Sides:
    """All parts of a document in the original and one other language."""

    language: str
    name: str
    parts: list[SidePart]

    @property
    def counts(self) -> Counts:
        """The progress of all parts together."""
        return sum((part.counts for part in self.parts), Counts())


class SideWriters:
    """Writes units of both languages as HTML, with the document's figures and numbers."""

    def __init__(self, document: Document, language: str, texts: Mapping[int, Mapping[str, Text]]) -> None:
        self.document, self.language = document, language
        figures = _figures(document, [text.content for by in texts.values() for text in by.values()])
        self.original = PlainWriter(self._material(document.original_language, texts, figures), "page")
        self.translation = PlainWriter(self._material(language, texts, figures), "page")
        self.original.part_language, self.translation.part_language = document.original_language, language

    def _material(self, language: str, texts: Mapping[int, Mapping[str, Text]], figures: dict[str, Any]) -> Material:
        parts = []
        for part in self.document.parts.order_by("position"):
            by_language = texts.get(part.pk, {})
            text = by_language.get(language) or by_language.get(self.document.original_language)
            if text is not None:
                parts.append({"key": part.key, "kind": part.kind, "content": text.content, "language": text.language})
        return {
            "language": language,
            "parts": parts,
            "figures": figures,
            "exhibits": {},
            "footnotes_run_on": self.document.footnotes_run_on,
        }

    def unit(self, unit: Unit | None, writer: PlainWriter) -> SafeString:
        """Return a unit as HTML; empty for None."""
        if unit is None:
            return SafeString("")
        if unit.attribute:
            return mark_safe(escape(unit.wording))  # noqa: S308
        # The writer escapes every piece of text.
        return mark_safe(writer.inline(unit.node))  # noqa: S308

    def changed(self, row: Row) -> SafeString:
        """Return the original with changes since its translation marked; empty unless the row is out of date."""
        if row.state != "behind" or row.baseline is None or row.original is None:
            return SafeString("")
        before = Unit(row.block, row.baseline.source)
        sides = [self._tokens(unit) for unit in (before, row.original)]
        return mark_safe(marked_runs(compare_words(*sides), ""))  # noqa: S308

    def _tokens(self, unit: Unit) -> list[Token]:
        text = unit.wording if unit.attribute else _line(self.original, unit.node)
        return [Token(piece.strip() or " ", escape(piece, quote=False), is_word(piece)) for piece in split_words(text)]

    def reads(self, node: Content) -> str:
        """Return how a figure, reference or footnote reads in the translation."""
        if node["type"] == "footnote":
            return str(gettext_lazy("footnote"))
        return self.translation.words_of(node)


def _line(writer: PlainWriter, node: Content) -> str:
    """Return the words of a line with its footnotes in brackets."""
    pieces = []
    for child in node.get("content") or ():
        pieces.append(f" [{_line(writer, child)}]" if child["type"] == "footnote" else writer.words_of(child))
    return "".join(pieces)


def _figures(document: Document, contents: Iterable[Content]) -> dict[str, Any]:
    keys = {key for content in contents for key in cited_keys(content)[0]}
    if document.issued_at is not None:
        return {figure.key: frozen_as_json(figure) for figure in document.frozen_figures.all()}
    return {key: figure_as_json(figure) for key, figure in registry.resolve(keys).items()}


def texts_of(document: Document) -> dict[int, dict[str, Text]]:
    """Return {id of the part: {language: text}} in one query."""
    texts: dict[int, dict[str, Text]] = {}
    for text in Text.objects.filter(part__document=document):
        texts.setdefault(text.part_id, {})[text.language] = text
    return texts


def sides_of(document: Document, language: str) -> Sides:
    """Return both sides of a document, in a number of queries that does not depend on the number of blocks."""
    texts = texts_of(document)
    writers = SideWriters(document, language, texts)
    baselines = baselines_of(by[language] for by in texts.values() if language in by)
    parts = []
    for part in document.parts.order_by("position"):
        by_language = texts.get(part.pk, {})
        original, text = by_language.get(document.original_language), by_language.get(language)
        if original is None:
            continue
        label = writers.original.numbering.annex_heading(part.key) if part.kind == "annex" else part.get_kind_display()
        rows = rows_of(original.content, text.content, baselines.get(text.pk, {})) if text else []
        with languages.override(document.original_language):
            title = part.title
        parts.append(
            SidePart(part, str(label), title, text is not None, [_side(writers, row) for row in rows], counts_of(rows))
        )
    return Sides(language, Language(language).label, parts)


def _side(writers: SideWriters, row: Row) -> SideRow:
    numbering = writers.original.numbering
    number = numbering.paragraphs.get(row.block) or numbering.headings.get(row.block) or ""
    return SideRow(
        row,
        number,
        writers.unit(row.original, writers.original),
        writers.unit(row.translation, writers.translation),
        writers.changed(row),
    )


@dataclass(frozen=True)
class Progress:
    """The progress of one document in one language."""

    document: Document
    language: str
    name: str
    counts: Counts


def progress_of(documents: Iterable[Document]) -> dict[int, list[Progress]]:
    """Return {id of the document: progress in each language other than the original}.

    Documents without a translation are left out. Two queries for any number of documents.
    """
    shown = {document.pk: document for document in documents}
    by_part: dict[tuple[int, int], dict[str, Text]] = {}
    for text in Text.objects.filter(part__document__in=shown).select_related("part"):
        by_part.setdefault((text.part.document_id, text.part_id), {})[text.language] = text
    translations = [
        text
        for (pk, _part), by in by_part.items()
        for code, text in by.items()
        if code != shown[pk].original_language and shown[pk].original_language in by
    ]
    baselines = baselines_of(translations)
    counted: dict[int, dict[str, Counts]] = {}
    for (pk, _part), by in by_part.items():
        original = by.get(shown[pk].original_language)
        for code, text in by.items():
            if original is None or text is original:
                continue
            counts = counts_of(rows_of(original.content, text.content, baselines.get(text.pk, {})))
            languages_of = counted.setdefault(pk, {})
            languages_of[code] = languages_of.get(code, Counts()) + counts
    return {
        pk: [Progress(shown[pk], code, OWN_NAMES[code], by[code]) for code in LANGUAGES if code in by]
        for pk, by in counted.items()
    }
