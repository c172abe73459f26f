"""Check the exported ledger of a ballot without the portal. This file needs only Python and `cryptography`.

    python verifier.py ledger.json --key key.pem [--receipt receipt.txt]

Exit 0: every entry is signed by the key, chained to the previous one and allowed by the ballot's rules, and the
disclosed votes give the stated result. Exit 1: an error, with the number of the entry (0: the heading).

An entry holds salted SHA-256 digests of values that not everybody may see (State, answer, totals), as in SD-JWT (RFC
9901). `disclosed` has salt, name and value of those that the reader of this file may see.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT = "idm-ballot-ledger/1"
START = "0" * 64
RECEIPT = re.compile(r"-----BEGIN IDM RECEIPT-----(.*?)-----END IDM RECEIPT-----", re.DOTALL)
Keys = Mapping[str, Ed25519PublicKey]
# Kinds of statement by kind of decision.
STATEMENTS = {"silence": ("objection", "explanation"), "adoption": ("reservation", "explanation")}


class Wrong(Exception):
    """An error and its entry."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"entry {number}: {what}")
        self.number, self.what = number, what


# --- How entries are written -----------------------------------------------------------------------------------------


def canonical(value: Any) -> str:
    """Return canonical JSON: sorted keys, no spaces, plain UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def digest(disclosure: Sequence[Any]) -> str:
    """Return the digest of `[salt, name, value]`."""
    return sha256(canonical(list(disclosure)))


def sealed_text(audience: str, line: Mapping[str, Any]) -> str:
    """Return the text that a line's seal signs: the line and the file's audience."""
    return canonical([FORMAT, audience, {name: value for name, value in line.items() if name != "seal"}])


def fingerprint(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def load_keys(pem: bytes) -> dict[str, Ed25519PublicKey]:
    """Return the public keys of the file by fingerprint."""
    blocks = re.findall(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", pem, re.DOTALL)
    keys = [load_pem_public_key(block) for block in blocks]
    return {fingerprint(key): key for key in keys if isinstance(key, Ed25519PublicKey)}


def signed_by(keys: Keys, name: str, signature: str, text: str) -> bool:
    # Accept only lowercase hex: `fromhex` also reads capitals and spaces, so alterations would pass.
    if name not in keys or re.fullmatch("[0-9a-f]{128}", signature) is None:
        return False
    try:
        keys[name].verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


# --- The rules of the ballot -----------------------------------------------------------------------------------------


@dataclass
class Replay:
    """The state of the ballot after the entries read so far."""

    rules: dict[str, Any] = field(default_factory=dict)
    closes: str = ""
    at: str = ""
    answers: dict[str, Any] = field(default_factory=dict)  # pseudonym -> answer, None where it is not disclosed
    statements: dict[str, set[str]] = field(default_factory=dict)  # pseudonym -> kinds of statements in effect
    withheld: bool = False  # a statement, or the choices of a secret ballot, that this file does not disclose
    closed: bool = False

    @property
    def is_disclosed(self) -> bool:
        """Return whether the file discloses everything needed for the count."""
        if self.is_secret or self.speaks:
            return not self.withheld
        return all(answer is not None for answer in self.answers.values())

    @property
    def is_secret(self) -> bool:
        return bool(self.rules.get("secret"))

    @property
    def speaks(self) -> bool:
        """Return whether States make statements on a text instead of choosing."""
        return self.rules.get("decision") in STATEMENTS

    @property
    def answered(self) -> int:
        return len(self.statements) if self.speaks else len(self.answers)


def moment(text: Any) -> datetime:
    return datetime.fromisoformat(text)


def valid_answer(rules: Mapping[str, Any], answer: Any) -> bool:
    if answer == "abstain":
        return bool(rules["abstention"])
    codes = [option["code"] for option in rules["options"]]
    fewest, most = rules["choose"]
    return (
        isinstance(answer, list)
        and fewest <= len(answer) <= most
        and len(set(answer)) == len(answer)
        and set(answer) <= set(codes)
    )


def count(rules: Mapping[str, Any], answers: Iterable[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (outcome, totals) of the answers under the rules of the opening entry."""
    answers = list(answers)
    options = {option["code"]: 0 for option in rules["options"]}
    abstained = sum(answer == "abstain" for answer in answers)
    for answer in answers:
        for code in answer if answer != "abstain" else ():
            options[code] += 1
    totals = {"abstained": abstained, "answered": len(answers), "options": options}
    chosen = len(answers) - abstained
    entitled = len(rules["voters"])
    nothing: dict[str, list[str]] = {"selected": [], "tied": []}
    if rules.get("quorum_number"):
        quorate = len(answers) >= rules["quorum_number"]
    else:
        quorate = not rules["quorum"] or len(answers) * 100 >= rules["quorum"] * entitled
    if not quorate:
        return {"outcome": "no-quorum", **nothing}, totals
    if not chosen:
        return {"outcome": "no-answer", **nothing}, totals
    whole = {"votes": chosen, "answers": len(answers), "entitled": entitled}[rules.get("majority_base", "votes")]
    enough = {
        "relative": lambda votes: votes > 0,
        "absolute": lambda votes: votes * 2 > whole,
        "two-thirds": lambda votes: votes > 0 and votes * 3 >= whole * 2,
    }[rules["majority"]]
    ranked = [code for code in sorted(options, key=lambda code: -options[code]) if enough(options[code])]
    if not ranked:
        return {"outcome": "no-majority", **nothing}, totals
    places = rules["to_select"]
    tied: set[str] = set()
    if len(ranked) > places and options[ranked[places - 1]] == options[ranked[places]]:
        tied = {code for code in ranked if options[code] == options[ranked[places]]}
    selected = {code for code in ranked[:places] if code not in tied}
    in_order = [code for code in options if code in selected]
    outcome = {"outcome": "tie" if tied else "selected", "selected": in_order}
    return outcome | {"tied": [code for code in options if code in tied]}, totals


def count_statements(rules: Mapping[str, Any], in_effect: Iterable[set[str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (outcome, totals): the text is adopted unless an objection is in effect at the end."""
    held = [kind for kinds in in_effect for kind in kinds]
    totals = {kind: held.count(kind) for kind in STATEMENTS[rules["decision"]]}
    outcome = "objected" if totals.get("objection") else "adopted"
    return {"outcome": outcome, "selected": [], "tied": []}, {"statements": totals}


def follow(state: Replay, payload: Mapping[str, Any], disclosed: Mapping[str, Any]) -> None:
    """Add one entry to the replay, or raise ValueError with the broken rule."""
    kind = payload["kind"]
    if state.closed:
        raise ValueError("stands after the closing entry")
    if (kind == "open") != (not state.rules):
        raise ValueError("the ledger begins with one opening entry")
    if state.at and moment(payload["at"]) < moment(state.at):
        raise ValueError("is earlier than the entry before it")
    state.at = payload["at"]
    if kind == "open":
        state.rules, state.closes = dict(payload), payload["closes"]
    elif kind == "vote":
        _vote(state, payload, disclosed)
    elif kind in ("statement", "withdraw"):
        _statement(state, payload, disclosed)
    elif kind == "extend":
        if moment(payload["closes"]) <= moment(state.closes) or moment(payload["at"]) >= moment(state.closes):
            raise ValueError("the deadline was moved after it had passed, or not to a later time")
        state.closes = payload["closes"]
    elif kind == "round":
        _round(state, payload)
    elif kind == "close":
        _close(state, payload, disclosed)
    else:
        raise ValueError(f"an entry of the unknown kind {kind!r}")


def _voter(state: Replay, payload: Mapping[str, Any], what: str) -> str:
    if not moment(state.rules["opens"]) <= moment(payload["at"]) < moment(state.closes):
        raise ValueError(f"{what} outside the time in which the ballot was open")
    if payload["voter"] not in state.rules["voters"]:
        raise ValueError(f"{what} of somebody who was not entitled")
    return payload["voter"]


def _vote(state: Replay, payload: Mapping[str, Any], disclosed: Mapping[str, Any]) -> None:
    voter = _voter(state, payload, "a vote")
    if state.speaks:
        raise ValueError("a vote where nothing is voted on")
    if state.is_secret and ("answer" in payload["digests"] or voter in state.answers):
        raise ValueError("an open vote, or a second vote of one State, in a secret ballot")
    answer = disclosed.get("answer")
    if answer is not None and not valid_answer(state.rules, answer):
        raise ValueError("an answer that the ballot did not allow")
    state.answers[voter] = answer


def _round(state: Replay, payload: Mapping[str, Any]) -> None:
    """Add options admitted after the opening. Earlier answers count until they are changed."""
    if state.speaks or state.is_secret:
        raise ValueError("a new round where none can be")
    if not moment(state.rules["opens"]) <= moment(payload["at"]) < moment(state.closes):
        raise ValueError("a new round outside the time in which the ballot was open")
    if payload["round"] != state.rules.get("round", 1) + 1:
        raise ValueError(f"the round {payload['round']} does not follow the one before it")
    known = [option["code"] for option in state.rules["options"]]
    added = [option["code"] for option in payload["options"]]
    if not added or len({*known, *added}) != len(known) + len(added):
        raise ValueError("a new round without a new option, or with one that was there")
    state.rules = {
        **state.rules,
        "options": [*state.rules["options"], *payload["options"]],
        "round": payload["round"],
    }


def _statement(state: Replay, payload: Mapping[str, Any], disclosed: Mapping[str, Any]) -> None:
    """Record a statement, which replaces the State's earlier one of its kind, or a withdrawal."""
    if not state.speaks:
        raise ValueError("a statement where options are chosen")
    voter = _voter(state, payload, "a statement")
    made = payload["kind"] == "statement"
    if not made and voter not in state.statements:
        raise ValueError("the withdrawal of a statement that was never made")
    in_effect = state.statements.setdefault(voter, set())
    if "statement" not in disclosed:
        state.withheld = True
        return
    kind = disclosed["statement"]["kind"]
    if kind not in STATEMENTS[state.rules["decision"]]:
        raise ValueError(f"a statement of the kind {kind!r}, which has no place here")
    if made:
        in_effect.add(kind)
    elif kind not in in_effect and not state.withheld:
        raise ValueError("the withdrawal of a statement that does not stand")
    else:
        in_effect.discard(kind)


def _close(state: Replay, payload: Mapping[str, Any], disclosed: Mapping[str, Any]) -> None:
    state.closed = True
    if moment(payload["at"]) < moment(state.closes):
        raise ValueError("the ballot was closed before its deadline")
    if payload["answered"] != state.answered:
        raise ValueError(f"states {payload['answered']} answers; the entries hold {state.answered}")
    answers = list(state.answers.values())
    if state.is_secret:
        state.withheld = "choices" not in disclosed
        answers = disclosed.get("choices", [])
        if not state.withheld and len(answers) != state.answered:
            raise ValueError(f"holds {len(answers)} choices; {state.answered} States have voted")
        if not all(valid_answer(state.rules, answer) for answer in answers):
            raise ValueError("a choice that the ballot did not allow")
    if not state.is_disclosed:
        return
    if state.speaks:
        outcome, totals = count_statements(state.rules, state.statements.values())
    else:
        outcome, totals = count(state.rules, answers)
    for name, counted in (("outcome", outcome), ("totals", totals)):
        if name in disclosed and disclosed[name] != counted:
            raise ValueError(f"the {name} stated is {canonical(disclosed[name])}, counted is {canonical(counted)}")


# --- The file --------------------------------------------------------------------------------------------------------


@dataclass
class Report:
    heading: dict[str, Any]
    replay: Replay
    entries: int
    hashes: dict[str, int]
    outcome: dict[str, Any] | None = None
    totals: dict[str, Any] | None = None


def verify(content: bytes, keys: Keys) -> Report:
    """Verify the whole file, or raise `Wrong` at the first invalid entry."""
    lines = _lines(content)
    heading = _heading(lines[0], keys)
    replay, previous, hashes, disclosed = Replay(), START, {}, {}
    for number, text in enumerate(lines[1:-1], start=1):
        if text.endswith(",") != (number < len(lines) - 2):
            raise Wrong(number, "is not parted from the next entry by one comma")
        line = _parsed(number, text.removesuffix(","), {"disclosed", "hash", "key", "payload", "seal", "signature"})
        disclosed = _guarded(number, lambda line=line, n=number: _entry(n, line, heading, keys))
        if line["payload"]["previous"] != previous:
            raise Wrong(number, "is not chained to the entry before it: one was dropped, added or swapped")
        _guarded(number, lambda line=line, shown=disclosed: follow(replay, line["payload"], shown))
        previous = line["hash"]
        hashes[previous] = number
    if not replay.closed:
        raise Wrong(len(lines) - 1, "is missing: the ledger does not end with a closing entry")
    if lines[-1] != "]}":
        raise Wrong(len(lines) - 1, "something stands after the closing entry")
    if "certificate" in heading:
        _guarded(0, lambda: _certificate(heading, previous, keys))
    return Report(heading, replay, len(lines) - 2, hashes, disclosed.get("outcome"), disclosed.get("totals"))


def _lines(content: bytes) -> list[str]:
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Wrong(content[: error.start].count(b"\n"), "is not UTF-8") from error
    if lines[-1] != "":
        raise Wrong(len(lines) - 1, "the file does not end where it should")
    if len(lines) < 3:
        raise Wrong(1, "is missing: the file holds no entries")
    return lines[:-1]


def _heading(text: str, keys: Keys) -> dict[str, Any]:
    if not text.endswith(',"entries":['):
        raise Wrong(0, "the heading is not that of a ledger")
    names = {"audience", "ballot", "format", "key", "seal"} | ({"certificate"} if '"certificate":' in text else set())
    heading = _parsed(0, text.removesuffix(',"entries":[') + "}", names)
    if heading["format"] != FORMAT:
        raise Wrong(0, f"the file is not in the format {FORMAT}")
    if heading["key"] not in keys:
        raise Wrong(0, f"the file is sealed with the key {heading['key']}, which was not given")
    if not _guarded(0, lambda: signed_by(keys, heading["key"], heading["seal"], sealed_text("", heading))):
        raise Wrong(0, "the seal of the heading does not hold: it was altered")
    return heading


def _certificate(heading: Mapping[str, Any], closing: str, keys: Keys) -> None:
    """Check the certificate, which names the hash of the closing entry."""
    certificate = heading["certificate"]
    payload = certificate["payload"]
    if not signed_by(keys, certificate["key"], certificate["signature"], canonical(payload)):
        raise ValueError("the signature of the certificate does not hold")
    if (payload["ballot"], payload["closing"]) != (heading["ballot"], closing):
        raise ValueError("the certificate is that of another ledger")


def _parsed(number: int, text: str, names: set[str]) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Wrong(number, "was altered: it is not JSON") from error
    if not isinstance(line, dict) or set(line) != names:
        raise Wrong(number, "was altered: it does not hold what an entry holds")
    if _guarded(number, lambda: canonical(line)) != text:
        raise Wrong(number, "was altered: it is not written in the canonical way")
    return line


def _entry(number: int, line: dict[str, Any], heading: dict[str, Any], keys: Keys) -> dict[str, Any]:
    """Return the disclosed values of an entry after checking signature, hash, seal and digests."""
    payload = line["payload"]
    text = canonical(payload)
    if sha256(text) != line["hash"]:
        raise ValueError("was altered: its hash does not hold")
    if not signed_by(keys, line["key"], line["signature"], text):
        raise ValueError("was altered: its signature does not hold")
    if not signed_by(keys, heading["key"], line["seal"], sealed_text(heading["audience"], line)):
        raise ValueError("was altered: its seal does not hold")
    # Entries written before version 0.2 also carry their number.
    if payload.get("seq", number) != number:
        raise ValueError(f"carries the number {payload['seq']}: an entry was dropped, added or swapped")
    if payload["ballot"] != heading["ballot"]:
        raise ValueError(f"belongs to the ballot {payload['ballot']}")
    return disclosed_values(payload, line["disclosed"])


def disclosed_values(payload: Mapping[str, Any], disclosed: Mapping[str, Any]) -> dict[str, Any]:
    digests = payload.get("digests", {})
    for name, disclosure in disclosed.items():
        if disclosure[1] != name or digests.get(name) != digest(disclosure):
            raise ValueError(f"the disclosed {name} is not the one that was signed")
    return {name: disclosure[2] for name, disclosure in disclosed.items()}


def _guarded(number: int, check: Callable[[], Any]) -> Any:
    """Turn any exception caused by an altered entry into an error about that entry."""
    try:
        return check()
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        what = str(error) if type(error) is ValueError else "was altered: it does not hold what an entry holds"
        raise Wrong(number, what) from error


# --- Receipts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Receipt:
    payload: dict[str, Any]
    hash: str
    state: str
    # Option letters, `abstain`, a statement, or None in a secret ballot.
    answer: Any


def write_receipt(*, payload: str, disclosed: Mapping[str, Any], signature: str, key: str) -> str:
    """Return the receipt: the signed text and its values, wrapped so that emails do not break it."""
    whole = {"disclosed": dict(disclosed), "key": key, "payload": json.loads(payload), "signature": signature}
    coded = base64.b64encode(canonical(whole).encode()).decode()
    rows = [coded[start : start + 64] for start in range(0, len(coded), 64)]
    return "\n".join(["-----BEGIN IDM RECEIPT-----", *rows, "-----END IDM RECEIPT-----"])


def read_receipt(text: str, keys: Keys) -> Receipt:
    """Return the receipt in a pasted text. Raises ValueError without one or if its signature is invalid."""
    found = RECEIPT.search(text)
    if found is None:
        raise ValueError("there is no receipt in this text")
    try:
        # Email programs indent and quote, so drop characters outside the alphabet.
        whole = json.loads(base64.b64decode(re.sub(r"[^A-Za-z0-9+/=]", "", found[1]), validate=True))
        payload = whole["payload"]
        signed = signed_by(keys, whole["key"], whole["signature"], canonical(payload))
        values = disclosed_values(payload, whole["disclosed"])
        receipt = Receipt(
            payload, sha256(canonical(payload)), values["state"], values.get("answer", values.get("statement"))
        )
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError("the receipt was altered, or not copied whole") from error
    if not signed:
        raise ValueError("the receipt was altered, or another key signed it")
    return receipt


# --- The command -----------------------------------------------------------------------------------------------------


def in_words(report: Report) -> list[str]:
    answers = f"{report.replay.answered} {'States spoke' if report.replay.speaks else 'answers'}"
    lines = [f"{report.heading['ballot']}: {report.entries} entries, {answers}; signatures and chain hold"]
    if report.outcome:
        lines.append(
            f"outcome: {report.outcome['outcome']}; selected: {', '.join(report.outcome['selected']) or 'none'}"
        )
    if report.totals:
        counts = report.totals["statements" if report.replay.speaks else "options"]
        lines.append("totals: " + ", ".join(f"{name} {number}" for name, number in counts.items()))
    if "certificate" in report.heading:
        lines.append(f"certified at {report.heading['certificate']['payload']['at']}")
    counted = report.totals is not None and report.replay.is_disclosed
    lines.append("counted again: the result is right" if counted else "the answers are not disclosed in this file")
    return lines


def run(arguments: Sequence[str], write: Callable[[str], Any]) -> int:
    parser = argparse.ArgumentParser(prog="verify_ballot", description="Checks the exported ledger of a ballot.")
    parser.add_argument("file", type=Path, help="ledger.json of the ballot")
    parser.add_argument("--key", type=Path, required=True, help="key.pem of the portal")
    parser.add_argument("--receipt", type=Path, help="a receipt that the ledger should hold")
    asked = parser.parse_args(arguments)
    return check_files(asked.file, asked.key, asked.receipt, write)


def check_files(file: Path, key: Path, receipt: Path | None, write: Callable[[str], Any]) -> int:
    try:
        keys = load_keys(key.read_bytes())
        if not keys:
            raise ValueError(f"{key.name} holds no Ed25519 public key")
        report = verify(file.read_bytes(), keys)
        lines = in_words(report)
        if receipt:
            held = read_receipt(receipt.read_text(encoding="utf-8"), keys)
            if held.hash not in report.hashes:
                raise ValueError("the vote of the receipt is not in this ledger")
            lines.append(f"the vote of the receipt is entry {report.hashes[held.hash]}")
    except (Wrong, ValueError, OSError) as problem:
        write(f"NOT VALID: {problem}")
        return 1
    for line in lines:
        write(line)
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], lambda line: sys.stdout.write(line + "\n")))
