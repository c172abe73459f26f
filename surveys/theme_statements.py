"""Statements about comments with live numbers.

A statement may contain `{percent}`, `{approximately}` (to 5 per cent) and `{of}` of its question, and `{count}`, the
number of its comments. A capital (`{Approximately}`) starts a sentence. Pages fill in the numbers; documents get live
figures.
"""

import re
from dataclasses import dataclass

from foundation.text.in_language import TextInLanguage
from surveys.figure_values import figure_of
from surveys.models import CommentTheme
from surveys.results import SurveyResult
from texts.reading import UnsuitableReading, read

PLACEHOLDER = re.compile(r"\{([A-Za-z]+)\}")
# Placeholder → (family of figures, format).
READINGS = {
    "percent": ("share", "percent"),
    "approximately": ("share", "approximate-percent"),
    "of": ("all", "of"),
    "count": ("theme", "number"),
}


@dataclass(frozen=True)
class Chip:
    """A figure in a statement: its name within the survey and its format."""

    name: str
    reads: str
    capital: bool


def faults(statement: str, *, has_question: bool) -> list[str]:
    """Return unknown placeholders and those that need a question the theme does not have."""
    return [
        written
        for written in PLACEHOLDER.findall(statement)
        if written.lower() not in READINGS or (READINGS[written.lower()][0] != "theme" and not has_question)
    ]


def parts_of(theme: CommentTheme, statement: str | None = None) -> list[str | Chip]:
    """Return the statement as text and figures, in order. Unknown placeholders stay as typed."""
    text = theme.statement if statement is None else statement
    parts: list[str | Chip] = []
    end = 0
    for found in PLACEHOLDER.finditer(text):
        chip = _chip(theme, found[1])
        if chip is None:
            continue
        parts += [text[end : found.start()], chip]
        end = found.end()
    parts.append(text[end:])
    return [part for part in parts if part]


def _chip(theme: CommentTheme, written: str) -> Chip | None:
    family, reads = READINGS.get(written.lower(), ("", ""))
    code = theme.code if family == "theme" else theme.question.code if theme.question else ""
    return Chip(f"{family}.{code}", reads, written[0].isupper()) if family and code else None


def in_words(result: SurveyResult, theme: CommentTheme, language: str) -> str:
    """Return the statement with current numbers; a missing number becomes an ellipsis."""
    statement = theme.statement
    untranslated = isinstance(statement, TextInLanguage)
    # Format numbers in the language of the sentence, not of the page.
    language = statement.language if untranslated else language
    parts = parts_of(theme, statement)
    words = "".join(part if isinstance(part, str) else _read(result, part, language) for part in parts)
    return TextInLanguage(words, language) if untranslated else words


def _read(result: SurveyResult, chip: Chip, language: str) -> str:
    figure = figure_of(result, chip.name)
    try:
        return read(figure, chip.reads, language, capital=chip.capital) if figure else "…"
    except UnsuitableReading:
        return "…"
