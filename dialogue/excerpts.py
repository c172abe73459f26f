"""Excerpts of contributions. Editors can only remove text, so every excerpt is matched to the original word by word."""

import re

from django.utils.translation import gettext as _

from dialogue.models import ELLIPSIS
from foundation.refusals import Refused
from foundation.text.letters import clean

Ranges = list[list[int]]
_MARK = re.compile(r"\[\s*(?:…|\.\.\.)\s*\]")
_WORDS_SHOWN = 8


def plain_lines(text: str) -> str:
    """Return the text as contributions are stored: one kind of line break, without surrounding space."""
    return clean(text).strip()


def ranges_of(text: str, excerpt: str) -> Ranges:
    """Return the ranges of the text that an excerpt keeps.

    `[…]` marks an omission. Raises `ValidationError` for words that are not in the text or not in its order. An
    excerpt without omissions has no ranges.
    """
    ranges: Ranges = []
    at = 0
    for part in (plain_lines(part) for part in _MARK.split(excerpt)):
        if not part:
            continue
        begin = text.find(part, at)
        if begin < 0:
            raise Refused(excerpt=_not_verbatim(part))
        at = begin + len(part)
        ranges.append([begin, at])
    if not ranges:
        raise Refused(excerpt=_("Keep at least part of the contribution."))
    return [] if ranges == [[0, len(text)]] else ranges


def _not_verbatim(part: str) -> str:
    words = part.split()
    shown = " ".join(words[:_WORDS_SHOWN]) + (" …" if len(words) > _WORDS_SHOWN else "")
    return _("“%(words)s” does not appear in the contribution. Quote the author’s exact words and mark "
"omissions with %(mark)s.") % {"words": shown, "mark": ELLIPSIS}  # fmt: skip


def check_ranges(text: str, ranges: Ranges) -> None:
    """Check that the ranges are ordered, separate, inside the text and not empty. Loaders pass their own ranges."""
    at = 0
    for begin, end in ranges:
        if not at <= begin < end <= len(text) or not text[begin:end].strip():
            raise Refused(_("The excerpt does not match the contribution. Reload the page and shorten it again."))
        at = end
