"""The count: what the answers give under the rules of the ballot. Pure functions; nothing here reads the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from votes.models import Ballot, Majority, Outcome

Answer = Sequence[str] | None  # letters of the options; None: an abstention


@dataclass(frozen=True)
class Turnout:
    """How many of a region were entitled, and how many answered."""

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

    @property
    def chose(self) -> int:
        """Answers that chose something: what majorities are counted of."""
        return self.answered - self.abstained

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

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
    """A tie at the last place to be filled selects none of the tied; nothing is ever chosen silently."""
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


def _outcome(
    ballot: Ballot, options: Mapping[str, int], answered: int, abstained: int, entitled: int
) -> tuple[Outcome, set[str], set[str]]:
    chose = answered - abstained
    if chose == 0:
        return Outcome.NO_ANSWER, set(), set()
    if ballot.quorum and answered * 100 < ballot.quorum * entitled:
        return Outcome.NO_QUORUM, set(), set()
    eligible = {code: votes for code, votes in options.items() if has_majority(ballot.majority, votes, chose)}
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


def has_majority(rule: str, votes: int, chose: int) -> bool:
    match rule:
        case Majority.ABSOLUTE:
            return votes * 2 > chose
        case Majority.TWO_THIRDS:
            return votes * 3 >= chose * 2
    return votes > 0
