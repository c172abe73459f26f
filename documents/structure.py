"""Check that a translation has the same numbering and structure as its original."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from documents.models import Document, Text
from foundation.text import Language
from texts.numbering import NumberedPart, Numbering, number
from texts.schema import Content, walk

# At most this many problems are listed.
LISTED = 10
_COUNTED = {
    "paragraphs": gettext_noop(
        "%(part)s, numbered paragraphs: %(here)s in %(original)s, %(there)s in %(translation)s."
    ),
    "headings": gettext_noop("%(part)s, lettered headings: %(here)s in %(original)s, %(there)s in %(translation)s."),
    "items": gettext_noop("%(part)s, list items: %(here)s in %(original)s, %(there)s in %(translation)s."),
    "footnotes": gettext_noop("%(part)s, footnotes: %(here)s in %(original)s, %(there)s in %(translation)s."),
}


def structure_problems(document: Document, language: str) -> list[str]:
    """Return, in sentences, the differences in structure that prevent a translation from being issued.

    There are none for the original itself, or if there is no text in the original language.
    """
    if language == document.original_language:
        return []
    texts = Text.objects.filter(part__document=document, language__in=(language, document.original_language))
    by_part: dict[str, dict[str, Text]] = {}
    for text in texts.select_related("part").order_by("part__position"):
        by_part.setdefault(text.part.key, {})[text.language] = text
    problems: list[str] = []
    for pair in by_part.values():
        if len(pair) == 2:
            problems += part_problems(pair[document.original_language], pair[language])
    return problems[:LISTED]


def part_problems(original: Text, translation: Text) -> list[str]:
    numbers = [_numbers(text) for text in (original, translation)]
    part = str(original.part.title or original.part.get_kind_display())
    problems = []
    names = {
        "original": Language(original.language).label,
        "translation": Language(translation.language).label,
        "part": part,
    }
    for name, sentence in _COUNTED.items():
        one, other = (getattr(numbering, name) for numbering in numbers)
        if len(one) != len(other):
            problems.append(_(sentence) % {**names, "here": len(one), "there": len(other)})
            continue
        moved = next((block for block in one if block in other and one[block] != other[block]), None)
        if moved is not None:
            values = {**names, "number": one[moved], "other": other[moved]}
            problems.append(_("%(part)s: number %(number)s in %(original)s is %(other)s in %(translation)s.") % values)
    if not problems and _numbered_blocks(original.content) != _numbered_blocks(translation.content):
        problems.append(
            _("%(part)s: headings, lists and tables are not in the same order as in %(original)s (%(translation)s).")
            % names
        )
    return problems


def _numbers(text: Text) -> Numbering:
    # Number both in English style, so that `(a)` and `a)` count as the same.
    return number([NumberedPart(text.part.key, "main", text.content)], "en")


def _numbered_blocks(content: Content) -> list[tuple[str, object]]:
    """Return the numbered and structural blocks in order, with their level or style."""
    found: list[tuple[str, object]] = []
    for node in walk(content):
        attrs = node.get("attrs") or {}
        if node["type"] == "heading":
            found.append(("heading", (attrs.get("level"), attrs.get("lettered"))))
        elif node["type"] == "paragraph" and attrs.get("numbered"):
            found.append(("paragraph", None))
        elif node["type"] in {"lettered_list", "list_item", "table"}:
            found.append((node["type"], attrs.get("style")))
    return found
