"""Count answers under the rules of a ballot. Pure functions that do not read the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from votes.models import Ballot, Majority, MajorityBase, Outcome, StatementKind

Answer = Sequence[str] | None  # letters of the options; None: an abstention


@dataclass(frozen=True)
class Turnout:
    """Numbers of entitled and answering States of a region."""

    region: str
    entitled: int
    answered: int


@dataclass(frozen=True)
class Count:
    outcome: str
    selected: list[str]
    tied: list[str]
    options: dict[str, int]
    answered: int
    abstained: int
    entitled: int
    turnout: list[Turnout] = field(default_factory=list)
    # Statements of each kind in effect; `answered` is the number of States that made any.
    statements: dict[str, int] = field(default_factory=dict)

    @property
    def chose(self) -> int:
        """Return the number of answers that are not abstentions, the base of majorities."""
        return self.answered - self.abstained

    def as_json(self) -> dict[str, Any]:
        content = asdict(self)
        return content if self.statements else {name: value for name, value in content.items() if name != "statements"}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Count":
        turnout = [Turnout(**row) for row in content["turnout"]]
        return cls(**{**content, "turnout": turnout})


def count(
    ballot: Ballot,
    codes: Sequence[str],
    answers: Sequence[Answer],
    entitled: int,
    turnout: Sequence[Turnout] = (),
) -> Count:
    """Count the answers. A tie for the last place selects none of the tied options."""
    options = {code: sum(answer is not None and code in answer for answer in answers) for code in codes}
    abstained = sum(answer is None for answer in answers)
    outcome, selected, tied = _outcome(ballot, options, len(answers), abstained, entitled)
    return Count(
        outcome=outcome.value,
        selected=[code for code in codes if code in selected],
        tied=[code for code in codes if code in tied],
        options=options,
        answered=len(answers),
        abstained=abstained,
        entitled=entitled,
        turnout=list(turnout),
    )


def count_statements(
    ballot: Ballot, kinds: Sequence[str], spoke: int, entitled: int, turnout: Sequence[Turnout] = ()
) -> Count:
    """Count statements. One objection prevents adoption.

    `kinds` are those in effect at the end; `spoke` is the number of States that made any.
    """
    statements = {kind.value: list(kinds).count(kind.value) for kind in ballot.statement_kinds}
    outcome = Outcome.OBJECTED if statements.get(StatementKind.OBJECTION) else Outcome.ADOPTED
    return Count(outcome.value, [], [], {}, spoke, 0, entitled, list(turnout), statements)


def _outcome(
    ballot: Ballot, options: Mapping[str, int], answered: int, abstained: int, entitled: int
) -> tuple[Outcome, set[str], set[str]]:
    chose = answered - abstained
    if not has_quorum(ballot, answered, entitled):
        return Outcome.NO_QUORUM, set(), set()
    if chose == 0:
        return Outcome.NO_ANSWER, set(), set()
    whole = {MajorityBase.ANSWERS: answered, MajorityBase.ENTITLED: entitled}.get(ballot.majority_base, chose)
    eligible = {code: votes for code, votes in options.items() if has_majority(ballot.majority, votes, whole)}
    if not eligible:
        return Outcome.NO_MAJORITY, set(), set()
    ranked = sorted(eligible.values(), reverse=True)
    if len(ranked) <= ballot.to_select:
        return Outcome.SELECTED, set(eligible), set()
    last = ranked[ballot.to_select - 1]
    above = {code for code, votes in eligible.items() if votes > last}
    level = {code for code, votes in eligible.items() if votes == last}
    if len(above) + len(level) > ballot.to_select:
        return Outcome.TIE, above, level
    return Outcome.SELECTED, above | level, set()


def has_quorum(ballot: Ballot, answered: int, entitled: int) -> bool:
    """Return whether the quorum is reached. Abstentions count as answers."""
    if ballot.quorum_number:
        return answered >= ballot.quorum_number
    return not ballot.quorum or answered * 100 >= ballot.quorum * entitled


def has_majority(rule: str, votes: int, whole: int) -> bool:
    match rule:
        case Majority.ABSOLUTE:
            return votes * 2 > whole
        case Majority.TWO_THIRDS:
            return votes > 0 and votes * 3 >= whole * 2
    return votes > 0
