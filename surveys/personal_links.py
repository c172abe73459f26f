"""Look up personal links: one query for a link that opens, the same two for every other.

The link of a closed survey cannot be distinguished from one that never existed.
"""

from dataclasses import dataclass

from django.http import HttpRequest

from foundation.pages import wrong_links
from foundation.time.clock import ClockTimestamp
from surveys.models import Invitation
from surveys.models.questionnaires import open_at
from surveys.tokens import hash_of


@dataclass(frozen=True)
class Opened:
    """An open survey reached by an invitation. `revision` has its ID, its revision and its workshop's revision."""

    invitation_id: int
    revision: tuple[int, int, int | None]
    is_answered: bool


@dataclass(frozen=True)
class LookedUp:
    """The outcome of a look-up.

    `opened` is None for an invalid link, and for every link while too many invalid ones came from its network.
    """

    is_slowed: bool
    opened: Opened | None


def look_up(request: HttpRequest, token: str) -> LookedUp:
    # Only open surveys are found, by the database clock, so closed and wrong links give the same result.
    found = (
        Invitation.objects.filter(open_at(ClockTimestamp(), "survey__"), links__token_hash=hash_of(token))
        .exclude(wrong_links.slows(request))
        .values_list("pk", "mark", "survey_id", "survey__revision", "survey__workshop__revision")
    )
    for invitation_id, mark, *revision in found:
        return LookedUp(is_slowed=False, opened=Opened(invitation_id, tuple(revision), mark is not None))
    return LookedUp(is_slowed=wrong_links.is_slowed(request), opened=None)
