"""Forms of the register's pages."""

from typing import Any

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from foundation.editing.merging import MergingForm
from foundation.tables.forms import TableForm
from foundation.text import LANGUAGES, Language
from foundation.text.letters import validate_line
from membership.entities import services
from membership.entities.list_import import NAME_FIELDS
from membership.forms import DayInput
from membership.models import Entity, EntityKind, EntityName, Group, Status

LABELS = {
    "short": _("Short name"),
    "formal": _("Formal name"),
    "article": _("Article"),
    "sort_key": _("Sort key"),
    "acronym": _("Acronym"),
}
HELP = {
    "formal": _("With its article, as in a sentence. Leave blank if it is the short name."),
    "article": _("Article of the short name in a sentence, for example “the”."),
    "sort_key": _("For the order of lists. Leave blank to make it from the short name."),
}


class RegisterImportForm(TableForm):
    correct = forms.BooleanField(
        label=_("Also change entries that the register already has"),
        required=False,
        help_text=_("Otherwise they are left as they are."),
    )


def _regions() -> list[tuple[str, str]]:
    regions = Group.objects.filter(kind="region").order_by("sort_key").values_list("code", "name")
    return [("", _("none")), *regions]


class NamesForm(MergingForm, forms.Form):
    """The names of an entry for one period in all languages, with the first day of new ones."""

    def __init__(self, *args: Any, names: list[EntityName], with_day: bool = False, **kwargs: Any) -> None:
        held = {f"{field}_{row.language}": getattr(row, field) for row in names for field in NAME_FIELDS}
        super().__init__(*args, initial=held, **kwargs)
        if with_day:
            self.fields["begins"] = forms.DateField(
                label=_("First day of the new names"),
                widget=DayInput(),
                help_text=_("The former names end on that day."),
            )
        is_state = bool(names) and names[0].entity.kind == EntityKind.STATE
        self._add_names(needed=LANGUAGES if is_state else ("en",))
        if names and not with_day:
            self.carry_version(services.names_version(names))

    def _add_names(self, needed: tuple[str, ...]) -> None:
        for language in LANGUAGES:
            for name in NAME_FIELDS:
                self.fields[f"{name}_{language}"] = forms.CharField(
                    label=format_lazy("{label} ({language})", label=LABELS[name], language=Language(language).label),
                    max_length=EntityName._meta.get_field(name).max_length,
                    required=name == "short" and language in needed,
                    validators=[validate_line],
                    help_text=HELP.get(name, ""),
                    widget=forms.TextInput(attrs={"lang": language}),
                )

    def version_of(self, row: EntityName) -> int:
        return services.names_version(services.names_of_period(row))

    def fresh(self, row: EntityName) -> "NamesForm":
        return type(self)(names=services.names_of_period(row))

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """The names by language and field, as services take them."""
        return {code: {name: self.cleaned_data[f"{name}_{code}"] for name in NAME_FIELDS} for code in LANGUAGES}


class EntryForm(NamesForm):
    """A new entry with its names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, names=[], **kwargs)
        names = self.fields
        self.fields = {
            "code": forms.SlugField(
                label=_("Code"),
                max_length=40,
                help_text=_("Two-letter ISO code of a State, or a word such as org-au. It cannot be changed later."),
            ),
            "kind": forms.ChoiceField(
                label=_("Kind"), choices=[(value, capfirst(label)) for value, label in EntityKind.choices]
            ),
            "region": forms.ChoiceField(label=_("Regional group"), choices=_regions(), required=False),
            **names,
        }


class DetailsForm(MergingForm, forms.Form):
    mailbox = forms.EmailField(label=_("Shared mailbox"), required=False)
    mailbox_language = forms.ChoiceField(label=_("Language of the mailbox"), choices=Language.choices)
    region = forms.ChoiceField(label=_("Regional group"), required=False)
    region_from = forms.DateField(
        label=_("Member of this regional group from"),
        required=False,
        widget=DayInput(),
        help_text=_("Leave blank if it changes today."),
    )

    def __init__(self, *args: Any, entity: Entity, **kwargs: Any) -> None:
        initial = {name: getattr(entity, name) for name in ("mailbox", "mailbox_language", "region")}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["region"].choices = _regions()
        self.carry_version(self.version_of(entity))

    def version_of(self, row: Entity) -> int:
        return services.details_version(row)

    def fresh(self, row: Entity) -> "DetailsForm":
        return type(self)(entity=row)


class PeriodForm(MergingForm, forms.Form):
    """A status, suspension or membership; `row` is None for a new one."""

    begins = forms.DateField(
        label=_("From"), required=False, widget=DayInput(), help_text=_("Leave blank if there is no start date.")
    )
    ends = forms.DateField(
        label=_("No longer valid from"),
        required=False,
        widget=DayInput(),
        help_text=_("Leave blank if there is no end date."),
    )

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        initial = {name: getattr(row, name) for name in self.stored()} if row else {}
        super().__init__(*args, initial=initial, **kwargs)
        if row:
            self.carry_version(self.version_of(row))

    @classmethod
    def stored(cls) -> tuple[str, ...]:
        return services.PERIODS[cls.kind].fields

    def version_of(self, row: Any) -> int:
        return services.period_version(row)

    def fresh(self, row: Any) -> "PeriodForm":
        return type(self)(row=row)


class _WithDecision(PeriodForm):
    decision = forms.CharField(
        label=_("Decision"),
        max_length=200,
        validators=[validate_line],
        help_text=_("The decision on which it is based, for example “Resolution 1150, 24 November 2006”."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False, validators=[validate_line])


class StatusForm(_WithDecision):
    kind = "status"
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)
    field_order = ("status", "begins", "ends", "decision", "note")


class SuspensionForm(_WithDecision):
    kind = "suspension"
    field_order = ("begins", "ends", "decision", "note")


class MembershipForm(PeriodForm):
    kind = "group"
    group = forms.ModelChoiceField(label=_("Group"), queryset=Group.objects.none())
    is_coordinator = forms.BooleanField(
        label=_("Coordinator"), required=False, help_text=_("Its delegates can make proposals for the group.")
    )
    field_order = ("group", "is_coordinator", "begins", "ends")

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row:
            self.initial["group"] = row.group_id
        self.fields["group"].queryset = Group.objects.filter(kind="group").order_by("sort_key")


PERIOD_FORMS: dict[str, type[PeriodForm]] = {form.kind: form for form in (StatusForm, SuspensionForm, MembershipForm)}


class GroupForm(MergingForm, forms.Form):
    """The names of a group; a new one also has a code and a kind."""

    def __init__(self, *args: Any, group: Group | None = None, **kwargs: Any) -> None:
        initial = {f"name_{code}": getattr(group, f"name_{code}") for code in LANGUAGES} if group else {}
        super().__init__(*args, initial=initial, **kwargs)
        if group is None:
            self.fields["code"] = forms.SlugField(label=_("Code"), max_length=40)
            self.fields["kind"] = forms.ChoiceField(
                label=_("Kind"), choices=[("group", _("group")), ("region", _("regional group"))]
            )
        for language in LANGUAGES:
            self.fields[f"name_{language}"] = forms.CharField(
                label=format_lazy("{label} ({language})", label=_("Name"), language=Language(language).label),
                max_length=200,
                validators=[validate_line],
                widget=forms.TextInput(attrs={"lang": language}),
            )
        if group is not None:
            self.carry_version(self.version_of(group))

    def version_of(self, row: Group) -> int:
        return services.group_version(row)

    def fresh(self, row: Group) -> "GroupForm":
        return type(self)(group=row)

    @property
    def names(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"name_{language}"] for language in LANGUAGES}
