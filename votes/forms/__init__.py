"""Forms of votes."""

from votes.forms.answers import (
    AnswerForm,
    CastForm,
    PositionForm,
    ReceiptForm,
    RecordStatementForm,
    SendStatementForm,
    StatementForm,
    StatementPositionForm,
)
from votes.forms.ballots import BallotForm, ExtensionForm, LocalMoment, OptionForm, OptionsOfYearForm
from votes.forms.delegations import BriefForm, DelegationSettingsForm
from votes.forms.proposals import AdmitForm, DeclineForm, MergeForm, ProposalForm, RecordProposalForm
from votes.forms.secretariat import ReceivedVoteForm, RunOffForm

__all__ = [
    "AdmitForm",
    "AnswerForm",
    "BallotForm",
    "BriefForm",
    "CastForm",
    "DeclineForm",
    "DelegationSettingsForm",
    "ExtensionForm",
    "LocalMoment",
    "MergeForm",
    "OptionForm",
    "OptionsOfYearForm",
    "PositionForm",
    "ProposalForm",
    "ReceiptForm",
    "ReceivedVoteForm",
    "RecordProposalForm",
    "RecordStatementForm",
    "RunOffForm",
    "SendStatementForm",
    "StatementForm",
    "StatementPositionForm",
]
