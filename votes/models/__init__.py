"""Models of votes: ballots, entitlements, answers, and the ledger that proves them."""

from votes.models.ballots import (
    Ballot,
    BallotState,
    Entitlement,
    Kind,
    Majority,
    MajorityBase,
    Option,
    Preparation,
    StatementKind,
    TieRule,
)
from votes.models.casting import DelegationSettings, Position, ReceivedVote, Vote
from votes.models.deliveries import CalendarLink, Printout, QuietMail, Reminder
from votes.models.ledger import EntryKind, LedgerEntry, SigningKey
from votes.models.proposals import Proposal, ProposalSupport
from votes.models.results import Outcome, Result
from votes.models.secret import HeldChoice, SecretChoice
from votes.models.statements import Statement

__all__ = [
    "Ballot",
    "BallotState",
    "CalendarLink",
    "DelegationSettings",
    "Entitlement",
    "EntryKind",
    "HeldChoice",
    "Kind",
    "LedgerEntry",
    "Majority",
    "MajorityBase",
    "Option",
    "Outcome",
    "Position",
    "Preparation",
    "Printout",
    "Proposal",
    "ProposalSupport",
    "QuietMail",
    "ReceivedVote",
    "Reminder",
    "Result",
    "SecretChoice",
    "SigningKey",
    "Statement",
    "StatementKind",
    "TieRule",
    "Vote",
]
