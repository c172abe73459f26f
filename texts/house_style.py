"""House style: the conventions of each language and body, and how they are applied to a line of text.

Every language has a default style. The organization as a whole (a stored row without a body) and each body may override
it. The style in force when a document is issued is frozen with the document.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from texts.schema import Content

Style = dict[str, Any]


class StyleRow(Protocol):
    """A stored override; an empty attribute keeps the default of the language."""

    items: str
    footnote_calls: str
    footnote_series: str
    quotes: str
    words: dict[str, str]


DEFAULTS: dict[str, dict[str, str]] = {
    "en": {"items": "both", "footnote_calls": "after", "footnote_series": "through", "quotes": "typed"},
    "fr": {"items": "behind", "footnote_calls": "before", "footnote_series": "through", "quotes": "typed"},
    "es": {"items": "behind", "footnote_calls": "before", "footnote_series": "through", "quotes": "typed"},
}
CHOICES = tuple(DEFAULTS["en"])
# Words of the frame that a style may override. The defaults of each language are in texts/masthead.py.
WORDS = (
    "organization", "distribution", "original", "annex", "annex-reference", "annexes", "page", "draft", "source",
    "note", "contents",
)  # fmt: skip


def style_for(language: str, *rows: StyleRow) -> Style:
    """Return the default style of `language` with the overrides of `rows` applied in order, the most specific last."""
    style: Style = {**DEFAULTS[language], "words": {}}
    for row in rows:
        style |= {name: getattr(row, name) for name in CHOICES if getattr(row, name)}
        style["words"] = {**style["words"], **{name: text for name, text in row.words.items() if text}}
    return style


def style_of(material: Mapping[str, Any], language: str) -> Style:
    """Return the style frozen in `material`, or the default of the language for materials older than house styles."""
    return material.get("styles", {}).get(language) or style_for(language)


# --- Applying a style to a line ---------------------------------------------------------------------------------------
# French puts a no-break space before ; : ! and ?. The footnote call goes before that space.
_BEFORE = re.compile(r"[\s\u00a0\u202f]*[.,;:!?…]+\Z")
_AFTER = re.compile(r"\A[\s\u00a0\u202f]*[.,;:!?…]+(?:[”’»](?![\w]))?")
_QUOTE = re.compile(r"[“„«][\s\u00a0\u202f]?|[\s\u00a0\u202f]?[”»]|\"")
_MARKS = {
    ("curly", "en"): ("“", "”"), ("curly", "fr"): ("“", "”"), ("curly", "es"): ("“", "”"),
    ("guillemets", "en"): ("«", "»"), ("guillemets", "fr"): ("«\u00a0", "\u00a0»"), ("guillemets", "es"): ("«", "»"),
}  # fmt: skip


def set_in_style(content: Content, style: Mapping[str, Any], language: str) -> Content:
    """Return `content` with footnote calls and quotation marks set as `style` requires.

    The stored text is not changed.
    """
    if style["footnote_calls"] == "typed" and style["quotes"] == "typed":
        return content
    if content["type"] in {"paragraph", "heading", "footnote"}:
        return {**content, "content": _line(content["content"], style, language)} if content.get("content") else content
    if "content" not in content:
        return content
    return {**content, "content": [set_in_style(child, style, language) for child in content["content"]]}


def _line(nodes: list[Content], style: Mapping[str, Any], language: str) -> list[Content]:
    line = [dict(node) for node in nodes]
    if style["quotes"] != "typed":
        _set_quotes(line, _MARKS[style["quotes"], language])
    line = [set_in_style(node, style, language) if node["type"] == "footnote" else node for node in line]
    if style["footnote_calls"] == "before":
        return _calls_before(line)
    return _calls_after(line) if style["footnote_calls"] == "after" else line


def _set_quotes(line: list[Content], marks: tuple[str, str]) -> None:
    """Replace quotation marks in `line`, in place.

    A straight mark opens a quotation where no word precedes it. Passages marked as another language are left alone.
    """
    before = " "
    for node in line:
        if node["type"] != "text":
            before = "x"
            continue
        text = node["text"]
        if not any(mark["type"] == "language" for mark in node.get("marks") or ()):
            node["text"] = _QUOTE.sub(partial(_quote, text=text, before=before, marks=marks), text)
        before = text[-1]


def _quote(found: re.Match[str], text: str, before: str, marks: tuple[str, str]) -> str:
    sign = found[0].strip()
    if sign == '"':
        previous = text[found.start() - 1] if found.start() else before
        return marks[0] if previous.isspace() or previous in "([«“—–" else marks[1]
    return marks[0] if sign in {"“", "„", "«"} else marks[1]


def _calls_before(line: list[Content]) -> list[Content]:
    """Move footnote calls before punctuation: `word.¹` becomes `word¹.`"""
    made: list[Content] = []
    for node in line:
        last = made[-1] if made else None
        found = _BEFORE.search(last["text"]) if node["type"] == "footnote" and last and last["type"] == "text" else None
        if last is None or found is None or found.start() == 0:
            made.append(node)
            continue
        made[-1] = {**last, "text": last["text"][: found.start()]}
        made += [node, {**last, "text": found[0]}]
    return _joined(made)


def _calls_after(line: list[Content]) -> list[Content]:
    """Move footnote calls after punctuation: `word¹.` becomes `word.¹`"""
    made: list[Content] = []
    waiting: list[Content] = []
    for node in line:
        if node["type"] == "footnote":
            waiting.append(node)
            continue
        found = _AFTER.match(node["text"]) if waiting and node["type"] == "text" else None
        if found is None:
            made += [*waiting, node]
        else:
            made += [{**node, "text": found[0]}, *waiting]
            rest = node["text"][found.end() :]
            made += [{**node, "text": rest}] if rest else []
        waiting = []
    return _joined([*made, *waiting])


def _joined(line: list[Content]) -> list[Content]:
    """Merge neighbouring text nodes that have the same marks."""
    made: list[Content] = []
    for node in line:
        last = made[-1] if made else None
        both = last is not None and node["type"] == last["type"] == "text"
        if last is not None and both and (node.get("marks") or []) == (last.get("marks") or []):
            made[-1] = {**last, "text": last["text"] + node["text"]}
        else:
            made.append(node)
    return made
