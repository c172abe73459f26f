"""Search dialogues by title, question, summary and published contributions."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from dialogue.models import Contribution, Dialogue
from dialogue.permissions import sees_drafts
from foundation.pages.registries import Hit
from foundation.text import fold

LONGEST_EXCERPT = 240
MOST_CONTRIBUTIONS = 20


def hits(person: Any, text: str, language: str) -> list[Hit]:
    """Return the hits with four queries. Only contributions are filtered by the database, since dialogues are few."""
    words = fold(text).split()
    if not words:
        return []
    rows = Dialogue.objects.visible_to(sees_drafts(person)).prefetch_related("topics", "summary")
    shown = list(rows)
    return [*_dialogues(shown, words), *_contributions(shown, text, words)]


def _dialogues(rows: list[Dialogue], words: list[str]) -> Iterator[Hit]:
    for row in rows:
        prose = [row.introduction, row.conclusion]
        prose += [topic.question for topic in row.topics.all()] + [part.text for part in row.summary.all()]
        titled = _holds(words, row.title)
        found = next((part for part in prose if part and _holds(words, part)), "")
        if titled or found:
            yield Hit(
                title=row.title,
                url=row.get_absolute_url(),
                app="dialogue",
                kind=_("Virtual Dialogue"),
                excerpt=_around(found, words),
                date=row.opens_on,
                rank=1.0 if titled else 0.5,
            )


def _contributions(rows: list[Dialogue], text: str, words: list[str]) -> Iterator[Hit]:
    """Filter by the longest word in the database, then by all folded words in Python."""
    longest = max(text.split(), key=len)
    found = Contribution.objects.approved().filter(topic__dialogue__in=rows, text__icontains=longest)
    held = found.select_related("topic__dialogue").order_by("-submitted_at", "-pk")[: 10 * MOST_CONTRIBUTIONS]
    number = 0
    for row in held:
        if number < MOST_CONTRIBUTIONS and _holds(words, row.text):
            number += 1
            dialogue = row.topic.dialogue
            yield Hit(
                title=row.shown_author or row.topic.question,
                url=f"{dialogue.get_absolute_url()}contributions/{row.pk}/",
                app="dialogue",
                kind=_("contribution"),
                excerpt=_around(row.text, words),
                date=row.written_on,
                rank=0.3,
            )


def _holds(words: list[str], text: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _around(prose: str, words: list[str]) -> str:
    """Return the text around the first match, or its beginning."""
    folded = prose.casefold()
    places = [folded.find(word) for word in words]
    start = max(min((place for place in places if place >= 0), default=0) - LONGEST_EXCERPT // 3, 0)
    cut = " ".join(prose[start : start + LONGEST_EXCERPT].split())
    return f"{'… ' if start else ''}{cut}{' …' if start + LONGEST_EXCERPT < len(prose) else ''}"
