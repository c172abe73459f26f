"""What a personal link opens, found in the same two queries whatever comes of it.

A link of a closed survey is not told from one that never was: the same queries, the same answer.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from foundation.pages import wrong_links
from foundation.time.clock import ClockTimestamp
from surveys.models import Mark, PersonalLink, Survey
from surveys.tokens import hash_of


@dataclass(frozen=True)
class Opened:
    """An open survey, asked by way of this invitation; `revision`: its id, its revision and its workshop's."""

    invitation_id: int
    revision: tuple[int, int, int | None]
    is_answered: bool


@dataclass(frozen=True)
class LookedUp:
    """`opened` is None for a link that is not in use, and for every link while its network is slowed."""

    is_slowed: bool
    opened: Opened | None


def look_up(request: HttpRequest, token: str) -> LookedUp:
    if wrong_links.is_slowed(request):
        return LookedUp(is_slowed=True, opened=None)
    # Only an open survey is found, by the database's clock; so a closed link ends like a wrong one.
    found = (
        PersonalLink.objects.filter(token_hash=hash_of(token))
        .filter(invitation__survey__in=Survey.objects.open_at(ClockTimestamp()))
        .annotate(is_answered=Exists(Mark.objects.filter(invitation=OuterRef("invitation"))))
        .values_list(
            "invitation_id",
            "is_answered",
            "invitation__survey",
            "invitation__survey__revision",
            "invitation__survey__workshop__revision",
        )
        .first()
    )
    if found is None:
        return LookedUp(is_slowed=False, opened=None)
    invitation_id, is_answered, *revision = found
    return LookedUp(is_slowed=False, opened=Opened(invitation_id, tuple(revision), is_answered))
