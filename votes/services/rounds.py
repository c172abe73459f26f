"""Options added later. After the opening they start a new round, and answers are carried over."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.refusals import Refused, check_row
from membership.models import Person
from votes import ledger
from votes.models import Ballot, EntryKind, Option
from votes.services import notifications
from votes.services.closing import extend_ballot
from votes.services.locking import bump
from votes.services.opening import open_if_due


@transaction.atomic
def add_option(
    ballot: Ballot,
    *,
    actor: Person,
    now: dt.datetime,
    closes_at: dt.datetime | None = None,
    notify: bool = True,
    **values: Any,
) -> Option:
    """Add an option to a ballot locked by the caller. Earlier answers count until they are changed."""
    open_if_due(ballot, now, notify=notify)
    if not ballot.takes_answers:
        raise Refused(_("You cannot add options to this kind of decision."))
    if ballot.is_closed_at(now):
        raise Refused(_("You cannot add an option to a closed ballot."))
    if ballot.options.filter(code=values["code"]).exists():
        raise Refused(_("Another option of this ballot already has this letter. Enter a different one."))
    opened = ballot.opened_at is not None
    if opened and ballot.is_secret:
        raise Refused(_("You cannot add an option to a secret ballot after it has opened."))
    option = Option(
        ballot=ballot, position=ballot.options.count() + 1, round=ballot.round + 1 if opened else 1, **values
    )
    check_row(option)
    with recorded(actor):
        option.save()
    if opened:
        _begin_round(ballot, option, actor, now, closes_at, notify)
    elif closes_at is not None:
        raise Refused(_("The ballot has not opened. Change the deadline in the draft."))
    bump(ballot)
    return option


def _begin_round(
    ballot: Ballot, option: Option, actor: Person, now: dt.datetime, closes_at: dt.datetime | None, notify: bool
) -> None:
    ballot.round += 1
    with recorded(actor):
        ballot.save(update_fields=["round"])
    ledger.append(
        ballot=ballot,
        kind=EntryKind.ROUND,
        now=now,
        facts={"options": [{"code": option.code, "title": option.title_en or option.title}], "round": ballot.round},
        actor=actor,
    )
    if closes_at is not None:
        why = _("A proposal was admitted as option %(code)s.") % {"code": option.code}
        # One email announces the round and its deadline.
        extend_ballot(ballot=ballot, closes_at=closes_at, reason=why, actor=actor, now=now, notify=False)
    if notify:
        notifications.notify_delegations(ballot, occasion=f"round-{ballot.round}")
