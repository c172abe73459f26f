from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.editing.forms import VersionedForm
from foundation.pages import organization
from foundation.text import Language
from foundation.text.letters import validate_line
from foundation.uploads.forms import UploadField
from foundation.uploads.kinds import LARGEST_PAPER, PAPERS
from membership.models import Entity
from membership.names import names_on
from schedule.forms import ZonedMomentField
from workshops.counts import CATEGORIES, HEADINGS
from workshops.models import BudgetLine, Contribution, IDMYear, Material, Participant, Theme, Topic, Workshop
from workshops.services.funding import CONTRIBUTION_COLUMNS, LINE_COLUMNS
from workshops.services.materials import MATERIAL_COLUMNS
from workshops.services.participants import DETAIL_COLUMNS
from workshops.services.years import PROPOSAL_COLUMNS, WORKSHOP_COLUMNS, YEAR_COLUMNS


def register_choices(day: Any, kinds: tuple[str, ...] = CATEGORIES) -> list[tuple[str, Any]]:
    """Return all entities by category, with their names of the day, in protocol order. Two queries."""
    kind_of = dict(Entity.objects.filter(kind__in=kinds).values_list("pk", "kind"))
    groups: dict[str, list[tuple[str, str]]] = {}
    for pk, name in names_on(kind_of, day, get_language()).items():
        groups.setdefault(kind_of[pk], []).append((str(pk), name.short))
    return [("", "—"), *((str(HEADINGS[kind]), groups[kind]) for kind in kinds if kind in groups)]


class EntityChoice(forms.ModelChoiceField):
    """A field for an entity. Its choices are read once, with the names of one day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Entity.objects.all(), **kwargs)

    def offer(self, choices: list[tuple[str, Any]]) -> None:
        self.widget.choices = choices


class OneNameMixin:
    """Mixin for forms that require a given name or a surname, but not both."""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if (
            not found.get("given_name")
            and not found.get("surname")
            and not {"given_name", "surname"} & set(self.errors)
        ):
            self.add_error("surname", _("Enter at least one name."))
        return found


class RegistrationForm(OneNameMixin, forms.Form):
    """The public registration form. The address receives the personal link."""

    entity = EntityChoice(label=_("State or organization you represent"))
    honorific = forms.CharField(
        label=_("Title"), max_length=50, required=False, validators=[validate_line], help_text=_("H.E. Ms., Dr., …")
    )
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False, validators=[validate_line])
    surname = forms.CharField(
        label=_("Family name"),
        max_length=100,
        required=False,
        validators=[validate_line],
        help_text=_("If you have only one name, leave one of the two blank."),
    )
    function = forms.CharField(label=_("Function"), max_length=300, required=False, validators=[validate_line])
    email = forms.EmailField(
        label=_("Email address"), help_text=_("We send your personal link to this address. It is not published.")
    )
    language = forms.ChoiceField(label=_("Email language"), choices=Language)
    consents_to_listing = forms.BooleanField(
        label=_("List my name and function in the public list of participants"), required=False
    )

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].offer(register_choices(workshop.occasion.begins_on))
        self.fields["language"].initial = get_language()
        for name, token in (
            ("honorific", "honorific-prefix"),
            ("given_name", "given-name"),
            ("surname", "family-name"),
            ("function", "organization-title"),
            ("email", "email"),
        ):
            self.fields[name].widget.attrs["autocomplete"] = token


class ParticipantForm(OneNameMixin, VersionedForm):
    entity = EntityChoice(label=_("Sent by"))

    class Meta:
        model = Participant
        fields = DETAIL_COLUMNS

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].offer(register_choices(workshop.occasion.begins_on))
        for name in ("honorific", "given_name", "surname", "function"):
            self.fields[name].validators.append(validate_line)


class SuccessorForm(OneNameMixin, forms.ModelForm):
    """The form for a replacement of the same entity. Its version is that of the replaced participant."""

    edit_version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Participant
        fields = tuple(name for name in DETAIL_COLUMNS if name != "entity")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        for name in ("honorific", "given_name", "surname", "function"):
            self.fields[name].validators.append(validate_line)

    def _post_clean(self) -> None:
        """Skip the model's checks: the service creates the row and repeats them."""


class WorkshopForm(VersionedForm):
    registration_opens_at = ZonedMomentField(label=_("Registration opens"), required=False)
    registration_closes_at = ZonedMomentField(label=_("Registration closes"), required=False)

    class Meta:
        model = Workshop
        fields = WORKSHOP_COLUMNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("registration_opens_at", "registration_closes_at"):
            self.fields[name].zone = self.instance.zone
            self.fields[name].help_text = self.instance.zone


class NewWorkshopForm(WorkshopForm):
    class Meta:
        model = Workshop
        fields = ("number", *WORKSHOP_COLUMNS)

    slug = forms.SlugField(label=_("Short name in the address"), help_text=_("Permanent. You cannot change it later."))


class DaysForm(forms.Form):
    begins_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    zone = forms.CharField(label=_("Time zone"), initial=lambda: organization.current().zone)
    place = forms.CharField(label=_("Place"), max_length=200)


class YearForm(VersionedForm):
    class Meta:
        model = IDMYear
        fields = YEAR_COLUMNS


class ThemeForm(VersionedForm):
    class Meta:
        model = Theme
        fields = PROPOSAL_COLUMNS


class TopicForm(VersionedForm):
    class Meta:
        model = Topic
        fields = PROPOSAL_COLUMNS


class BudgetLineForm(VersionedForm):
    class Meta:
        model = BudgetLine
        fields = tuple(name for name in LINE_COLUMNS if name != "position")


class ContributionForm(VersionedForm):
    class Meta:
        model = Contribution
        fields = CONTRIBUTION_COLUMNS


class NewContributionForm(ContributionForm):
    donor = EntityChoice(label=_("Donor"))

    class Meta:
        model = Contribution
        fields = ("donor", "workshop", *CONTRIBUTION_COLUMNS)

    def __init__(self, *args: Any, year: IDMYear, day: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["donor"].offer(register_choices(day))
        self.fields["workshop"].queryset = year.workshops.all()


class MaterialForm(VersionedForm):
    class Meta:
        model = Material
        fields = MATERIAL_COLUMNS


class NewMaterialForm(MaterialForm):
    file = UploadField(
        label=_("File"),
        help_text=_("PDF, Word, PowerPoint, Excel or text, up to 25 MB"),
        kinds=PAPERS,
        largest=LARGEST_PAPER,
    )
