"""Placeholders in square brackets for data that a new draft would cite but that does not exist.

A figure that will get its value later, such as the result of an open ballot, stays in the text. A figure that does not
exist, is suppressed or cannot be worded as the blueprint asks is replaced by a placeholder, so that it does not
prevent issuing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from documents.blueprints import Built
from foundation.text import LANGUAGES, labelled, list_in_words
from texts import reading, registry
from texts.material import figure_as_json, figure_from_json
from texts.schema import Content, walk


@dataclass(frozen=True)
class Placeholders:
    """Keys in reading order: `open` were replaced by placeholders, `awaited` stay and have no value yet."""

    open: list[str]
    awaited: list[str]
    labels: Mapping[str, str]

    def words(self, subjects: Mapping[str, str]) -> str:
        """Return the notice for the person who created the draft.

        `subjects` maps `<app>.<subject>:<permanent id>` to labels.
        """
        sentences = []
        if self.open:
            words = _("No data yet, so these places are in square brackets: %(figures)s. Replace them with text.")
            sentences.append(words % {"figures": self._grouped(self.open, subjects)})
        if self.awaited:
            words = _(
                "No data yet: %(figures)s. These figures will be filled in automatically; the "
                "document cannot be issued until then."
            )
            sentences.append(words % {"figures": self._grouped(self.awaited, subjects)})
        return " ".join(sentences)

    def _grouped(self, keys: list[str], subjects: Mapping[str, str]) -> str:
        by_subject: dict[str, list[str]] = {}
        for key in keys:
            named = by_subject.setdefault(key.rpartition(":")[0], [])
            if self.labels[key] not in named:
                named.append(self.labels[key])
        language = translation.get_language() or "en"
        return "; ".join(
            labelled(subjects.get(subject, subject), list_in_words(named, language))
            for subject, named in by_subject.items()
        )


def insert_placeholders(built: Mapping[str, Built]) -> Placeholders:
    """Replace missing figures by placeholders in `built`, in the same places in every language."""
    figures, drawn = _cited(built)
    awaited = {key for key, figure in figures.items() if figure["status"] == "not-yet"}
    awaited |= {key for key, exhibit in drawn.items() if exhibit.status == "not-yet"}
    unknown = {key for key, figure in figures.items() if figure["status"] != "ok"}
    unknown |= {key for key, exhibit in drawn.items() if exhibit.status != "ok"}
    titles = _exhibit_titles(drawn)
    gone = gone_anywhere = unknown - awaited
    for language, parts in built.items():
        labels = {key: figure["label"][language] for key, figure in figures.items()} | titles[language]
        # A title may lack a translation in one language only.
        here = gone | (_unread(parts, figures, language) - awaited)
        for _part, blocks in parts:
            blocks[:] = [_opened(block, here, labels) for block in blocks]
        gone_anywhere = gone_anywhere | here
    order = [*figures, *drawn]
    labels = {key: registry.label_of(key) for key in figures}
    labels |= titles.get(translation.get_language() or "en", titles["en"])
    return Placeholders(
        [key for key in order if key in gone_anywhere], [key for key in order if key in awaited], labels
    )


def _unread(parts: Built, figures: Mapping[str, dict[str, Any]], language: str) -> set[str]:
    """Return the keys of figures that cannot be worded in `language` as they are cited."""
    cited = [node["attrs"] for node in _nodes(parts) if node["type"] == "figure"]
    return {
        attrs["key"]
        for attrs in cited
        if not reading.show(figure_from_json(figures[attrs["key"]], language), attrs, language).is_sound
    }


def _nodes(parts: Built) -> Iterator[Content]:
    for _part, blocks in parts:
        for block in blocks:
            yield from walk(block)


def _cited(built: Mapping[str, Built]) -> tuple[dict[str, dict[str, Any]], dict[str, registry.Exhibit]]:
    """Return every figure, as JSON, and every exhibit that any language cites, in reading order."""
    figures: dict[str, None] = {}
    exhibits: dict[str, str] = {}
    for language, parts in built.items():
        for node in _nodes(parts):
            if node["type"] == "figure":
                figures[node["attrs"]["key"]] = None
            elif node["type"] == "exhibit":
                exhibits.setdefault(node["attrs"]["key"], language)
    resolved = registry.resolve(figures)
    return (
        {key: figure_as_json(resolved.get(key) or registry.missing()) for key in figures},
        {key: registry.draw(key, language) for key, language in exhibits.items()},
    )


def _exhibit_titles(drawn: Mapping[str, registry.Exhibit]) -> dict[str, dict[str, str]]:
    """Return the names of the exhibits by language and key."""
    names = registry.exhibit_names()
    titles: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            titles[language] = {}
            for key in drawn:
                subject, _identity, name = registry.split_key(key)
                titles[language][key] = str(names.get(subject, {}).get(name, name))
    return titles


def _opened(node: Content, gone: set[str], labels: Mapping[str, str]) -> Content:
    """Return the node with placeholders for every citation of a key in `gone`."""
    if node["type"] == "exhibit":
        return _bracketed([_text(labels[node["attrs"]["key"]])]) if node["attrs"]["key"] in gone else node
    if not any(inner["type"] in {"figure", "exhibit"} and inner["attrs"]["key"] in gone for inner in walk(node)):
        return node
    content = node.get("content") or []
    in_line = any(inner["type"] == "figure" and inner["attrs"]["key"] in gone for inner in content)
    if node["type"] == "paragraph" and in_line:
        return {**node, "content": [_text("["), *_spelled(content, gone, labels, "… (%s)"), _text("]")]}
    if node["type"] in {"paragraph", "heading", "footnote"}:
        return {**node, "content": _spelled(content, gone, labels, "[%s]")}
    return {**node, "content": [_opened(inner, gone, labels) for inner in content]}


def _spelled(content: list[Content], gone: set[str], labels: Mapping[str, str], form: str) -> list[Content]:
    """Return the inline nodes with the labels of missing figures as text."""
    line = []
    for node in content:
        if node["type"] == "figure" and node["attrs"]["key"] in gone:
            line.append(_text(form % labels[node["attrs"]["key"]], node.get("marks")))
        else:
            line.append(_opened(node, gone, labels) if node["type"] == "footnote" else node)
    return line


def _bracketed(line: list[Content]) -> Content:
    return {"type": "paragraph", "attrs": {"numbered": False}, "content": [_text("["), *line, _text("]")]}


def _text(words: str, marks: list[Any] | None = None) -> Content:
    return {"type": "text", "text": words, **({"marks": marks} if marks else {})}
