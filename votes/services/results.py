"""Apply a published result to the IDM year, and certify it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Person
from votes import keys, ledger
from votes.counting import Count
from votes.models import Ballot, EntryKind, Kind, LedgerEntry, Outcome, Result
from votes.permissions import require_publisher
from votes.services.locking import bump
from votes.verifier import canonical
from workshops.models import ProposalState
from workshops.services.years import set_theme_state, set_topic_state


@transaction.atomic
def apply_result(*, ballot: Ballot, actor: Person, now: dt.datetime | None = None) -> Result:
    """Mark the selected themes or topics of the IDM year, and the others as not selected.

    A publisher must do this, because a preference is not binding.
    """
    moment = now or database_now()
    require_publisher(actor, moment)
    result = Result.objects.select_for_update().filter(ballot=ballot).first()
    if result is None or not result.is_published:
        raise Refused(_("Publish the result first."))
    if result.applied_at is not None:
        return result
    if result.outcome != Outcome.SELECTED:
        raise Refused(_("No option was selected, so there is no result to apply."))
    selected = Count.from_json(result.content).selected
    options = list(ballot.options.select_related("theme", "topic"))
    if ballot.run_off_of is not None:
        # The options selected or excluded before the tie are applied together with the run-off's result.
        before = Count.from_json(Result.objects.get(ballot=ballot.run_off_of).content)
        selected = [*before.selected, *selected]
        decided = {option.code for option in options}
        earlier = ballot.run_off_of.options.select_related("theme", "topic")
        options += [option for option in earlier if option.code not in decided]
    # Unselect first: a year can have only one selected theme.
    for option in sorted(options, key=lambda option: option.code in selected):
        state = ProposalState.SELECTED if option.code in selected else ProposalState.NOT_SELECTED
        if option.theme is not None:
            set_theme_state(theme=option.theme, state=state, actor=actor)
        elif option.topic is not None:
            set_topic_state(topic=option.topic, state=state, actor=actor)
    result.applied_at, result.applied_by = moment, actor
    result.save(update_fields=["applied_at", "applied_by"])
    bump(ballot)
    return result


@transaction.atomic
def certify_result(*, ballot: Ballot, actor: Person, now: dt.datetime | None = None) -> Result:
    """Certify the published result of a formal vote, in a signed text that names the closing entry.

    A certificate cannot be withdrawn.
    """
    moment = now or database_now()
    require_publisher(actor, moment)
    if ballot.kind != Kind.FORMAL:
        raise Refused(_("You can certify only the result of a formal vote."))
    result = Result.objects.select_for_update().filter(ballot=ballot).first()
    if result is None or not result.is_published:
        raise Refused(_("Publish the result first."))
    if result.is_certified:
        return result
    closing = LedgerEntry.objects.get(ballot=ballot, kind=EntryKind.CLOSE)
    payload = {
        "at": ledger.moment(moment),
        "ballot": ballot.slug,
        "closing": closing.hash,
        "kind": "certificate",
        "rule": ballot.rule_en or ballot.rule,
    }
    result.certificate = {
        "key": keys.current_key().fingerprint,
        "payload": payload,
        "signature": keys.sign(canonical(payload)),
    }
    result.certified_at, result.certified_by = moment, actor
    result.save(update_fields=["certified_at", "certified_by", "certificate"])
    bump(ballot)
    return result
