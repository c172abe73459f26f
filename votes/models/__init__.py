"""Facts of the room: what is asked, who may answer, what was answered, and the ledger that proves it."""

from votes.models.ballots import Ballot, BallotState, Entitlement, Kind, Majority, Option, Preparation, TieRule
from votes.models.casting import CastingRule, Position, Proposal, Vote
from votes.models.ledger import EntryKind, LedgerEntry, SigningKey
from votes.models.results import Outcome, Result

__all__ = [
    "Ballot",
    "BallotState",
    "CastingRule",
    "Entitlement",
    "EntryKind",
    "Kind",
    "LedgerEntry",
    "Majority",
    "Option",
    "Outcome",
    "Position",
    "Preparation",
    "Proposal",
    "Result",
    "SigningKey",
    "TieRule",
    "Vote",
]
