"""A run-off between tied options: a separate ballot, created and scheduled in one act."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.refusals import Refused, check_row
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from membership.models import Person
from votes.counting import Count
from votes.models import Ballot, Option, Outcome, Preparation, Result
from votes.permissions import require_publisher
from votes.services.locking import bump, locked
from votes.services.preparation import checklist

# Columns copied from the first ballot, besides question and explanation.
SAME = (
    "kind",
    "zone",
    "allows_abstention",
    "majority",
    "majority_base",
    "quorum",
    "quorum_number",
    "is_secret",
    "needs_voting_right",
    "audience",
    "totals_audience",
    "choices_audience",
    "source",
)


@transaction.atomic
def hold_run_off(
    *,
    ballot: Ballot,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
    copies_entitled: bool,
    actor: Person,
    now: dt.datetime | None = None,
) -> Ballot:
    """Create and schedule the run-off for the places left open by the tie.

    With `copies_entitled` the States of the first ballot are entitled, otherwise the members on the new opening day.
    """
    moment = now or database_now()
    require_publisher(actor, moment)
    before = locked(ballot)
    existing = Ballot.objects.filter(run_off_of=before).first()
    if existing is not None:
        return existing
    result = Result.objects.filter(ballot=before).first()
    if result is None or not result.is_published:
        raise Refused(_("Publish the result first."))
    if result.outcome != Outcome.TIE:
        raise Refused(_("There are no tied options, so a run-off is not needed."))
    count = Count.from_json(result.content)
    places = before.to_select - len(count.selected)
    run_off = Ballot(
        slug=_free_slug(before),
        opens_at=opens_at,
        closes_at=closes_at,
        run_off_of=before,
        copies_entitled=copies_entitled,
        rights_on=None,
        choose_min=places,
        choose_max=places,
        to_select=places,
        **{name: getattr(before, name) for name in SAME},
        **{f"{name}_{code}": getattr(before, f"{name}_{code}") for name in _TEXTS for code in LANGUAGES},
    )
    check_row(run_off)
    with recorded(actor):
        run_off.save()
        for place, code in enumerate(count.tied, start=1):
            _copy_option(before.options.get(code=code), run_off, place)
    unmet = [check.sentence for check in checklist(run_off, moment) if check.blocks and not check.is_met]
    if unmet:
        raise Refused(_("Complete the checklist first: %(what)s") % {"what": " ".join(unmet)})
    run_off.preparation = Preparation.SET
    with recorded(actor):
        run_off.save(update_fields=["preparation"])
    bump(run_off)
    bump(before)
    return run_off


_TEXTS = ("question", "text", "rule")


def _free_slug(before: Ballot) -> str:
    stem, number = f"{before.slug[:48]}-run-off", 1
    slug = stem
    while Ballot.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _copy_option(option: Option, run_off: Ballot, place: int) -> None:
    """Copy an option with its text and its theme or topic."""
    copied = Option(
        ballot=run_off,
        code=option.code,
        position=place,
        theme=option.theme,
        topic=option.topic,
        **{f"{name}_{code}": getattr(option, f"{name}_{code}") for name in _WORDS for code in LANGUAGES},
    )
    copied.save()
    copied.papers.set(option.papers.all())


_WORDS = ("title", "description")
