"""Measure 190 States voting from eight processes while the ballot closes.

Every form is sent twice, by two processes, and every process closes the ballot as soon as it may. After each round the
ledger is verified with the public verifier and compared with the receipts that the processes got.
"""

import datetime as dt
import multiprocessing
import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from bench.table import percentile, show

STATES, PROCESSES, ROUNDS, SECRET_ROUNDS = 190, 8, 6, 2
READY_SECONDS = 3.0
# Forms for each State: the first vote and the one that replaces it, each sent by two processes.
OPEN_FORMS, SECRET_FORMS = 2, 1
ALL = {"staff", "member-states", "delegations", "public"}


@dataclass
class Report:
    """The receipts of one process as (State, form, sequence, hash, seconds), and its errors."""

    receipts: list[tuple[int, str, int, str, float]] = field(default_factory=list)
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    ended: float = 0


@dataclass
class Round:
    forms: int
    votes: int
    lost: int
    doubled: int
    late: int
    faults: int
    seconds: float
    casting: list[float]


def run() -> None:
    head_ids = delegations(STATES)
    # The first round warms up the processes and measures how long all votes take.
    warm = one_round(head_ids, is_secret=False, seconds=120, closes=False)
    rows, casting = [], []
    for number in range(ROUNDS + SECRET_ROUNDS):
        is_secret = number >= ROUNDS
        # The deadline falls at a different moment during the voting in each round.
        share = (0.35 + 0.1 * (number % ROUNDS)) * (0.6 if is_secret else 1)
        done = one_round(head_ids, is_secret=is_secret, seconds=max(1.0, warm.seconds * share))
        casting += done.casting
        name = f"{number + 1}{' (secret)' if is_secret else ''}"
        rate = f"{done.votes / done.seconds:.0f}"
        p95 = f"{percentile(done.casting, 0.95) * 1000:.0f} ms"
        rows.append([name, done.forms, done.votes, done.lost, done.doubled, done.late, done.faults, rate, p95])
    totals = [sum(row[column] for row in rows) for column in range(1, 7)]
    whole = [f"{len(rows)} rounds", *totals, "", f"{percentile(casting, 0.95) * 1000:.0f} ms"]
    show(
        f"{STATES} States, {PROCESSES} processes, votes and the close at the same moment; each form sent twice",
        ["round", "forms", "votes", "lost", "doubled", "after close", "faults", "votes a second", "p95 of casting"],
        [*rows, whole],
    )
    if any(totals[2:]):
        raise SystemExit("a vote was lost, doubled or taken too late, or something failed")


def delegations(count: int) -> list[int]:
    """Create this many Member States, each with a head of delegation, and return the ids of their accreditations."""
    from django.db import transaction
    from django.utils import timezone

    from membership.models import Accreditation, Capacity, Entity, EntityKind, EntityName, EntityStatus, Person, Status

    day = timezone.now().date()
    with transaction.atomic():
        for number in range(count):
            entity, created = Entity.objects.get_or_create(code=f"bench{number:03d}", kind=EntityKind.STATE)
            if not created:
                continue
            for language in ("en", "fr", "es"):
                name = f"Bench State {number:03d}"
                EntityName.objects.create(entity=entity, language=language, short=name, formal=name, sort_key=name)
            EntityStatus.objects.create(entity=entity, status=Status.MEMBER, decision="for measuring", begins=day)
            person = Person.objects.create_user(f"bench{number:03d}@idm.example", None)
            Accreditation.objects.create(person=person, entity=entity, capacity=Capacity.HEAD)
    # Only these people: loading the demonstration again gives every Member State more.
    heads = Accreditation.objects.filter(entity__code__startswith="bench", person__email__startswith="bench")
    return list(heads.order_by("entity__code").values_list("pk", flat=True)[:count])


def one_round(heads: list[int], *, is_secret: bool, seconds: float, closes: bool = True) -> Round:
    """Send all forms from all processes, starting `seconds` before the deadline."""
    from django.db import connections

    from foundation.jobs.services import prepare_to_publish

    turns = SECRET_FORMS if is_secret else OPEN_FORMS
    forms = [(head, f"form-{head}-{turn}", random.choice("ABC")) for head in heads for turn in range(turns)]
    random.shuffle(forms)
    piles = [forms[place::PROCESSES] + forms[(place + 1) % PROCESSES :: PROCESSES] for place in range(PROCESSES)]
    begins = time.time() + READY_SECONDS
    slug = opened_ballot(is_secret, dt.datetime.fromtimestamp(begins + seconds, dt.UTC))
    connections.close_all()
    # Import what publishing a message needs now, so that it is not timed with the first vote.
    prepare_to_publish()
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    processes = [context.Process(target=_voter, args=(slug, pile, begins, answers, closes)) for pile in piles]
    for process in processes:
        process.start()
    reports: list[Report] = [answers.get(timeout=300) for _process in processes]
    for process in processes:
        process.join(timeout=60)
    taken = min(seconds, max(one.ended for one in reports) - begins)
    return compared(slug, len(forms), reports, taken) if closes else Round(len(forms), 0, 0, 0, 0, 0, taken, [])


def opened_ballot(is_secret: bool, closes_at: dt.datetime) -> str:
    from foundation.time.clock import database_now
    from votes.models import Ballot, Option, Preparation
    from votes.services import ensure_opened

    slug = f"bench-{secrets.token_hex(6)}"
    kind = {"kind": "formal", "rule_en": "for measuring", "is_secret": True} if is_secret else {}
    ballot = Ballot.objects.create(
        slug=slug, question_en="Which one?", opens_at=database_now(), closes_at=closes_at, audience="staff",
        preparation=Preparation.SET, **kind,
    )  # fmt: skip
    for place, code in enumerate("ABC"):
        Option.objects.create(ballot=ballot, code=code, position=place, title_en=f"Option {code}")
    ensure_opened(ballot=ballot, notify=False)
    return slug


def _voter(slug: str, pile: list[tuple[int, str, str]], begins: float, answers: Any, closes: bool) -> None:
    """Run one process: send its forms, close the ballot after the deadline, and report the receipts."""
    from foundation.refusals import Refused
    from membership.models import Accreditation
    from votes.models import Ballot
    from votes.services import cast_vote, ensure_closed

    report = Report()
    ballot = Ballot.objects.get(slug=slug)
    heads = Accreditation.objects.select_related("person", "entity").in_bulk([head for head, _form, _choice in pile])
    time.sleep(max(0.0, begins - time.time()))
    for head_id, form, choice in pile:
        head, started = heads[head_id], time.perf_counter()
        try:
            entry = cast_vote(ballot=ballot, delegation=head, actor=head.person, choices=[choice], token=form)
        except Refused:
            report.refused += 1
            if closes:
                ensure_closed(ballot=ballot)
        except Exception as fault:  # any failure is reported in the table
            report.faults.append(repr(fault))
        else:
            report.receipts.append((head_id, form, entry.seq, entry.hash, time.perf_counter() - started))
    report.ended = time.time()
    while closes and ensure_closed(ballot=ballot) is None:
        time.sleep(0.005)
    answers.put(report)


def compared(slug: str, forms: int, reports: list[Report], seconds: float) -> Round:
    """Compare the receipts of the processes with the ledger and the result."""
    from votes import keys, ledger, verifier
    from votes.models import Ballot, LedgerEntry, Result, Vote

    ballot = Ballot.objects.select_related("result").get(slug=slug)
    entries = list(LedgerEntry.objects.filter(ballot=ballot).order_by("seq").select_related("key"))
    report = verifier.verify(ledger.export(ballot=ballot, entries=entries, audiences=ALL), keys.public_keys())
    held = {entry.hash: entry for entry in entries if entry.kind == "vote"}
    receipts = [receipt for one in reports for receipt in one.receipts]
    by_form: dict[str, set[str]] = {}
    for _head, form, _seq, hashed, _taken in receipts:
        by_form.setdefault(form, set()).add(hashed)
    acknowledged = {hashed for hashes in by_form.values() for hashed in hashes}
    last = {entry.entity_id: entry for entry in held.values()}
    current = dict(Vote.objects.filter(ballot=ballot).values_list("entity_id", "entry_id"))
    result = Result.objects.get(ballot=ballot)
    lost = len(acknowledged - set(held))
    lost += sum(current.get(entity_id) != entry.pk for entity_id, entry in last.items())
    lost += abs(result.content["answered"] - len(last)) + abs(report.replay.answered - len(last))
    doubled = sum(len(hashes) - 1 for hashes in by_form.values()) + len(held) - len({e.token for e in held.values()})
    late = sum(entry.recorded_at >= ballot.closes_at for entry in held.values())
    faults = [fault for one in reports for fault in one.faults]
    for fault in faults[:3]:
        print(fault)
    return Round(forms, len(held), lost, doubled, late, len(faults), seconds, [taken for *_who, taken in receipts])
