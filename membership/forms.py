import datetime as dt
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.editing.merging import MergingForm
from foundation.text import Language
from foundation.text.letters import validate_line
from foundation.time.zones import zone_choices
from membership import services
from membership.models import Capacity, Entity, Group, Person, RoleName, Status
from membership.register_list import RegisterFilter


def _entities(day: dt.date) -> list[tuple[str, str]]:
    named = Entity.objects.in_protocol_order(get_language() or "en", day).exclude(protocol_name=None)
    return [("", "—"), *((code, f"{name} ({code})") for code, name in named.values_list("code", "protocol_name"))]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class OwnDetailsForm(MergingForm, forms.Form):
    title = forms.CharField(label=_("Title"), max_length=50, required=False, help_text=_("H.E. Ms., Dr., …"))
    first_name = forms.CharField(label=_("Given name"), max_length=100, required=False, validators=[validate_line])
    last_name = forms.CharField(
        label=_("Family name"),
        max_length=100,
        required=False,
        validators=[validate_line],
        help_text=_("If you have only one name, leave one of the two blank."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, help_text=_("The portal uses it in emails to you.")
    )
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Times are also shown in this zone."))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(person, name) for name in services.OWN_DETAILS}, **kwargs)
        self.fields["zone"].choices = zone_choices(person.zone)
        self.fields["title"].validators.append(validate_line)
        self.carry_version(self.version_of(person))

    def version_of(self, row: Person) -> int:
        return services.details_version(row)

    def fresh(self, row: Person) -> "OwnDetailsForm":
        return type(self)(person=row)


class RegisterFilterForm(forms.Form):
    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("any")), *Status.choices])
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("all")), ("state", _("States")), ("others", _("Organizations and others"))],
    )
    region = forms.ChoiceField(label=_("Regional group"), required=False)
    day = forms.DateField(label=_("Date"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Group.objects.filter(kind="region").order_by("sort_key").values_list("code", "name")
        self.fields["region"].choices = [("", _("any")), *regions]

    def wanted(self, today: dt.date, sort: str) -> RegisterFilter:
        """Return the filters. Invalid dates, statuses and regions are ignored."""
        self.is_valid()
        asked = self.cleaned_data
        return RegisterFilter(
            day=asked.get("day") or today,
            status=asked.get("status", ""),
            kind=asked.get("kind", ""),
            region=asked.get("region", ""),
            text=asked.get("q", ""),
            sort=sort,
        )


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or email address"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("any")), *RoleName.choices])
    entity = forms.ChoiceField(label=_("Accredited for"), required=False)

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].choices = _entities(day)


class PersonForm(forms.Form):
    email = forms.EmailField(label=_("Email address"))
    title = forms.CharField(label=_("Title"), max_length=50, required=False, validators=[validate_line])
    first_name = forms.CharField(label=_("Given name"), max_length=100, required=False, validators=[validate_line])
    last_name = forms.CharField(label=_("Family name"), max_length=100, required=False, validators=[validate_line])
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class RoleForm(forms.Form):
    prefix = "role"
    name = forms.ChoiceField(label=_("Role"), choices=[(value, capfirst(label)) for value, label in RoleName.choices])


class AccreditationForm(forms.Form):
    prefix = "accreditation"
    entity = forms.ModelChoiceField(
        label=_("State or organization"), queryset=Entity.objects.none(), to_field_name="code"
    )
    capacity = forms.ChoiceField(label=_("Capacity"), choices=Capacity.choices)
    begins = forms.DateField(
        label=_("From"), required=False, widget=DayInput(), help_text=_("Leave blank to start today.")
    )
    ends = forms.DateField(
        label=_("No longer valid from"),
        required=False,
        widget=DayInput(),
        help_text=_("Leave blank if there is no end date."),
    )

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].queryset = Entity.objects.all()
        self.fields["entity"].choices = _entities(day)


class EndForm(forms.Form):
    ends = forms.DateField(
        label=_("No longer valid from"),
        required=False,
        widget=DayInput(),
        help_text=_("Leave blank to end it today."),
    )


class DelegationChoiceForm(forms.Form):
    """Choose one of the person's own accreditations."""

    accreditation = forms.TypedChoiceField(label=_("Delegation"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accreditation"].choices = choices
