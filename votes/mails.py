import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.mail.services import Message, absolute, mail_composer, mail_joiner
from foundation.time.clock import database_now
from foundation.time.formats import time_left, zoned
from votes.models import Ballot, Kind, LedgerEntry, Proposal, Vote
from votes.presentation import sentence_of
from votes.receipts import receipt_of
from votes.sentences import adopted_sentence

# Notices to all delegations wait this long, so that one email covers several.
TOGETHER = dt.timedelta(minutes=5)


@mail_composer("votes.receipt")
def receipt(*, language: str, entry_id: int) -> Message:
    entry = _entry(entry_id)
    context = {"receipt": receipt_of(entry), "check_url": absolute(reverse("votes:receipts"))}
    subject = _("Receipt for your State’s answer: “%(question)s”") % {"question": _short(entry.ballot.question)}
    return Message(subject, render_to_string("votes/receipt_email.txt", context))


@mail_composer("votes.statement")
def statement(*, language: str, entry_id: int) -> Message:
    """Return the receipt of a statement or its withdrawal."""
    entry = _entry(entry_id)
    context = {"receipt": receipt_of(entry), "check_url": absolute(reverse("votes:receipts"))}
    subject = _("Receipt for your State’s statement: “%(question)s”") % {"question": _short(entry.ballot.question)}
    return Message(subject, render_to_string("votes/statement_email.txt", context))


@mail_composer("votes.replaced")
def replaced(*, language: str, entry_id: int) -> Message:
    """Return the email to the colleague whose answer this entry replaces."""
    entry = _entry(entry_id)
    context = {"receipt": receipt_of(entry), "ballot_url": absolute(entry.ballot.get_absolute_url())}
    subject = _("Your State’s answer to “%(question)s” has been replaced") % {"question": _short(entry.ballot.question)}
    return Message(subject, render_to_string("votes/replaced_email.txt", context))


@mail_composer("votes.notice")
def notice(*, language: str, ballot_id: int, occasion: str, entity_id: int | None = None) -> Message:
    """Return the notice of an occasion: `opened`, `extended-<entry>`, `round-<number>` or `result`."""
    ballot = _noticed([ballot_id])[ballot_id]
    text = _("Excellency,") + "\n\n" + _notice_text(ballot, occasion, entity_id)
    return Message(_what_became(ballot, occasion), text)


@mail_joiner("votes.notice", wait=TOGETHER)
def notices(*, language: str, several: list[dict[str, Any]]) -> Message:
    """Return one email for several notices: first a list, then the text of each."""
    ballots = _noticed([item["ballot_id"] for item in several])
    parts = [
        {
            "heading": _what_became(ballots[item["ballot_id"]], item["occasion"]),
            "text": _notice_text(ballots[item["ballot_id"]], item["occasion"], item.get("entity_id")),
        }
        for item in several
    ]
    # Two extensions within this time give one notice with the current deadline.
    parts = [part for place, part in enumerate(parts) if part not in parts[:place]]
    kinds = {item["occasion"].partition("-")[0] for item in several}
    subjects = {
        "opened": _("Open for your answer: %(count)s consultations"),
        "extended": _("New deadlines: %(count)s consultations"),
        "result": _("Results of %(count)s consultations"),
    }
    every = subjects.get(kinds.pop()) if len(kinds) == 1 else None
    one_each = len(ballots) == len(parts) and all(ballot.takes_answers for ballot in ballots.values())
    subject = every if every and one_each else _("Updates on %(count)s consultations")
    return Message(subject % {"count": len(parts)}, render_to_string("votes/notices_email.txt", {"parts": parts}))


def _noticed(ballot_ids: list[int]) -> dict[int, Ballot]:
    return Ballot.objects.select_related("result", "meeting").prefetch_related("options").in_bulk(ballot_ids)


def _what_became(ballot: Ballot, occasion: str) -> str:
    opened = {
        Kind.SILENCE: _("Silence procedure: “%(question)s”"),
        Kind.ADOPTION: _("Adopted without a vote: “%(question)s”"),
    }
    subjects = {
        "opened": opened.get(Kind(ballot.kind), _("Open for your answer: “%(question)s”")),
        "extended": _("New deadline: “%(question)s”"),
        "round": _("New option: “%(question)s”"),
        "result": _("Result: “%(question)s”"),
    }
    return subjects[occasion.partition("-")[0]] % {"question": _short(ballot.question)}


def _notice_text(ballot: Ballot, occasion: str, entity_id: int | None) -> str:
    kind = occasion.partition("-")[0]
    address = reverse("votes:results", args=[ballot.slug]) if kind == "result" else ballot.get_absolute_url()
    context = {
        "ballot": ballot,
        "occasion": kind,
        "closes": zoned(ballot.closes_at, ballot.zone),
        "first_closes": zoned(ballot.first_closes_at, ballot.zone) if ballot.first_closes_at else "",
        "sentence": sentence_of(ballot) if kind == "result" else "",
        "added": [option for option in ballot.options.all() if option.round == _number(occasion)],
        "carried_over": kind == "round"
        and Vote.objects.filter(ballot=ballot, entity=entity_id, round__lt=ballot.round).exists(),
        "adopted": adopted_sentence(ballot) if ballot.kind == Kind.ADOPTION else "",
        "url": absolute(address),
    }
    return render_to_string("votes/notice_email.txt", context)


@mail_composer("votes.received")
def received(*, language: str, entry_id: int) -> Message:
    """Return the email to a State whose answer was recorded from a note verbale."""
    entry = LedgerEntry.objects.select_related("ballot", "entity", "actor", "key", "received").get(pk=entry_id)
    context = {
        "receipt": receipt_of(entry),
        "received": entry.received,
        "ballot_url": absolute(entry.ballot.get_absolute_url()),
        "check_url": absolute(reverse("votes:receipts")),
    }
    subject = _("Answer recorded for your State: “%(question)s”") % {"question": _short(entry.ballot.question)}
    return Message(subject, render_to_string("votes/received_email.txt", context))


@mail_composer("votes.proposal")
def proposal(*, language: str, proposal_id: int) -> Message:
    """Return the email to the proposing delegation with the decision and its reason."""
    row = Proposal.objects.select_related("ballot", "option", "merged_into").get(pk=proposal_id)
    context = {"proposal": row, "url": absolute(row.ballot.get_absolute_url())}
    subject = _("Your proposal “%(title)s”: %(state)s") % {
        "title": _short(row.title),
        "state": row.get_state_display(),
    }
    return Message(subject, render_to_string("votes/proposal_email.txt", context))


@mail_composer("votes.reminder")
def reminder(*, language: str, entity_id: int, ballot_ids: list[int]) -> Message | None:
    """Return one reminder for all ballots, without those answered or closed since; None if none is left."""
    now = database_now()
    answered = Vote.objects.filter(entity=entity_id, ballot__in=ballot_ids).values("ballot_id")
    waiting = Ballot.objects.open_at(now).filter(pk__in=ballot_ids).exclude(pk__in=answered).order_by("closes_at")
    return reminder_message(list(waiting), now)


def reminder_message(waiting: list[Ballot], now: dt.datetime) -> Message | None:
    """Return the text of a reminder, for the email and its preview."""
    if not waiting:
        return None
    lines = [
        {
            "ballot": ballot,
            "kind": ballot.get_kind_display(),
            "closes": zoned(ballot.closes_at, ballot.zone),
            "first_closes": zoned(ballot.first_closes_at, ballot.zone) if ballot.first_closes_at else "",
            "left": time_left(ballot.closes_at, now),
            "url": absolute(ballot.get_absolute_url()),
        }
        for ballot in waiting
    ]
    subject = ngettext(
        "Your State has not answered yet: “%(question)s”",
        "Your State has not answered %(count)s consultations yet",
        len(waiting),
    ) % {"question": _short(waiting[0].question), "count": len(waiting)}
    return Message(subject, render_to_string("votes/reminder_email.txt", {"lines": lines}))


def _number(occasion: str) -> int:
    """Return 2 for `round-2`, 0 for other occasions."""
    name, _dash, number = occasion.partition("-")
    return int(number) if name == "round" else 0


def _entry(entry_id: int) -> LedgerEntry:
    return LedgerEntry.objects.select_related("ballot", "entity", "actor", "key").get(pk=entry_id)


def _short(question: str) -> str:
    """Return one line, shortened for a subject."""
    words = " ".join(question.split())
    return words if len(words) <= 80 else f"{words[:79]}…"
