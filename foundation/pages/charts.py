"""Charts drawn on the server: the same SVG on pages and in PDFs, legible in greyscale, with direct labels.

Only presentation attributes are used, no class, style or script, so that charts need no style sheet and pass the
strictest content security policy.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.text import labelled, semicolon
from foundation.text.in_language import lang_attribute
from foundation.time.formats import language_of, locale_of

INK, MUTED, TRACK, BAR = "#16202c", "#55616f", "#dfe4ea", "#0b4f9e"
# For the second name, see static/css/fonts-print.css. No spaces after commas: WeasyPrint would take the quotation mark
# after a space as part of the name.
FONT = "'Source Sans 3','Source Sans 3 Extended','Liberation Sans',Arial,sans-serif"
SIZE = 15
LINE_HEIGHT = 19
BAR_HEIGHT = 18
ROW_GAP = 14
VALUE_GAP = 8
# Average width of a letter of Source Sans 3 relative to its size, rounded up so that no label is cut.
LETTER = 0.53
# The same for bold figures with a per cent sign.
FIGURE = 0.62
TEXT = '<text x="{}" y="{}" fill="{}" font-weight="{}"{}>{}</text>'
RECT = '<rect x="0" y="{}" width="{}" height="{}" fill="{}"/>'


@dataclass(frozen=True)
class Bar:
    """A label and its value. A value of None is not shown (suppressed, not yet): `note` says why."""

    label: str
    value: float | None
    note: str = ""


def bar_chart(
    rows: Iterable[Bar | tuple[str, float | None]],
    *,
    title: str,
    unit: str = "",
    width: int = 400,
    maximum: float | None = None,
    description: str = "",
    language: str | None = None,
) -> SafeString:
    """Return horizontal bars, one per row, with the label above and the value at the end.

    With the unit `%`, values are from 0 to 100 and are drawn against 100 unless `maximum` differs. Other units follow
    the number. `description` replaces the text alternative.
    """
    bars = [row if isinstance(row, Bar) else Bar(*row) for row in rows]
    negative = [bar.label for bar in bars if bar.value is not None and bar.value < 0]
    if negative:
        raise ValueError(f"a bar cannot be shorter than nothing: {negative[0]}")
    code = language_of(language)
    with override(code):
        words = [_value(bar, unit, code) for bar in bars]
        alt = description or _("Bar chart. %(rows)s.") % {
            "rows": f"{semicolon()} ".join(labelled(bar.label, word) for bar, word in zip(bars, words, strict=True))
        }
    top = maximum or (100 if unit == "%" else max((bar.value or 0 for bar in bars), default=0)) or 1
    parts, height = _rows(bars, words, width, top, code)
    identity = hashlib.sha256(repr((title, bars, unit, width, top, code)).encode()).hexdigest()[:10]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="chart-{id}-t chart-{id}-d" lang="{lang}" '
        'width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="{font}" font-size="{size}">'
        '<title id="chart-{id}-t">{title}</title><desc id="chart-{id}-d">{alt}</desc>{parts}</svg>',
        id=identity, lang=code, width=width, height=height, font=FONT, size=SIZE, title=title, alt=alt, parts=parts,
    )  # fmt: skip


def _value(bar: Bar, unit: str, language: str) -> str:
    if bar.value is None:
        return bar.note or _("not shown")
    locale = locale_of(language)
    number = format_percent(bar.value / 100, "#,##0.#%" if language == "en" else None, locale=locale)
    if unit != "%":
        number = format_decimal(round(bar.value, 1), locale=locale) + (f" {unit}" if unit else "")
    return f"{number} ({bar.note})" if bar.note else number


def _rows(bars: Sequence[Bar], words: Sequence[str], width: int, top: float, code: str) -> tuple[SafeString, int]:
    """Return the drawn rows and their height."""
    shown = [len(word) for bar, word in zip(bars, words, strict=True) if bar.value is not None]
    column = round(max(shown, default=0) * SIZE * FIGURE) + VALUE_GAP
    full = max(width - column - VALUE_GAP, width // 3)
    parts: list[SafeString] = []
    y = 0
    for bar, word in zip(bars, words, strict=True):
        for line in _wrapped(bar.label, width):
            y += LINE_HEIGHT
            parts.append(format_html(TEXT, 0, y - 5, INK, 400, lang_attribute(bar.label, code), line))
        if bar.value is None:
            for line in _wrapped(word, width):
                parts.append(format_html(TEXT, 0, y + 14, MUTED, 600, "", line))
                y += LINE_HEIGHT
        else:
            length = max(round(min(bar.value / top, 1) * full, 1), 1)
            parts.append(format_html(RECT, y, full, BAR_HEIGHT, TRACK))
            parts.append(format_html(RECT, y, length, BAR_HEIGHT, BAR))
            parts.append(format_html(TEXT, full + VALUE_GAP, y + 14, INK, 600, "", word))
            y += BAR_HEIGHT
        y += ROW_GAP
    return format_html_join("", "{}", ((part,) for part in parts)), max(y - ROW_GAP, 1)


def _wrapped(label: str, width: int) -> list[str]:
    """Break a label into lines, since SVG does not. A word that is too long is cut."""
    letters = max(int(width / (SIZE * LETTER)), 8)
    lines = [""]
    for word in label.split():
        pieces = [word[start : start + letters] for start in range(0, len(word), letters)]
        for piece in pieces:
            joined = f"{lines[-1]} {piece}".strip()
            if len(joined) <= letters:
                lines[-1] = joined
            else:
                lines.append(piece)
    return lines
