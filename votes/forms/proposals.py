"""Forms for proposals from the floor."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from council.models import Meeting
from foundation.time.formats import zone_of
from membership.models import Group
from votes.forms.ballots import LocalMoment
from votes.models import Ballot, Option, Proposal


class ProposalForm(forms.Form):
    group = forms.TypedChoiceField(label=_("On behalf of"), required=False, coerce=int, empty_value=None)
    title = forms.CharField(label=_("Title"), max_length=300)
    rationale = forms.CharField(
        label=_("Rationale"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Explain why Member States should consider it. The secretariat decides on the proposal and gives a reason."
        ),
    )

    def __init__(self, *args: Any, groups: Sequence[Group] = (), **kwargs: Any) -> None:
        """Offer `groups`, those that the State coordinates today; without any the field is hidden."""
        super().__init__(*args, **kwargs)
        self.groups = {group.pk: group for group in groups}
        if groups:
            own = [("", _("our State only"))]
            self.fields["group"].choices = [*own, *((group.pk, group.name) for group in groups)]
        else:
            del self.fields["group"]

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "title": data["title"],
            "rationale": data["rationale"],
            "group": self.groups.get(data.get("group")),
        }


class RecordProposalForm(forms.Form):
    """A proposal made orally at a meeting."""

    entity = forms.TypedChoiceField(label=_("Proposed by"), coerce=int)
    group = forms.ModelChoiceField(
        Group.objects.all(),
        label=_("On behalf of"),
        required=False,
        help_text=_("A group that this State coordinates. Leave blank if the State proposes it on its own behalf."),
    )
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("Meeting at which it was proposed"))
    title = forms.CharField(label=_("Title"), max_length=300)
    rationale = forms.CharField(label=_("Rationale"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, states: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].choices = [("", ""), *states]
        self.fields["meeting"].queryset = Meeting.objects.select_related("occasion").order_by("-occasion__begins_on")


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The proposer can see the reason."),
    )


class MergeForm(DeclineForm):
    target = forms.ChoiceField(label=_("Merge into"))
    field_order = ["target", "reason"]

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options: dict[str, Option] = {f"option-{row.pk}": row for row in proposal.ballot.options.all()}
        others = Proposal.objects.filter(ballot=proposal.ballot_id, state=Proposal.State.SUBMITTED)
        self.proposals = {f"proposal-{row.pk}": row for row in others.exclude(pk=proposal.pk)}
        self.fields["target"].choices = [
            (_("Options"), [(key, str(row)) for key, row in self.options.items()]),
            (_("Other proposals"), [(key, row.title) for key, row in self.proposals.items()]),
        ]

    @property
    def values(self) -> dict[str, Any]:
        key = self.cleaned_data["target"]
        return {
            "reason": self.cleaned_data["reason"],
            "option": self.options.get(key),
            "into": self.proposals.get(key),
        }


class AdmitForm(forms.Form):
    code = forms.SlugField(label=_("Option letter"), max_length=10)
    reason = forms.CharField(
        label=_("Note to the proposer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    closes_at = LocalMoment(
        label=_("New deadline"),
        required=False,
        help_text=_(
            "A new round will start. Give States enough time to consider the option. Leave blank "
            "to keep the current deadline."
        ),
    )

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = ballot
        if ballot.opened_at is None:
            del self.fields["closes_at"]
        taken = {option.code for option in ballot.options.all()}
        self.fields["code"].initial = next((c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in taken), "")

    def clean_closes_at(self) -> dt.datetime | None:
        moment = self.cleaned_data["closes_at"]
        return moment.replace(tzinfo=zone_of(self.ballot.zone)) if moment else None
