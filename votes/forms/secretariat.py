"""Forms for publishers: an answer received by note verbale, a run-off."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.time.formats import zone_of
from foundation.uploads.forms import UploadField
from foundation.uploads.kinds import LARGEST_PAPER, LETTERS
from votes.forms.answers import CastForm
from votes.forms.ballots import LocalMoment
from votes.models import Ballot


class ReceivedVoteForm(CastForm):
    """A State's answer with its note verbale and the file."""

    entity = forms.TypedChoiceField(label=_("State"), coerce=int)
    reference = forms.CharField(label=_("Reference of the note verbale"), max_length=200)
    dated = forms.DateField(label=_("Date of the note verbale"), widget=forms.DateInput(attrs={"type": "date"}))
    paper = UploadField(
        label=_("Note verbale (file)"),
        help_text=_("PDF or Word file, up to 25 MB."),
        kinds=LETTERS,
        largest=LARGEST_PAPER,
    )

    def __init__(self, *args: Any, states: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].choices = [("", ""), *states]

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "entity"}


class RunOffForm(forms.Form):
    opens_at = LocalMoment(label=_("Opens"))
    closes_at = LocalMoment(label=_("Closes"))
    entitled = forms.ChoiceField(
        label=_("Who takes part"),
        widget=forms.RadioSelect,
        initial="copied",
        choices=[
            ("copied", _("States entitled in the first ballot")),
            ("anew", _("States entitled on the opening day of the run-off")),
        ],
    )

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = ballot

    @property
    def values(self) -> dict[str, Any]:
        zone = zone_of(self.ballot.zone)
        data = self.cleaned_data
        return {
            "opens_at": data["opens_at"].replace(tzinfo=zone),
            "closes_at": data["closes_at"].replace(tzinfo=zone),
            "copies_entitled": data["entitled"] == "copied",
        }
