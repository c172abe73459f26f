"""Proposals as shown on pages."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from foundation.text import list_in_words
from foundation.time.formats import language_of, short_moment
from membership.names import names_on
from votes.models import Ballot, Proposal


@dataclass(frozen=True)
class ShownProposal:
    row: Proposal
    proposer: str
    how: str
    supporters: str
    supporting: frozenset[int]

    @property
    def outcome(self) -> str:
        """Return the option or proposal that this proposal became; empty if it is undecided or was declined."""
        if self.row.option is not None:
            return str(self.row.option)
        return self.row.merged_into.title if self.row.merged_into is not None else ""


def shown_proposals(ballot: Ballot) -> list[ShownProposal]:
    """Return proposals in the order in which they were made, with three queries."""
    held = Proposal.objects.filter(ballot=ballot).select_related(
        "entity", "group", "meeting", "proposed_by", "option", "merged_into"
    )
    rows = list(held.prefetch_related("supports"))
    states = {row.entity_id for row in rows} | {support.entity_id for row in rows for support in row.supports.all()}
    names = names_on(states, ballot.day, language_of())
    place = {entity_id: number for number, entity_id in enumerate(names)}
    found = []
    for row in rows:
        supporting = sorted(
            (support.entity_id for support in row.supports.all()), key=lambda key: place.get(key, len(place))
        )
        supporters = list_in_words([names[key].short for key in supporting if key in names], language_of())
        proposer = names[row.entity_id].short if row.entity_id in names else row.entity.code
        found.append(ShownProposal(row, _by(row, proposer), _how(row, ballot), supporters, frozenset(supporting)))
    return found


def _by(row: Proposal, state: str) -> str:
    if row.group is None:
        return state
    return _("%(group)s (%(state)s, coordinator)") % {"group": row.group.name, "state": state}


def _how(row: Proposal, ballot: Ballot) -> str:
    if row.meeting is not None:
        return _("orally, at: %(meeting)s") % {"meeting": row.meeting.title}
    return _("in writing, %(when)s") % {"when": short_moment(row.proposed_at, ballot.zone)}
