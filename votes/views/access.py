"""Access of viewers to ballots and their contents."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from documents.models import Document
from documents.revisions import revision_of as revision_of_documents
from foundation.time.clock import ClockTimestamp
from membership.audience import audiences_of_rights
from membership.models import Accreditation, Person, Rights, RoleName
from membership.permissions import chosen_delegation, rights_of
from membership.revisions import revision_of_register
from votes.models import Ballot, Option
from votes.permissions import sees_choices, sees_result, sees_totals
from votes.revisions import revision_of
from votes.services import ensure_opened


@dataclass(frozen=True)
class Viewer:
    """The viewer: a visitor, a delegate or a member of staff."""

    rights: Rights
    delegation: Accreditation | None
    person: Person | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Viewer":
        rights = getattr(request, "rights", None) or rights_of(request)
        # Visitors have no session.
        states = rights.member_states
        return cls(rights, chosen_delegation(request, states) if states else None, getattr(request, "viewer", None))

    @property
    def prepares(self) -> bool:
        return self.rights.has_role(RoleName.EDITOR, RoleName.PUBLISHER)

    @property
    def is_publisher(self) -> bool:
        return self.rights.has_role(RoleName.PUBLISHER)

    @property
    def acts_for_member_state(self) -> bool:
        return self.rights.acts_for_member_state

    @cached_property
    def audiences(self) -> set[str]:
        """Return the viewer's audiences. `staff` means publishers here, not every member of staff."""
        found = audiences_of_rights(self.rights)
        return found if self.is_publisher else found - {"staff"}

    def ballots(self) -> QuerySet[Ballot]:
        rows = Ballot.objects.annotate(now=ClockTimestamp()).select_related("result", "meeting")
        return rows if self.prepares else rows.for_audiences(self.audiences)

    def sees_result(self, ballot: Ballot) -> bool:
        return sees_result(ballot, self.audiences, publisher=self.is_publisher)

    def sees_totals(self, ballot: Ballot) -> bool:
        return self.sees_result(ballot) and sees_totals(ballot, self.audiences, publisher=self.is_publisher)

    def sees_choices(self, ballot: Ballot) -> bool:
        return self.sees_result(ballot) and sees_choices(ballot, self.audiences, publisher=self.is_publisher)


def ballot_for(viewer: Viewer, slug: str) -> Ballot:
    """Return the ballot with `now`, the moment it was read, or raise 404."""
    ballot = viewer.ballots().prefetch_related("options").filter(slug=slug).first()
    if ballot is None:
        raise Http404
    if not ballot.is_draft and ballot.opened_at is None and ballot.now >= ballot.opens_at:
        ensure_opened(ballot=ballot)
        return ballot_for(viewer, slug)
    return ballot


def public_revision(request: HttpRequest, slug: str, **kwargs: object) -> tuple:
    """Return a value that changes with the ballot, its public papers and the names of States."""
    found = revision_of(Ballot.objects.for_audiences({"public"}).filter(slug=slug))
    if not found:
        raise Http404
    linked = Option.papers.through.objects.filter(option__ballot__slug=slug).values("document_id")
    papers = Document.objects.visible_to(None, timezone.now()).filter(pk__in=linked)
    return found, revision_of_documents(papers), revision_of_register()


def public_list_revision(request: HttpRequest) -> tuple:
    return revision_of(Ballot.objects.for_audiences({"public"}))
