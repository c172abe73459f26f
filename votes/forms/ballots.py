"""Forms for preparing and extending a ballot."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from council.models import Meeting
from documents.models import Document
from foundation.editing.forms import VersionedForm
from foundation.pages import organization
from foundation.refusals import validate_zone
from foundation.text import LANGUAGES
from foundation.time.formats import in_zone, zone_of
from votes.models import Ballot, Kind, Option
from workshops.models import ProposalState, Theme, Topic


class LocalMoment(forms.DateTimeField):
    """Date and time in the time zone of the form's ballot."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def to_python(self, value: Any) -> dt.datetime | None:
        moment = super().to_python(value)
        # Django has read it in the server's zone; keep only the clock time.
        return moment.replace(tzinfo=None) if moment else None


MOMENTS = ("opens_at", "closes_at", "proposals_until")


def _languages(*names: str) -> list[str]:
    return [f"{name}_{language}" for name in names for language in LANGUAGES]


# Field groups. Each kind of decision shows only its own fields.
FIELDSETS: list[tuple[Any, list[str]]] = [
    (_("Decision"), ["kind", "slug", *_languages("rule"), "meeting"]),
    (_("Question"), _languages("question", "text")),
    (_("Text of the decision"), _languages("decision_text")),
    (_("The answer"), ["choose_min", "choose_max", "to_select", "allows_abstention", "is_secret"]),
    (_("When"), ["opens_at", "closes_at", "zone"]),
    (_("Who takes part"), ["needs_voting_right", "rights_on", "proposals_until"]),
    (_("Required majority"), ["quorum", "quorum_number", "majority", "majority_base", "tie_rule"]),
    (_("Visibility"), ["audience", "totals_audience", "choices_audience", "source"]),
]
_OF_CHOOSING = {"choose_min", "choose_max", "to_select", "allows_abstention", "tie_rule", "proposals_until"}
_OF_FORMAL_VOTES = {*_languages("rule"), "majority", "majority_base", "quorum", "quorum_number", "is_secret"}
_OF_TEXTS = set(_languages("decision_text"))
FOREIGN: dict[str, set[str]] = {
    Kind.INDICATIVE: _OF_FORMAL_VOTES | _OF_TEXTS | {"meeting"},
    Kind.FORMAL: _OF_TEXTS | {"meeting"},
    Kind.SILENCE: _OF_CHOOSING | _OF_FORMAL_VOTES | {"meeting"},
    Kind.ADOPTION: _OF_CHOOSING | _OF_FORMAL_VOTES,
}


class BallotForm(VersionedForm):
    """Fields of a draft ballot for its kind of decision, which is chosen first."""

    opens_at = LocalMoment(label=_("Opens"), help_text=_("In the time zone below."))
    closes_at = LocalMoment(label=_("Closes"))
    proposals_until = LocalMoment(
        label=_("Deadline for proposals"),
        required=False,
        help_text=_("Leave blank if delegations may not propose options."),
    )
    zone = forms.CharField(
        label=_("Time zone"), max_length=50, validators=[validate_zone], initial=lambda: organization.current().zone
    )

    class Meta:
        model = Ballot
        fields = [name for _legend, names in FIELDSETS for name in names]

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = Kind(kind)
        for name in FOREIGN[self.kind]:
            del self.fields[name]
        self.fields["kind"].widget, self.fields["kind"].required = forms.HiddenInput(), False
        self.initial["kind"] = self.kind.value
        self._say_what_is_wanted()
        if self.instance.pk:
            del self.fields["slug"]
            for name in MOMENTS:
                moment = getattr(self.instance, name)
                self.initial[name] = in_zone(moment, self.instance.zone).replace(tzinfo=None) if moment else None
        self.helper = FormHelper(self)
        held = [(legend, [name for name in names if name in self.fields]) for legend, names in FIELDSETS]
        seen = [Fieldset(legend, *names, css_class="mt-4") for legend, names in held if set(names) - {"kind"}]
        version = ["edit_version", "opened"] if self.instance.pk else []
        # The first group may contain only the kind, which is hidden.
        shown = {name for _legend, names in held if set(names) - {"kind"} for name in names}
        self.helper.layout = Layout(*version, *([] if "kind" in shown else ["kind"]), *seen)

    def _say_what_is_wanted(self) -> None:
        for language in LANGUAGES:
            self.fields[f"text_{language}"].widget.attrs["rows"] = 4
            if f"decision_text_{language}" in self.fields:
                self.fields[f"decision_text_{language}"].widget.attrs["rows"] = 6
        self.fields["source"].help_text = _("Write in English. Shown with the result.")
        self.fields["rights_on"].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        if "meeting" in self.fields:
            meetings = Meeting.objects.select_related("occasion").order_by("-occasion__begins_on")
            self.fields["meeting"].queryset = meetings
        if self.kind == Kind.FORMAL:
            cites = _("Enter the rule under which the formal vote is held.")
            self.fields["rule_en"].required, self.fields["rule_en"].error_messages["required"] = True, cites
        if self.kind == Kind.ADOPTION:
            self.fields["opens_at"].label = _("Time of adoption")
            self.fields["closes_at"].label = _("Deadline for statements")
        elif self.kind == Kind.SILENCE:
            self.fields["opens_at"].label = _("Silence procedure begins")
            self.fields["closes_at"].label = _("Silence procedure ends")

    def clean_kind(self) -> str:
        """Ignore the submitted kind: the fields already depend on it."""
        return self.kind.value

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        zone = data.get("zone")
        for name in MOMENTS if zone else ():
            if data.get(name):
                data[name] = data[name].replace(tzinfo=zone_of(zone))
        if data.get("opens_at") and data.get("closes_at") and zone and data["closes_at"] <= data["opens_at"]:
            self.add_error("closes_at", _("The closing time must be after the opening time."))
        if data.get("quorum") and data.get("quorum_number"):
            self.add_error("quorum_number", _("Enter the quorum either as a percentage or as a number of States."))
        if (data.get("choose_min") or 1) > (data.get("choose_max") or 1):
            self.add_error("choose_max", _("The maximum number of choices cannot be less than the minimum."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Return the values; fields of other kinds are reset, because a draft may change its kind."""
        blank = Ballot()
        return {name: getattr(blank, name) for name in FOREIGN[self.kind]} | super().values


class OptionsOfYearForm(forms.Form):
    """Adds all themes or topics of an IDM year as options."""

    source = forms.ChoiceField(label=_("All themes or topics of an IDM year"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources: dict[str, tuple[type[Theme | Topic], int]] = {}
        choices = []
        counts: list[tuple[type[Theme | Topic], Any]] = [
            (Topic, _("Topics of IDM %(year)s (%(count)s)")),
            (Theme, _("Themes of IDM %(year)s (%(count)s)")),
        ]
        for model, words in counts:
            rows = model.objects.exclude(state=ProposalState.WITHDRAWN).order_by().values_list("year__year")
            for year, count in sorted(rows.annotate(count=models.Count("pk")), reverse=True):
                key = f"{model._meta.model_name}-{year}"
                self.sources[key] = model, year
                choices.append((key, words % {"year": year, "count": count}))
        self.fields["source"].choices = sorted(choices, key=lambda choice: choice[0][-4:], reverse=True)

    @property
    def values(self) -> dict[str, Any]:
        model, year = self.sources[self.cleaned_data["source"]]
        return {"model": model, "year": year}


class OptionForm(VersionedForm):
    """An option with its own text, or from a theme or topic whose text is copied at the opening."""

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
        self.fields["papers"].help_text = _("Readers see only the papers that they are allowed to read.")
        copied = _("The text is copied when the ballot opens. Leave the title and description blank.")
        self.fields["theme"].help_text = self.fields["topic"].help_text = copied
        for language in LANGUAGES:
            self.fields[f"title_{language}"].required = False
            self.fields[f"description_{language}"].widget.attrs["rows"] = 4

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("theme") and data.get("topic"):
            self.add_error("topic", _("Choose either a theme or a topic, not both."))
        if not data.get("theme") and not data.get("topic") and not data.get("title_en"):
            self.add_error("title_en", _("Enter a title, or choose a theme or topic."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Return the values, without blank text if the option has a source."""
        values = super().values
        if not values.get("theme") and not values.get("topic"):
            return values
        return {name: value for name, value in values.items() if value or name in {"theme", "topic", "papers"}}


class ExtensionForm(forms.Form):
    closes_at = LocalMoment(label=_("New deadline"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Delegations can see the reason."),
    )

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = ballot

    def clean_closes_at(self) -> dt.datetime:
        return self.cleaned_data["closes_at"].replace(tzinfo=zone_of(self.ballot.zone))
