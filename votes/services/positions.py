"""Positions of delegations. Nothing here sends emails, writes logs or keeps a history."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.editing import Clash
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Accreditation, Person
from votes.models import Ballot, Position
from votes.permissions import require_accredited
from votes.services.answers import checked_answer, in_ballot_order
from votes.services.statements import checked_statement, words_of

KEPT_AFTER_CLOSE = dt.timedelta(days=30)


@transaction.atomic
def save_position(
    *,
    ballot: Ballot,
    delegation: Accreditation,
    actor: Person,
    choices: Sequence[str] = (),
    abstains: bool = False,
    note: str = "",
    statement: Mapping[str, str] | None = None,
    expected: int = 0,
    now: dt.datetime | None = None,
) -> Position:
    """Save the draft, which must then be cleared again.

    `expected` is 0 for the first draft. `statement` is a statement (kind, language, text), if States do not choose
    options.
    """
    moment = _may_prepare(ballot, delegation, actor, now)
    answer = in_ballot_order(ballot, choices)
    if abstains and answer:
        raise Refused(_("Choose options or abstain. You cannot do both."))
    held = _held(ballot, delegation)
    wanted = {"choices": answer, "abstains": abstains, "note": note, **_drafted(ballot, statement or {})}
    values = {
        **wanted,
        **Position.stored(ballot, choices=answer, abstains=abstains, note=note),
        "stage": Position.Stage.DRAFT,
    }
    if held is None:
        held, created = Position.objects.get_or_create(
            ballot=ballot,
            entity_id=delegation.entity_id,
            defaults={**values, "changed_by": actor, "changed_at": moment},
        )
        if created:
            return Position.objects.get(pk=held.pk)
    if held.edit_version != expected:
        raise Clash(held, wanted)
    return _changed(held, actor, moment, **values)


@transaction.atomic
def refer_to_capital(
    *, ballot: Ballot, delegation: Accreditation, actor: Person, expected: int, now: dt.datetime | None = None
) -> Position:
    moment = _may_prepare(ballot, delegation, actor, now)
    held = _expected(ballot, delegation, expected)
    return _changed(held, actor, moment, stage=Position.Stage.WITH_CAPITAL)


@transaction.atomic
def clear_position(
    *, ballot: Ballot, delegation: Accreditation, actor: Person, expected: int, now: dt.datetime | None = None
) -> Position:
    """Clear the position, so that it may be cast unchanged."""
    moment = _may_prepare(ballot, delegation, actor, now)
    if not delegation.may_clear:
        raise PermissionDenied(_("Only the head of delegation or the chargé d’affaires can clear a position."))
    held = _expected(ballot, delegation, expected)
    if ballot.takes_answers:
        checked_answer(ballot, held.choices, held.abstains)
    else:
        checked_statement(ballot, held.said_kind, held.said_text, held.said_language)
    return _changed(held, actor, moment, stage=Position.Stage.CLEARED)


@transaction.atomic
def delete_position(
    *, ballot: Ballot, delegation: Accreditation, actor: Person, expected: int, now: dt.datetime | None = None
) -> None:
    """Delete the draft permanently. Raises Clash if a colleague has changed it since it was shown."""
    require_accredited(delegation, actor, now or database_now())
    _expected(ballot, delegation, expected).delete()


def delete_positions_of_closed_ballots(*, now: dt.datetime) -> int:
    deleted, _rows = Position.objects.filter(ballot__closes_at__lte=now - KEPT_AFTER_CLOSE).delete()
    return deleted


def _may_prepare(ballot: Ballot, delegation: Accreditation, actor: Person, now: dt.datetime | None) -> dt.datetime:
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    if ballot.is_draft or moment >= ballot.closes_at:
        raise Refused(_("You cannot prepare a position because the ballot has not been announced or has closed."))
    return moment


def _drafted(ballot: Ballot, statement: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of a drafted statement, which may be incomplete until cleared."""
    if not any(statement.values()):
        return {"said_kind": "", "said_language": "", "said_text": ""}
    if statement["kind"] and statement["kind"] not in ballot.statement_kinds:
        raise Refused(_("You cannot make a statement of this kind on this decision."))
    return {
        "said_kind": statement["kind"],
        "said_language": statement["language"],
        "said_text": words_of(statement["text"]),
    }


def _held(ballot: Ballot, delegation: Accreditation) -> Position | None:
    return Position.objects.select_for_update().filter(ballot=ballot, entity=delegation.entity_id).first()


def _expected(ballot: Ballot, delegation: Accreditation, expected: int) -> Position:
    held = _held(ballot, delegation)
    if held is None or held.edit_version != expected:
        raise Clash(held, {})
    return held


def _changed(held: Position, actor: Person, moment: dt.datetime, **values: object) -> Position:
    """Change these columns of a locked row and return it as it is now."""
    version = held.edit_version + 1
    row = Position.objects.filter(pk=held.pk)
    row.update(**values, edit_version=version, changed_by=actor, changed_at=moment)
    return row.get()
