import datetime as dt

from django.db import transaction

from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from votes import ledger
from votes.models import Ballot, Entitlement, EntryKind, Option
from votes.services import notifications
from votes.services.entitlements import entitlements_for
from votes.services.locking import bump, locked


@transaction.atomic
def ensure_opened(*, ballot: Ballot, now: dt.datetime | None = None, notify: bool = True) -> Ballot:
    """Fix entitlements and option texts once the opening time has come. The first to arrive does it."""
    if ballot.opened_at is not None:
        return ballot
    held = locked(ballot)
    open_if_due(held, now or database_now(), notify=notify)
    return held


def open_if_due(ballot: Ballot, now: dt.datetime, *, notify: bool = True) -> None:
    """Open the ballot if due. The caller must hold its lock."""
    if ballot.is_draft or ballot.opened_at is not None or now < ballot.opens_at:
        return
    options = _fixed_options(ballot)
    entitlements = _fixed_entitlements(ballot)
    ballot.opened_at = now
    ballot.save(update_fields=["opened_at"])
    ledger.append(
        ballot=ballot,
        kind=EntryKind.OPEN,
        now=now,
        facts={
            "abstention": ballot.allows_abstention,
            "choose": [ballot.choose_min, ballot.choose_max],
            "closes": ledger.moment(ballot.closes_at),
            "decision": ballot.kind,
            "majority": ballot.majority,
            "majority_base": ballot.majority_base,
            "meeting": ballot.meeting.slug if ballot.meeting else "",
            "opens": ledger.moment(ballot.opens_at),
            "options": [{"code": option.code, "title": option.title_en or option.title} for option in options],
            "question": ballot.question_en or ballot.question,
            "run_off_of": ballot.run_off_of.slug if ballot.run_off_of else "",
            "quorum": ballot.quorum,
            "quorum_number": ballot.quorum_number,
            "rule": ballot.rule_en or ballot.rule,
            "secret": ballot.is_secret,
            "text": {} if ballot.takes_answers else in_each_language(ballot, "decision_text"),
            "tie": ballot.tie_rule,
            "to_select": ballot.to_select,
            "voters": sorted(row.pseudonym for row in entitlements if row.is_entitled),
        },
    )
    bump(ballot)
    if notify and ballot.is_open_at(now):
        notifications.notify_delegations(ballot, occasion="opened")


def in_each_language(ballot: Ballot, column: str) -> dict[str, str]:
    return {language: getattr(ballot, f"{column}_{language}") or "" for language in LANGUAGES}


def _fixed_options(ballot: Ballot) -> list[Option]:
    """Copy texts of themes and topics in all languages, so that later changes do not affect the ballot."""
    options = list(ballot.options.select_related("theme", "topic"))
    columns = [f"{name}_{language}" for name in ("title", "description") for language in LANGUAGES]
    for option in options:
        source = option.theme or option.topic
        for language in LANGUAGES if source else ():
            setattr(option, f"title_{language}", getattr(source, f"title_{language}"))
            setattr(option, f"description_{language}", getattr(source, f"rationale_{language}"))
    Option.objects.bulk_update([option for option in options if option.theme_id or option.topic_id], columns)
    return options


def _fixed_entitlements(ballot: Ballot) -> list[Entitlement]:
    """Create the entitlement of every Member State of the day; a run-off may copy them."""
    return Entitlement.objects.bulk_create(entitlements_for(ballot))
