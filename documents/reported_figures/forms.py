"""Forms for reported figures and their values."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.reported_figures import SLUG_PATTERN, ReportedFigure
from documents.reported_figures.services import check_value
from foundation.refusals import Refused
from foundation.text import LANGUAGES


class ValueForm(forms.Form):
    """A new value of a figure. Fields that do not apply to its `kind` are left out."""

    amount = forms.DecimalField(label=_("Value"), max_digits=18, decimal_places=2, min_value=0)
    total = forms.IntegerField(label=_("Total"), min_value=1, max_value=2**62, required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False, help_text=_("For example USD."))
    is_lower_bound = forms.BooleanField(
        label=_("A lower bound"),
        required=False,
        help_text=_("The figure is shown as “more than” wherever it is cited."),
    )
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("Who reported it, and where it can be checked.")
    )
    source_url = forms.URLField(
        label=_("Web address of the source"), max_length=500, required=False, assume_scheme="https"
    )
    reported_on = forms.DateField(label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind = kind
        self.fields["reported_on"].initial = timezone.now().date
        own_fields = {ReportedFigure.Kind.COUNT: "is_lower_bound", "ratio": "total", "money": "currency"}
        for own_kind, name in own_fields.items():
            if kind and kind != own_kind:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        kind = self._kind or found.get("kind")
        if kind and found.get("amount") is not None:
            try:
                check_value(
                    kind=kind,
                    amount=found["amount"],
                    total=found.get("total"),
                    currency=found.get("currency", ""),
                    is_lower_bound=found.get("is_lower_bound", False),
                )
            except Refused as refusal:
                refusal.add_to(self)
        return found

    @property
    def value(self) -> dict[str, Any]:
        """The arguments of `report_value`."""
        names = ("amount", "total", "currency", "is_lower_bound", "source", "source_url", "reported_on")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class FigureForm(ValueForm):
    """A new figure with its first value. Its kind is chosen in the form, so all fields are shown."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ReportedFigure.Kind)
    label_en = forms.CharField(label=_("What the figure measures (English)"), max_length=200)
    label_fr = forms.CharField(label=_("What the figure measures (French)"), max_length=200, required=False)
    label_es = forms.CharField(label=_("What the figure measures (Spanish)"), max_length=200, required=False)
    slug = forms.RegexField(
        SLUG_PATTERN,
        label=_("Short name"),
        max_length=80,
        help_text=_(
            "You cannot change it later. Use lowercase letters, digits and hyphens, for example partner-visits-2010."
        ),
    )
    field_order = ["label_en", "label_fr", "label_es", "slug", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, kind="", **kwargs)

    @property
    def labels(self) -> dict[str, str]:
        """The labels by language."""
        return {code: self.cleaned_data[f"label_{code}"] for code in LANGUAGES}
