"""Ballots in the states that tests need. Times are relative to the database's clock, which services read."""

import datetime as dt
import itertools

from django.urls import reverse

from foundation.time.clock import database_now
from membership.models import Accreditation, Capacity, Entity
from tests.factories.council import make_meeting
from tests.factories.files import checked
from tests.factories.membership import make_delegate, make_staff
from votes.models import Ballot, LedgerEntry, Option, Preparation, Result
from votes.services import cast_vote, ensure_closed, ensure_opened, make_statement, record_vote

_numbers = itertools.count(1)
DAY = dt.timedelta(days=1)


def make_draft(slug: str = "", *, options: str = "ABC", choose: int = 2, **fields: object) -> Ballot:
    """Create a draft with one option for each letter; `choose` is how many are chosen and selected."""
    now = database_now()
    slug = slug or f"ballot-{next(_numbers)}"
    values = {
        "question_en": f"Which topics? ({slug})",
        "opens_at": now + DAY,
        "closes_at": now + 10 * DAY,
        "choose_min": choose,
        "choose_max": choose,
        "to_select": choose,
        **fields,
    }
    ballot = Ballot.objects.create(slug=slug, **values)
    for place, code in enumerate(options, start=1):
        Option.objects.create(ballot=ballot, code=code, position=place, title_en=f"Topic {code}")
    return ballot


def make_upcoming(slug: str = "", **fields: object) -> Ballot:
    return make_draft(slug, preparation=Preparation.SET, **fields)


def make_open(slug: str = "", **fields: object) -> Ballot:
    """Create a ballot that has been open since yesterday; States created before it take part."""
    values = {"opens_at": database_now() - DAY, "closes_at": database_now() + 10 * DAY, **fields}
    return ensure_opened(ballot=make_upcoming(slug, **values), notify=False)


RULE = "Rule 40 of the Rules of Procedure"


def make_formal(slug: str = "", **fields: object) -> Ballot:
    """Create an open formal vote on one of three options."""
    return make_open(slug, **{"kind": "formal", "rule_en": RULE, "choose": 1, **fields})


def make_secret(slug: str = "", **fields: object) -> Ballot:
    return make_formal(slug, is_secret=True, **fields)


def make_silence(slug: str = "", **fields: object) -> Ballot:
    """Create a silence procedure in progress."""
    values = {"kind": "silence", "options": "", "choose": 1, "decision_text_en": "The Council decides.", **fields}
    return make_open(slug, **values)


def make_adoption(slug: str = "", **fields: object) -> Ballot:
    """Create a text that a meeting adopted yesterday, open for statements."""
    values = {"meeting": make_meeting(), "kind": "adoption", **fields}
    return make_silence(slug, **values)


def say(
    ballot: Ballot, delegation: Accreditation, kind: str = "objection", text: str = "Because.", **fields: object
) -> LedgerEntry:
    values = {"token": f"form-{next(_numbers)}", "language": "en", "notify": False, **fields}
    return make_statement(ballot=ballot, delegation=delegation, actor=delegation.person, kind=kind, text=text, **values)


def close(ballot: Ballot) -> Result:
    """Let the deadline pass."""
    closes_at = database_now()
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=closes_at, opens_at=min(ballot.opens_at, closes_at - DAY))
    ballot.refresh_from_db()
    result = ensure_closed(ballot=ballot)
    assert result is not None
    return result


def end(ballot: Ballot) -> Result:
    """Close the ballot at its own deadline, as the ledger states it, for tests that verify the ledger."""
    result = ensure_closed(ballot=ballot, now=Ballot.objects.get(pk=ballot.pk).closes_at)
    assert result is not None
    return result


def make_delegation(code: str, capacity: str = Capacity.HEAD) -> Accreditation:
    """Return the accreditation of a new delegate of the Member State with that code."""
    return make_delegate(code, capacity).accreditations.select_related("person", "entity").get()


def cast(ballot: Ballot, delegation: Accreditation, choices: str = "", **fields: object) -> LedgerEntry:
    """Cast `cast(ballot, delegation, "AC")`; without choices it is an abstention."""
    values = {"token": f"form-{next(_numbers)}", "abstains": not choices, "notify": False, **fields}
    return cast_vote(ballot=ballot, delegation=delegation, actor=delegation.person, choices=list(choices), **values)


def record_received(ballot: Ballot, state: Entity, choices: str = "", **fields: object) -> LedgerEntry:
    """Enter the vote of a State received by note verbale, as a publisher."""
    values = {
        "actor": make_staff("publisher"),
        "token": f"note-{next(_numbers)}",
        "reference": "NV 12/2010",
        "dated": ballot.day,
        "paper": checked("note.pdf"),
        "notify": False,
        **fields,
    }
    return record_vote(ballot=ballot, entity=state, choices=list(choices), abstains=not choices, **values)


def receipt_address(slug: str, number: int) -> str:
    """Return the address of the receipt of the entry with this number."""
    return reverse("votes:receipt", args=[slug, LedgerEntry.objects.get(ballot__slug=slug, seq=number).hash])
