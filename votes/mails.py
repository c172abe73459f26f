from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.mail.services import Message, absolute, mail_composer
from foundation.time.formats import zoned
from votes.models import Ballot, Kind, LedgerEntry
from votes.receipts import receipt_of
from votes.sentences import adopted_sentence
from votes.showing import sentence_of


@mail_composer("votes.receipt")
def receipt(*, language: str, entry_id: int) -> Message:
    entry = _entry(entry_id)
    context = {"receipt": receipt_of(entry), "check_url": absolute(reverse("votes:receipts"))}
    subject = _("Receipt: answer recorded in “%(question)s”") % {"question": _short(entry.ballot.question)}
    return Message(subject, render_to_string("votes/receipt_email.txt", context))


@mail_composer("votes.statement")
def statement(*, language: str, entry_id: int) -> Message:
    """Of an objection, a reservation, an explanation of position, or of their withdrawal."""
    entry = _entry(entry_id)
    context = {"receipt": receipt_of(entry), "check_url": absolute(reverse("votes:receipts"))}
    subject = _("Receipt: statement recorded on “%(question)s”") % {"question": _short(entry.ballot.question)}
    return Message(subject, render_to_string("votes/statement_email.txt", context))


@mail_composer("votes.replaced")
def replaced(*, language: str, entry_id: int) -> Message:
    """To whoever cast the answer that this entry replaces, another person of the same delegation."""
    entry = _entry(entry_id)
    context = {"receipt": receipt_of(entry), "ballot_url": absolute(entry.ballot.get_absolute_url())}
    subject = _("Your State's answer was replaced in “%(question)s”") % {"question": _short(entry.ballot.question)}
    return Message(subject, render_to_string("votes/replaced_email.txt", context))


@mail_composer("votes.notice")
def notice(*, language: str, ballot_id: int, occasion: str) -> Message:
    """`opened`, `extended-<entry>`, `result`."""
    ballot = Ballot.objects.select_related("result", "meeting").prefetch_related("options").get(pk=ballot_id)
    kind = occasion.partition("-")[0]
    opened = {
        Kind.SILENCE: _("Silence procedure: “%(question)s”"),
        Kind.ADOPTION: _("Adopted without a vote: “%(question)s”"),
    }
    subjects = {
        "opened": opened.get(Kind(ballot.kind), _("Open for your answer: “%(question)s”")),
        "extended": _("New deadline: “%(question)s”"),
        "result": _("Result: “%(question)s”"),
    }
    address = reverse("votes:results", args=[ballot.slug]) if kind == "result" else ballot.get_absolute_url()
    context = {
        "ballot": ballot,
        "occasion": kind,
        "closes": zoned(ballot.closes_at, ballot.zone),
        "first_closes": zoned(ballot.first_closes_at, ballot.zone) if ballot.first_closes_at else "",
        "sentence": sentence_of(ballot) if kind == "result" else "",
        "adopted": adopted_sentence(ballot) if ballot.kind == Kind.ADOPTION else "",
        "url": absolute(address),
    }
    subject = subjects[kind] % {"question": _short(ballot.question)}
    return Message(subject, render_to_string("votes/notice_email.txt", context))


def _entry(entry_id: int) -> LedgerEntry:
    return LedgerEntry.objects.select_related("ballot", "entity", "actor", "key").get(pk=entry_id)


def _short(question: str) -> str:
    """One line of a length that a subject bears."""
    words = " ".join(question.split())
    return words if len(words) <= 80 else f"{words[:79]}…"
