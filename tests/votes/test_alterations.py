"""Over a thousand random alterations of exported ledgers of every kind: all are found, and the entry is named."""

import json
import random
from collections import Counter
from collections.abc import Callable

import pytest

from tests.factories.votes import (
    DAY,
    cast,
    end,
    make_adoption,
    make_delegation,
    make_formal,
    make_open,
    make_secret,
    make_silence,
    say,
)
from tests.votes.test_verifier import exported, joined, lines_of
from votes import keys, verifier
from votes.models import Ballot
from votes.services import certify_result, extend_ballot, publish_result, withdraw_statement
from votes.verifier import Wrong, verify

pytestmark = pytest.mark.django_db
STATES = ("ar", "au", "bj", "fr", "gh", "zw")
EACH = 260


def consultation(heads, publisher) -> Ballot:
    ballot = make_open()
    for head, choices in zip(heads, ["AB", "AC", "", "AB", "BC", "AB"], strict=True):
        cast(ballot, head, choices)
    extend_ballot(ballot=ballot, closes_at=ballot.closes_at + DAY, reason="Asked", actor=publisher, notify=False)
    cast(ballot, heads[0], "BC")
    return ballot


def formal_vote(heads, publisher) -> Ballot:
    ballot = make_formal(quorum=50, majority="absolute", majority_base="answers")
    for head, choices in zip(heads, "AAAAB-", strict=True):
        cast(ballot, head, choices.strip("-"))
    return ballot


def secret_vote(heads, publisher) -> Ballot:
    ballot = make_secret()
    for head, choices in zip(heads, "AAABB-", strict=True):
        cast(ballot, head, choices.strip("-"))
    return ballot


def silence(heads, publisher) -> Ballot:
    ballot = make_silence()
    for head in heads[:4]:
        say(ballot, head, text=f"Reason of {head.entity.code}")
    say(ballot, heads[4], "explanation")
    acting = {"ballot": ballot, "delegation": heads[0], "actor": heads[0].person}
    withdraw_statement(**acting, kind="objection", token="w", notify=False)
    return ballot


def adoption(heads, publisher) -> Ballot:
    ballot = make_adoption()
    for head in heads[:5]:
        say(ballot, head, "reservation", f"As to {head.entity.code}")
    return ballot


Rows = list[str]
# Each alteration takes (random, rows) and returns the numbers of entries of which one must be named.


def a_byte(chance: random.Random, rows: Rows) -> set[int]:
    place = chance.randrange(len(rows))
    row = bytearray(rows[place].encode())
    spot = chance.randrange(len(row))
    row[spot] = chance.choice([byte for byte in range(32, 127) if byte != row[spot]])
    rows[place] = row.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
    # A comma that is inserted at the end of a line looks like the one that separates entries.
    return {place + 1}


def drop(chance: random.Random, rows: Rows) -> set[int]:
    place = chance.randrange(len(rows))
    del rows[place]
    return {place + 1}


def swap(chance: random.Random, rows: Rows) -> set[int]:
    first, second = sorted(chance.sample(range(len(rows)), 2))
    rows[first], rows[second] = rows[second], rows[first]
    return {first + 1}


def append(chance: random.Random, rows: Rows) -> set[int]:
    rows.append(chance.choice(rows))
    return {len(rows)}


def insert(chance: random.Random, rows: Rows) -> set[int]:
    place = chance.randrange(len(rows))
    rows.insert(place, chance.choice([row for row in rows if row != rows[place]]))
    return {place + 1}


def cut(chance: random.Random, rows: Rows) -> set[int]:
    length = chance.randrange(len(rows))
    del rows[length:]
    return {length + 1}


def without_closing(chance: random.Random, rows: Rows) -> set[int]:
    rows.pop()
    return {len(rows) + 1}


def in_the_line(change: Callable[[random.Random, dict, list[dict]], None]) -> Callable[[random.Random, Rows], set[int]]:
    def alter(chance: random.Random, rows: Rows) -> set[int]:
        lines = [json.loads(row) for row in rows]
        place = chance.randrange(len(rows))
        change(chance, lines[place], [line for number, line in enumerate(lines) if number != place])
        rows[place] = verifier.canonical(lines[place])
        return {place + 1}

    return alter


def another_signature(chance: random.Random, line: dict, others: list[dict]) -> None:
    name = chance.choice(["signature", "seal", "hash"])
    line[name] = chance.choice(others)[name]


def another_fact(chance: random.Random, line: dict, others: list[dict]) -> None:
    name = chance.choice(sorted(line["payload"]))
    line["payload"][name] = f"{line['payload'][name]} "


def a_fact_dropped(chance: random.Random, line: dict, others: list[dict]) -> None:
    del line["payload"][chance.choice(sorted(line["payload"]))]


def hashed_anew(chance: random.Random, line: dict, others: list[dict]) -> None:
    """Change an entry and hash it again, as somebody without the key could."""
    line["payload"]["at"] = "2020-01-01T00:00:00.000000+00:00"
    line["hash"] = verifier.sha256(verifier.canonical(line["payload"]))


def a_disclosure(chance: random.Random, line: dict, others: list[dict]) -> None:
    if line["disclosed"] and chance.random() < 0.5:
        del line["disclosed"][chance.choice(sorted(line["disclosed"]))]
    else:
        line["disclosed"][chance.choice(["answer", "state", "choices"])] = ["salt", "answer", ["A"]]


def another_form(chance: random.Random, rows: Rows) -> set[int]:
    """Write the same JSON in a different form."""
    place = chance.randrange(len(rows))
    line = json.loads(rows[place])
    rows[place] = chance.choice(
        [
            json.dumps(line, sort_keys=True),
            json.dumps(dict(reversed(line.items())), separators=(",", ":"), ensure_ascii=False),
            rows[place] + " ",
            rows[place].replace('"hash"', '"\\u0068ash"', 1),
        ]
    )
    return {place + 1}


ALTERATIONS = [
    a_byte, a_byte, drop, swap, append, insert, cut, without_closing, another_form,
    *map(in_the_line, (another_signature, another_fact, a_fact_dropped, hashed_anew, a_disclosure)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "seed"), [(consultation, 1), (formal_vote, 2), (secret_vote, 3), (silence, 4), (adoption, 5)]
)
def test_every_alteration_is_found_and_the_entry_named(make, seed, publisher):
    heads = [make_delegation(code) for code in STATES]
    ballot = make(heads, publisher)
    end(ballot)
    publish_result(ballot=ballot, actor=publisher, notify=False)
    if make in (formal_vote, secret_vote):
        certify_result(ballot=ballot, actor=publisher)
    content = exported(Ballot.objects.get(pk=ballot.pk))
    public = keys.public_keys()
    assert verify(content, public).replay.is_disclosed
    first, whole, last = lines_of(content)
    chance, tried = random.Random(seed), Counter()
    while tried.total() < EACH:
        rows, alteration = list(whole), ALTERATIONS[tried.total() % len(ALTERATIONS)]
        named = alteration(chance, rows)
        altered = joined(first, rows, last)
        if altered == content:
            continue
        with pytest.raises(Wrong) as found:
            verify(altered, public)
        assert found.value.number in named, (alteration, found.value)
        tried[alteration] += 1
    assert set(tried) == set(ALTERATIONS)


def test_heading_and_bytes_anywhere_are_guarded_too(publisher):
    """Any byte of the file, including heading, commas, line ends and the last line."""
    heads = [make_delegation(code) for code in STATES]
    ballot = secret_vote(heads, publisher)
    end(ballot)
    content, public, chance = exported(ballot), keys.public_keys(), random.Random(6)
    for _again in range(300):
        altered = bytearray(content)
        place = chance.randrange(len(content))
        altered[place] = chance.choice([byte for byte in range(256) if byte != content[place]])
        with pytest.raises(Wrong) as found:
            verify(bytes(altered), public)
        # Also the next number, for the line after the last entry that ends the file.
        assert abs(found.value.number - content[:place].count(b"\n")) <= 1, (place, found.value)
    with pytest.raises(Wrong):
        verify(content[: chance.randrange(len(content))], public)
    with pytest.raises(Wrong):
        verify(content + b"x", public)
