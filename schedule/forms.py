import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.editing.forms import VersionedForm
from foundation.text.letters import validate_line
from foundation.time.formats import in_zone, zone_of
from schedule.models import Appearance, InterpretationLanguage, Occasion, Room, Slot
from schedule.services.appearances import APPEARANCE_COLUMNS
from schedule.services.occasions import OCCASION_COLUMNS, ROOM_COLUMNS
from schedule.services.slots import SLOT_COLUMNS


class ZonedMomentField(forms.DateTimeField):
    """A moment entered and shown in one time zone, whatever the active time zone is."""

    def __init__(self, *, zone: str = "UTC", **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
        super().__init__(**kwargs)
        self.zone = zone

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime) and value.tzinfo is not None:
            return in_zone(value, self.zone).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values:
            return None
        if isinstance(value, str):
            try:
                moment = dt.datetime.fromisoformat(value.strip())
            except ValueError as error:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        else:
            moment = value
        return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(self.zone))


class OccasionForm(VersionedForm):
    class Meta:
        model = Occasion
        fields = OCCASION_COLUMNS
        widgets = {"begins_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                   "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}  # fmt: skip


class RoomForm(VersionedForm):
    class Meta:
        model = Room
        fields = tuple(name for name in ROOM_COLUMNS if name != "position")


class SlotForm(VersionedForm):
    starts_at = ZonedMomentField(label=_("Starts"))
    ends_at = ZonedMomentField(label=_("Ends"))
    interpretation = forms.MultipleChoiceField(
        label=_("Interpretation"),
        choices=InterpretationLanguage,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Slot
        fields = SLOT_COLUMNS

    def __init__(self, *args: Any, occasion: Occasion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_at", "ends_at"):
            self.fields[name].zone = occasion.zone
        self.fields["room"].queryset = occasion.rooms.all()
        for name in ("description_en", "description_fr", "description_es"):
            self.fields[name].widget.attrs["rows"] = 3
        if self.instance.pk:
            self.fields["interpretation"].initial = [i.language for i in self.instance.interpretations.all()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must be after the start."))
        return cleaned


class AppearanceForm(VersionedForm):
    class Meta:
        model = Appearance
        fields = tuple(name for name in APPEARANCE_COLUMNS if name != "name_key")

    def __init__(self, *args: Any, entities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(validate_line)
        self.fields["entity"].widget.choices = [("", "—"), *entities]
