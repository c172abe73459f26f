"""The facts of IDM years and workshops, split by topic; import them from here."""

from workshops.models.funding import BudgetLine, BudgetPurpose, Contribution, ContributionQuerySet, ContributionState
from workshops.models.materials import Material, MaterialAudience, MaterialKind
from workshops.models.participants import Attendance, Participant, ParticipantQuerySet, ParticipantState
from workshops.models.workshops import Workshop, WorkshopQuerySet, WorkshopState
from workshops.models.years import IDMYear, ProposalQuerySet, ProposalState, Theme, Topic

__all__ = [
    "Attendance",
    "BudgetLine",
    "BudgetPurpose",
    "Contribution",
    "ContributionQuerySet",
    "ContributionState",
    "IDMYear",
    "Material",
    "MaterialAudience",
    "MaterialKind",
    "Participant",
    "ParticipantQuerySet",
    "ParticipantState",
    "ProposalQuerySet",
    "ProposalState",
    "Theme",
    "Topic",
    "Workshop",
    "WorkshopQuerySet",
    "WorkshopState",
]
