"""Alterations of an exported ledger: the verifier names the entry for each of them."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.factories.votes import DAY, cast, close, make_delegation, make_open
from votes import keys, ledger, verifier
from votes.models import Ballot, LedgerEntry
from votes.services import ensure_closed, extend_ballot
from votes.verifier import Wrong, verify

pytestmark = pytest.mark.django_db
ALL = {"staff", "member-states", "delegations", "public"}


def exported(ballot: Ballot, audiences: set[str] = ALL) -> bytes:
    entries = LedgerEntry.objects.filter(ballot=ballot).order_by("seq").select_related("key")
    return ledger.export(ballot=ballot, entries=list(entries), audiences=audiences)


@pytest.fixture
def closed(publisher) -> Ballot:
    """Seven votes of six States, one of them an abstention, with an extension in between."""
    heads = [make_delegation(code) for code in ("ar", "au", "bj", "fr", "gh", "zw")]
    ballot = make_open("proof")
    for head, choices in zip(heads, ["AB", "AC", "AB", "AB", "AB", ""], strict=True):
        cast(ballot, head, choices)
    extend_ballot(ballot=ballot, closes_at=ballot.closes_at + DAY, reason="Asked", actor=publisher, notify=False)
    cast(ballot, heads[0], "BC")
    ensure_closed(ballot=ballot, now=Ballot.objects.get(pk=ballot.pk).closes_at)
    return ballot


@pytest.fixture
def public_keys(closed):
    return keys.public_keys()


def test_whole_ledger_is_counted_again(closed, public_keys):
    report = verify(exported(closed), public_keys)
    assert (report.entries, len(report.replay.answers)) == (10, 6)
    assert report.outcome == {"outcome": "selected", "selected": ["A", "B"], "tied": []}
    assert report.totals == {"abstained": 1, "answered": 6, "options": {"A": 4, "B": 4, "C": 2}}
    assert report.replay.is_disclosed


def test_public_ledger_contains_no_state_and_no_answer(closed, public_keys):
    content = exported(closed, {"public"})
    report = verify(content, public_keys)
    assert (report.outcome["selected"], report.totals, report.replay.is_disclosed) == (["A", "B"], None, False)
    disclosed = [json.loads(line.rstrip(","))["disclosed"] for line in content.decode().split("\n")[1:-2]]
    assert [set(values) for values in disclosed] == [set()] * 9 + [{"outcome"}]
    assert not any(f'"{code}"' in content.decode() for code in ("ar", "au", "bj", "fr", "gh", "zw"))


def test_same_readers_get_the_same_bytes(closed):
    assert exported(closed, {"public"}) == exported(closed, {"public"})


def test_any_altered_byte_is_found(closed, public_keys):
    content = exported(closed)
    chance = random.Random(20260)
    for place in chance.sample(range(len(content)), 300):
        altered = bytearray(content)
        altered[place] = chance.choice([byte for byte in range(256) if byte != content[place]])
        expected = content[:place].count(b"\n")
        with pytest.raises(Wrong) as found:
            verify(bytes(altered), public_keys)
        # Also the next number, for the line after the last entry that ends the file.
        assert abs(found.value.number - expected) <= 1, (place, found.value)


def test_a_signature_written_otherwise_is_found(closed, public_keys):
    """Capitals and spaces do not change a hexadecimal number, but they alter the file."""
    first, rows, last = lines_of(exported(closed))
    for number, line in enumerate([first, *rows]):
        seal = re.search('"seal":"([0-9a-f]+)"', line)[1]
        for written in (seal.upper(), f"{seal[:10]} {seal[10:]}", f"{seal[:-1]} "):
            lines = [first, *rows]
            lines[number] = line.replace(seal, written)
            with pytest.raises(Wrong) as found:
                verify(joined(lines[0], lines[1:], last), public_keys)
            assert found.value.number == number


def lines_of(content: bytes) -> tuple[str, list[str], str]:
    first, *rows, last, _end = content.decode().split("\n")
    return first, [row.rstrip(",") for row in rows], last


def joined(first: str, rows: list[str], last: str) -> bytes:
    return "\n".join([first, ",\n".join(rows), last, ""]).encode()


@pytest.mark.parametrize("number", range(1, 11))
def test_entry_dropped_is_named(closed, public_keys, number):
    first, rows, last = lines_of(exported(closed))
    with pytest.raises(Wrong) as found:
        verify(joined(first, rows[: number - 1] + rows[number:], last), public_keys)
    assert found.value.number == number


@pytest.mark.parametrize("number", range(1, 10))
def test_entries_swapped_are_named(closed, public_keys, number):
    first, rows, last = lines_of(exported(closed))
    rows[number - 1], rows[number] = rows[number], rows[number - 1]
    with pytest.raises(Wrong) as found:
        verify(joined(first, rows, last), public_keys)
    assert found.value.number == number


@pytest.mark.parametrize("number", range(1, 11))
def test_tail_cut_is_named(closed, public_keys, number):
    first, rows, last = lines_of(exported(closed))
    with pytest.raises(Wrong) as found:
        verify(joined(first, rows[: number - 1], last), public_keys)
    assert found.value.number == number


def test_entry_appended_is_named(closed, public_keys):
    first, rows, last = lines_of(exported(closed))
    with pytest.raises(Wrong) as found:
        verify(joined(first, [*rows, rows[3]], last), public_keys)
    assert found.value.number == 11


def test_entry_of_another_ballot_is_named(closed, public_keys):
    other = make_open("other")
    close(other)
    first, rows, last = lines_of(exported(closed))
    rows[0] = lines_of(exported(other))[1][0]
    with pytest.raises(Wrong) as found:
        verify(joined(first, rows, last), public_keys)
    assert (found.value.number, found.value.what) == (1, "belongs to the ballot other")


@pytest.mark.parametrize("change", ["withhold", "swap answers", "seal of the public file"])
def test_disclosed_values_altered_are_named(closed, public_keys, change):
    first, rows, last = lines_of(exported(closed))
    line = json.loads(rows[2])
    if change == "withhold":
        del line["disclosed"]["answer"]
    elif change == "swap answers":
        line["disclosed"]["answer"] = json.loads(rows[3])["disclosed"]["answer"]
    else:
        line["seal"] = json.loads(lines_of(exported(closed, {"public"}))[1][2])["seal"]
    rows[2] = verifier.canonical(line)
    with pytest.raises(Wrong) as found:
        verify(joined(first, rows, last), public_keys)
    assert found.value.number == 3


def forged(closed: Ballot, number: int, change) -> bytes:
    """Change the ledger, then sign and chain it again, as a dishonest holder of the key could."""
    first, rows, last = lines_of(exported(closed))
    lines = [json.loads(row) for row in rows]
    change(lines[number - 1])
    previous = verifier.START
    for line in lines:
        line["payload"]["previous"] = previous
        text = verifier.canonical(line["payload"])
        previous = line["hash"] = verifier.sha256(text)
        line["signature"] = keys.sign(text)
        line["seal"] = keys.sign(verifier.sealed_text("staff", line))
    return joined(first, [verifier.canonical(line) for line in lines], last)


def set_totals(line):
    disclosure = line["disclosed"]["totals"]
    disclosure[2]["options"]["C"] = 9
    line["payload"]["digests"]["totals"] = verifier.digest(disclosure)


def set_answer(line):
    disclosure = line["disclosed"]["answer"]
    disclosure[2] = ["A", "A"]
    line["payload"]["digests"]["answer"] = verifier.digest(disclosure)


@pytest.mark.parametrize(
    ("number", "change", "what"),
    [
        (10, set_totals, "the totals stated"),
        (10, lambda line: line["payload"].update(answered=7), "states 7 answers"),
        (3, set_answer, "did not allow"),
        (3, lambda line: line["payload"].update(voter="somebody"), "not entitled"),
        (3, lambda line: line["payload"].update(at="2000-01-01T00:00:00.000000+00:00"), "earlier than"),
        (9, lambda line: line["payload"].update(at="2100-01-01T00:00:00.000000+00:00"), "outside the time"),
        (8, lambda line: line["payload"].update(closes="2000-01-01T00:00:00.000000+00:00"), "deadline was moved"),
    ],
)
def test_ledger_that_breaks_the_rules_is_found_although_its_signatures_hold(closed, public_keys, number, change, what):
    assert verify(forged(closed, number, lambda line: None), public_keys).entries == 10
    content = forged(closed, number, change)
    with pytest.raises(Wrong, match=what) as found:
        verify(content, public_keys)
    assert found.value.number == number


def test_command_and_single_file_say_what_they_found(closed, tmp_path, capsys):
    good, bad, key, receipt = (tmp_path / name for name in ("good.json", "bad.json", "key.pem", "receipt.txt"))
    good.write_bytes(exported(closed))
    bad.write_bytes(exported(closed).replace(b'"Asked"', b'"Asket"'))
    key.write_text(keys.public_pem())
    entry = LedgerEntry.objects.filter(ballot=closed, kind="vote").select_related("key").first()
    receipt.write_text("> " + ledger.receipt_text(entry).replace("\n", "\n> "))

    call_command("verify_ballot", str(good), key=key)
    assert "counted again: the result is right" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ballot", str(bad), key=key)
    assert (ended.value.code, "entry 8" in capsys.readouterr().out) == (1, True)

    # Outside the portal: an isolated Python in another folder, with only this one file.
    alone = tmp_path / "verifier.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", str(alone), str(good), "--key", str(key), "--receipt", str(receipt)],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "the vote of the receipt is entry 2" in done.stdout
    refused = subprocess.run([sys.executable, "-I", str(alone), str(bad), "--key", str(key)], capture_output=True)
    assert refused.returncode == 1


def test_receipt_read_back_and_altered(closed, public_keys):
    entry = LedgerEntry.objects.filter(ballot=closed, kind="vote").select_related("key").first()
    text = ledger.receipt_text(entry)
    receipt = verifier.read_receipt(f"Dear all,\n{text}\nRegards", public_keys)
    assert (receipt.state, receipt.answer, receipt.hash) == ("ar", ["A", "B"], entry.hash)
    with pytest.raises(ValueError, match="no receipt"):
        verifier.read_receipt("nothing", public_keys)
    rows = text.split("\n")
    rows[2] = rows[2][:10] + ("A" if rows[2][10] != "A" else "B") + rows[2][11:]
    with pytest.raises(ValueError, match="altered"):
        verifier.read_receipt("\n".join(rows), public_keys)
    with pytest.raises(ValueError, match="another key"):
        verifier.read_receipt(text, {})
