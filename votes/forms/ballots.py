"""What the secretariat sets before a ballot opens, and the extension after it."""

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from council.models import Meeting
from documents.models import Document
from foundation.editing.forms import VersionedForm
from foundation.text import LANGUAGES
from foundation.time.formats import in_zone, zone_of
from votes.models import Ballot, Kind, Option
from workshops.models import Theme, Topic


class LocalMoment(forms.DateTimeField):
    """Date and time on the clocks of the ballot's zone; the form that holds it gives the zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def to_python(self, value: Any) -> dt.datetime | None:
        moment = super().to_python(value)
        # Django has read it in the zone of the server; only the figures on the clock count here.
        return moment.replace(tzinfo=None) if moment else None


def known_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no time zone of this name; an example is Europe/Zurich."))


MOMENTS = ("opens_at", "closes_at", "proposals_until")


class BallotForm(VersionedForm):
    """All that is set before a ballot opens."""

    opens_at = LocalMoment(label=_("Opens"), help_text=_("on the clocks of the time zone below"))
    closes_at = LocalMoment(label=_("Closes"))
    proposals_until = LocalMoment(
        label=_("Delegations may propose options until"), required=False, help_text=_("empty: they may not")
    )
    zone = forms.CharField(label=_("Time zone"), max_length=50, validators=[known_zone], initial="Europe/Zurich")

    class Meta:
        model = Ballot
        fields = [
            "slug",
            "kind",
            *[f"rule_{language}" for language in LANGUAGES],
            *[f"question_{language}" for language in LANGUAGES],
            *[f"text_{language}" for language in LANGUAGES],
            *[f"decision_text_{language}" for language in LANGUAGES],
            "meeting",
            "opens_at",
            "closes_at",
            "zone",
            "choose_min",
            "choose_max",
            "to_select",
            "allows_abstention",
            "tie_rule",
            "majority",
            "majority_base",
            "quorum",
            "quorum_number",
            "is_secret",
            "needs_voting_right",
            "rights_on",
            "audience",
            "totals_audience",
            "choices_audience",
            "proposals_until",
            "source",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[f"text_{language}"].widget.attrs["rows"] = 4
        self.fields["source"].help_text = _("in English; shown with the result")
        self.fields["rights_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        for language in LANGUAGES:
            self.fields[f"decision_text_{language}"].widget.attrs["rows"] = 6
            self.fields[f"decision_text_{language}"].help_text = _("of a silence procedure or an adoption")
        self.fields["meeting"].queryset = Meeting.objects.select_related("occasion").order_by("-occasion__begins_on")
        self.fields["meeting"].help_text = _("of an adoption without a vote")
        for name in ("majority", "majority_base", "is_secret"):
            said = self.fields[name].help_text
            self.fields[name].help_text = (
                format_lazy("{}; {}", _("of a formal vote"), said) if said else _("of a formal vote")
            )
        if self.instance.pk:
            del self.fields["slug"]
            for name in MOMENTS:
                moment = getattr(self.instance, name)
                self.initial[name] = in_zone(moment, self.instance.zone).replace(tzinfo=None) if moment else None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        zone = data.get("zone")
        for name in MOMENTS if zone else ():
            if data.get(name):
                data[name] = data[name].replace(tzinfo=zone_of(zone))
        if data.get("opens_at") and data.get("closes_at") and zone and data["closes_at"] <= data["opens_at"]:
            self.add_error("closes_at", _("It has to close after it opens."))
        self._check_what_the_kind_takes(data)
        if (data.get("choose_min") or 1) > (data.get("choose_max") or 1):
            self.add_error("choose_max", _("At most cannot be less than at least."))
        return data

    def _check_what_the_kind_takes(self, data: dict[str, Any]) -> None:
        if data.get("kind") == Kind.FORMAL:
            if not data.get("rule_en"):
                self.add_error("rule_en", _("A formal vote cites the rule it is held under."))
            if data.get("quorum") and data.get("quorum_number"):
                self.add_error("quorum_number", _("A quorum is a share or a number, not both."))
            return
        plain = {"majority": "relative", "majority_base": "votes", "quorum": None, "quorum_number": None}
        for name, value in {**plain, "is_secret": False}.items():
            if name in data and data[name] != value:
                self.add_error(name, _("This belongs to a formal vote."))


class OptionForm(VersionedForm):
    """An option in words of its own, or taken from a theme or topic, whose words are then copied at the opening."""

    class Meta:
        model = Option
        fields = [
            "code",
            "theme",
            "topic",
            "papers",
            *[f"title_{language}" for language in LANGUAGES],
            *[f"description_{language}" for language in LANGUAGES],
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Theme.objects.select_related("year").order_by("-year__year", "pk")
        self.fields["topic"].queryset = Topic.objects.select_related("year").order_by("-year__year", "letter")
        self.fields["theme"].label = _("Theme of an IDM year")
        self.fields["topic"].label = _("Topic of an IDM year")
        self.fields["papers"].queryset = Document.objects.in_force().order_by("-dated", "symbol")
        self.fields["papers"].required = False
        self.fields["papers"].help_text = _("Each reader sees those that they may read.")
        copied = _("Its words are copied when the ballot opens; leave title and description empty.")
        self.fields["theme"].help_text = self.fields["topic"].help_text = copied
        for language in LANGUAGES:
            self.fields[f"title_{language}"].required = False
            self.fields[f"description_{language}"].widget.attrs["rows"] = 4

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("theme") and data.get("topic"):
            self.add_error("topic", _("An option comes from a theme or from a topic, not from both."))
        if not data.get("theme") and not data.get("topic") and not data.get("title_en"):
            self.add_error("title_en", _("An option of its own needs a title."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Empty words are left out where a source gives them."""
        values = super().values
        if not values.get("theme") and not values.get("topic"):
            return values
        return {name: value for name, value in values.items() if value or name in {"theme", "topic", "papers"}}


class ExtensionForm(forms.Form):
    closes_at = LocalMoment(label=_("New deadline"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Delegations read it.")
    )

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = ballot

    def clean_closes_at(self) -> dt.datetime:
        return self.cleaned_data["closes_at"].replace(tzinfo=zone_of(self.ballot.zone))
