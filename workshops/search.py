"""Search workshops, years, themes and topics. Participants can be searched only on their list."""

import datetime as dt
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from foundation.pages.registries import Hit
from foundation.text import fold
from workshops.models import Theme, Topic, Workshop
from workshops.permissions import sees_drafts

LONGEST_EXCERPT = 240


def hits(person: Any, text: str, language: str) -> list[Hit]:
    """Return results in three queries. There are few rows a year, so they are normalized and compared here."""
    words = fold(text).split()
    if not words:
        return []
    workshops = Workshop.objects.visible_to(bool(person) and sees_drafts(person)).select_related("year", "occasion")
    found = [_hit(row, row.title, row.description, words, _("workshop"), row.get_absolute_url()) for row in workshops]
    for model, kind in ((Theme, _("overarching theme")), (Topic, _("topic"))):
        for row in model.objects.select_related("year"):
            url = row.year.get_absolute_url()
            anchor = f"#topic-{row.slug}" if model is Topic else "#themes"
            found.append(_hit(row, row.title, row.rationale, words, kind, f"{url}{anchor}"))
    return [hit for hit in found if hit is not None]


def _hit(row: Model, title: str, prose: str, words: list[str], kind: str, url: str) -> Hit | None:
    in_title, in_prose = fold(title), fold(prose or "")
    if not all(word in in_title or word in in_prose for word in words):
        return None
    occasion = getattr(row, "occasion", None)
    return Hit(
        title=title,
        url=url,
        app="workshops",
        kind=kind,
        excerpt=_excerpt(prose or "", words),
        date=occasion.begins_on if occasion else dt.date(row.year.year, 1, 1),
        rank=1.0 if all(word in in_title for word in words) else 0.5,
    )


def _excerpt(prose: str, words: list[str]) -> str:
    """Return the text around the first match, or its beginning."""
    folded = prose.casefold()
    places = [folded.find(word) for word in words]
    start = max(min((place for place in places if place >= 0), default=0) - LONGEST_EXCERPT // 3, 0)
    cut = prose[start : start + LONGEST_EXCERPT].strip()
    return f"{'… ' if start else ''}{cut}{' …' if start + LONGEST_EXCERPT < len(prose) else ''}"
