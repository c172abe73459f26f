"""Look up personal links with the same two queries whatever the outcome.

The link of a closed survey cannot be told from one that never existed.
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
    """An open survey reached by an invitation. `revision` has its ID, its revision and its workshop's revision."""

    invitation_id: int
    revision: tuple[int, int, int | None]
    is_answered: bool


@dataclass(frozen=True)
class LookedUp:
    """The outcome of a look-up. `opened` is None for an invalid link, and for every link while its network is
    slowed.
    """

    is_slowed: bool
    opened: Opened | None


def look_up(request: HttpRequest, token: str) -> LookedUp:
    if wrong_links.is_slowed(request):
        return LookedUp(is_slowed=True, opened=None)
    # Only open surveys are found, by the database clock, so closed and wrong links give the same result.
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
