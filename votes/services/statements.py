"""Statements on a text: objections, reservations and explanations of position."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.refusals import Refused
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from foundation.time.formats import zoned
from membership.models import Accreditation, Entity, Person
from votes import ledger
from votes.models import Ballot, Entitlement, EntryKind, LedgerEntry, Position, Statement, StatementKind
from votes.permissions import may_cast_alone, may_speak_cleared, require_accredited, require_publisher
from votes.services import notifications
from votes.services.clearance import ask_for_clearance_again
from votes.services.entitlements import entitlement_of
from votes.services.locking import locked
from votes.services.opening import open_if_due

LONGEST = 10_000


@transaction.atomic
def make_statement(
    *,
    ballot: Ballot,
    delegation: Accreditation,
    actor: Person,
    kind: str,
    text: str,
    language: str,
    token: str,
    now: dt.datetime | None = None,
    notify: bool = True,
) -> LedgerEntry:
    """Record a statement, replacing an earlier one of its kind, and return its ledger entry."""
    held = locked(ballot)
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    statement = checked_statement(held, kind, text, language)
    earlier = _same_form(held, delegation.entity, token, statement)
    if earlier is not None:
        return earlier
    _may_speak(held, delegation, moment, notify, statement)
    entry = _recorded(held, delegation.entity, actor, moment, statement, token)
    if notify:
        notifications.notify_of_statement(entry, actor=actor)
    return entry


@transaction.atomic
def withdraw_statement(
    *,
    ballot: Ballot,
    delegation: Accreditation,
    actor: Person,
    kind: str,
    token: str,
    now: dt.datetime | None = None,
    notify: bool = True,
) -> LedgerEntry:
    """Withdraw a statement before the end. The ledger keeps it and its withdrawal."""
    held = locked(ballot)
    moment = now or database_now()
    require_accredited(delegation, actor, moment)
    earlier = _same_form(held, delegation.entity, token, {"kind": kind})
    if earlier is not None:
        return earlier
    entitlement = _may_speak(held, delegation, moment, notify)
    in_effect = Statement.objects.filter(ballot=held, entity=delegation.entity_id, kind=kind, withdrawn_at=None)
    if not in_effect.update(withdrawn_at=moment):
        raise Refused(_("Your State does not have a statement of this kind to withdraw."))
    entry = ledger.append(
        ballot=held,
        kind=EntryKind.WITHDRAW,
        now=moment,
        facts={"voter": entitlement.pseudonym},
        withheld={"statement": {"kind": kind}, "state": delegation.entity.code},
        actor=actor,
        entity=delegation.entity,
        token=token,
    )
    ask_for_clearance_again(held, delegation.entity)
    if notify:
        notifications.notify_of_statement(entry, actor=actor)
    return entry


@transaction.atomic
def record_statement(
    *,
    ballot: Ballot,
    entity: Entity,
    actor: Person,
    kind: str,
    text: str,
    language: str,
    received: str,
    token: str,
    now: dt.datetime | None = None,
    notify: bool = True,
) -> LedgerEntry:
    """Record a statement made at a meeting or by letter, and notify the State's delegation."""
    held = locked(ballot)
    moment = now or database_now()
    require_publisher(actor, moment)
    if not received.strip():
        raise Refused(
            _("Enter the source of the statement, for example “made at the meeting” or “letter of 3 May 2010”.")
        )
    statement = checked_statement(held, kind, text, language)
    earlier = _same_form(held, entity, token, statement)
    if earlier is not None:
        return earlier
    open_if_due(held, moment, notify=notify)
    _require_open(held, moment)
    entitlement_of(held, entity)
    entry = _recorded(held, entity, actor, moment, statement, token, received=received.strip())
    if notify:
        notifications.notify_of_statement(entry, actor=None)
    return entry


def words_of(text: str) -> str:
    """Normalize line ends, so that forms sent twice and cleared drafts compare equal."""
    return "\n".join(text.strip().splitlines())


def checked_statement(ballot: Ballot, kind: str, text: str, language: str) -> dict[str, str]:
    """Return the checked statement for the ledger."""
    if kind not in ballot.statement_kinds:
        raise Refused(_("You cannot make a statement of this kind on this decision."))
    words = words_of(text)
    if not words:
        raise Refused(
            _("Enter the reason for the objection.")
            if kind == StatementKind.OBJECTION
            else _("Enter the text of the statement.")
        )
    if len(words) > LONGEST:
        raise Refused(_("Shorten the statement to %(limit)s characters or fewer.") % {"limit": LONGEST})
    if language not in LANGUAGES:
        raise Refused(_("Choose the language of the statement."))
    return {"kind": str(kind), "language": language, "text": words}


def _same_form(ballot: Ballot, entity: Entity, token: str, statement: Mapping[str, Any]) -> LedgerEntry | None:
    earlier = LedgerEntry.objects.filter(ballot=ballot, entity=entity, token=token).first()
    if earlier is None:
        return None
    if ledger.statement_of(earlier) != statement:
        raise Refused(
            _("This form has already been sent with a different statement. Open the page again to change it.")
        )
    return earlier


def _may_speak(
    ballot: Ballot,
    delegation: Accreditation,
    now: dt.datetime,
    notify: bool,
    statement: Mapping[str, str] | None = None,
) -> Entitlement:
    """Raise unless the delegate may send this. A deputy may send exactly what the head has cleared."""
    open_if_due(ballot, now, notify=notify)
    _require_open(ballot, now)
    if not may_cast_alone(delegation):
        position = Position.objects.filter(ballot=ballot, entity=delegation.entity_id).first()
        if statement is None or not may_speak_cleared(delegation, position, statement):
            raise PermissionDenied(
                _("Only the head of your delegation or the chargé d’affaires can make a statement for your State.")
            )
    return entitlement_of(ballot, delegation.entity)


def _require_open(ballot: Ballot, now: dt.datetime) -> None:
    if ballot.is_draft or now < ballot.opens_at:
        raise Refused(_("You cannot send statements yet."))
    if now >= ballot.closes_at:
        when = zoned(ballot.closes_at, ballot.zone)
        raise Refused(_("The deadline for statements was %(when)s. Your statement was not recorded.") % {"when": when})


def _recorded(
    ballot: Ballot,
    entity: Entity,
    actor: Person,
    now: dt.datetime,
    statement: Mapping[str, str],
    token: str,
    received: str = "",
) -> LedgerEntry:
    entitlement = entitlement_of(ballot, entity)
    entry = ledger.append(
        ballot=ballot,
        kind=EntryKind.STATEMENT,
        now=now,
        facts={"voter": entitlement.pseudonym},
        withheld={"statement": dict(statement), "state": entity.code},
        actor=actor,
        entity=entity,
        token=token,
    )
    Statement.objects.filter(ballot=ballot, entity=entity, kind=statement["kind"], withdrawn_at=None).update(
        withdrawn_at=now
    )
    Statement.objects.create(
        ballot=ballot, entity=entity, made_at=now, made_by=actor, received=received, entry=entry, **statement
    )
    ask_for_clearance_again(ballot, entity, **{f"said_{name}": value for name, value in statement.items()})
    return entry
