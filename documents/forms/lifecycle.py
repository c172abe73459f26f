"""Forms for review, clearance, named readers, new documents, symbols and technical reissue."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from documents.blueprints import Blueprint
from documents.models import Body, Clearance, Document, Kind, SymbolPattern
from documents.services.circulation import readers_version
from documents.services.clearance import clearers_version
from foundation.editing.forms import VersionedForm
from foundation.editing.merging import MergingForm
from foundation.text import Language
from membership.models import Entity, Person, Role
from membership.names import names_on
from texts import registry
from texts.kinds import UNSYMBOLED
from texts.symbols import is_symbol

CLEARERS = 6


def staff() -> Any:
    """Return the active people who hold a role today."""
    roles = Role.objects.on(timezone.now().date())
    people = Person.objects.filter(is_active=True, pk__in=roles.values("person"))
    return people.order_by("name_key", "email")


class ReviewForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Notify by email"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("Request"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = staff()


class NoteOfActForm(forms.Form):
    note = forms.CharField(label=_("Note for the log"), max_length=300, required=False)


class ClearersForm(MergingForm, forms.Form):
    """One choice of a person for each position in the order of clearance; empty positions are skipped."""

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = list(document.clearances.order_by("position"))
        people = list(staff())
        choices = [("", "—"), *((str(person.pk), str(person)) for person in people)]
        self._people = {str(person.pk): person for person in people}
        for place in range(1, max(CLEARERS, len(named) + 1) + 1):
            present = str(named[place - 1].person_id) if place <= len(named) else ""
            self.fields[f"clearer_{place}"] = forms.ChoiceField(
                label=_("Position %(place)s") % {"place": place}, choices=choices, required=False, initial=present
            )
        self.carry_version(self.version_of(document))

    def version_of(self, row: Document) -> int:
        return clearers_version(row)

    def fresh(self, row: Document) -> "ClearersForm":
        return type(self)(document=row)

    @property
    def people(self) -> list[Person]:
        return [self._people[value] for value in self.values.values() if value]


class DecisionForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    words = forms.CharField(
        label=_("Remarks"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Required if you return the draft. Recorded in the log."),
    )
    decision = forms.ChoiceField(choices=Clearance.Decision, widget=forms.HiddenInput)


class CommentForm(forms.Form):
    quote = forms.CharField(
        label=_("Text to comment on"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Copy the words exactly. Leave blank to comment on the whole paragraph."),
    )
    words = forms.CharField(label=_("Comment"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


class ReplyForm(forms.Form):
    words = forms.CharField(label=_("Reply"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))


class ReadersForm(MergingForm, forms.Form):
    """The named readers of a paper: people by email address, States and organizations from the register."""

    people = forms.CharField(
        label=_("Email addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line. Each person needs an account."),
    )
    entities = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("States and organizations"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Everyone accredited for the selected States and organizations can read the document."),
    )
    expires_at = forms.DateTimeField(
        label=_("Access ends (UTC)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        named = list(document.named_readers.select_related("person").order_by("pk"))
        initial = {
            "people": "\n".join(reader.person.email for reader in named if reader.person_id),
            "entities": [reader.entity_id for reader in named if reader.entity_id],
            "expires_at": document.expires_at,
        }
        super().__init__(*args, initial=initial, **kwargs)
        names = _entity_names(set(initial["entities"]))
        field = self.fields["entities"]
        field.queryset = Entity.objects.filter(pk__in=names)
        field.label_from_instance = lambda entity: names[entity.pk]
        field.choices = sorted(((pk, name) for pk, name in names.items()), key=lambda choice: choice[1])
        self.carry_version(self.version_of(document))

    def version_of(self, row: Document) -> int:
        return readers_version(row)

    def fresh(self, row: Document) -> "ReadersForm":
        return type(self)(document=row)

    def clean_people(self) -> list[Person]:
        wanted = [line.strip().lower() for line in self.cleaned_data["people"].splitlines() if line.strip()]
        found = {person.email.lower(): person for person in Person.objects.filter(email__in=wanted, is_active=True)}
        unknown = [address for address in wanted if address not in found]
        if unknown:
            raise forms.ValidationError(_("There is no account for %(address)s."), params={"address": unknown[0][:100]})
        return list({found[address].pk: found[address] for address in wanted}.values())


def _entity_names(named: set[int]) -> dict[int, str]:
    """Return the States and organizations with a status today, and those that are named already."""
    today = timezone.now().date()
    ids = set(Entity.objects.with_status(today).values_list("pk", flat=True)) | named
    return {pk: name.short for pk, name in names_on(ids, today, get_language() or "en").items()}


class BeginningForm(forms.Form):
    """The form for a new document from a blueprint: the subjects that fill it, and further languages."""

    def __init__(self, *args: Any, blueprint: Blueprint, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = [wanted.name for wanted in blueprint.subjects]
        for wanted in blueprint.subjects:
            offered = [(subject, str(label)) for subject, label in registry.subjects_of(wanted.of, person)]
            self.fields[f"subject_{wanted.name}"] = forms.ChoiceField(
                label=wanted.label, choices=[("", _("None (leave these places blank)")), *offered], required=False
            )
        self.fields["languages"] = forms.MultipleChoiceField(
            label=_("Also create in these languages"),
            choices=Language,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def chosen(self) -> dict[str, Any]:
        """The validated values as keyword arguments of `services.create_from_blueprint`."""
        subjects = {name: self.cleaned_data[f"subject_{name}"] for name in self._names}
        given = {name: value for name, value in subjects.items() if value}
        return {"subjects": given, "languages": self.cleaned_data["languages"]}


class BeginningSymbolForm(forms.Form):
    """How a new document gets its symbol: the next one of the series, one entered by hand, or none yet."""

    NEXT, OWN, LATER = "next", "own", "later"

    symbol_by = forms.ChoiceField(label=_("Symbol"), widget=forms.RadioSelect)
    session = forms.IntegerField(
        label=_("Session number"),
        required=False,
        min_value=1,
        max_value=9999,
        help_text=_("Only if the pattern includes a session number."),
    )
    symbol = forms.CharField(
        label=_("Symbol"), required=False, max_length=60, help_text=_("For example IC/2010/9 or C/115/1/Rev.2.")
    )

    def __init__(self, *args: Any, proposals: list[tuple[str, str]], **kwargs: Any) -> None:
        """Take `proposals`: the label and the next symbol of each body that has a pattern."""
        super().__init__(*args, **kwargs)
        proposed = "; ".join(f"{body} {symbol}" for body, symbol in proposals)
        choices = (
            [(self.NEXT, format_lazy(_("Next symbol of the body: {symbols}"), symbols=proposed))] if proposed else []
        )
        choices += [(self.OWN, _("Enter a symbol below")), (self.LATER, _("No symbol yet"))]
        self.fields["symbol_by"].choices = choices
        self.fields["symbol_by"].initial = choices[0][0] if proposed else self.LATER
        if not any("…" in symbol for _body, symbol in proposals):
            del self.fields["session"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        symbol = (cleaned.get("symbol") or "").strip()
        if cleaned.get("symbol_by") == self.OWN and not is_symbol(symbol):
            self.add_error("symbol", _("Enter a symbol such as IC/2010/9 or C/115/1/Rev.2."))
        return cleaned

    @property
    def chosen(self) -> dict[str, Any]:
        """The validated values as keyword arguments of `services.create_from_blueprint`."""
        by = self.cleaned_data["symbol_by"]
        return {
            "takes_symbol": by == self.NEXT,
            "session": self.cleaned_data.get("session"),
            "symbol": self.cleaned_data["symbol"].strip() if by == self.OWN else None,
        }


class SymbolForm(forms.Form):
    session = forms.IntegerField(label=_("Session number"), required=False, min_value=1, max_value=9999)


class SymbolPatternForm(VersionedForm):
    class Meta:
        model = SymbolPattern
        fields = ("body", "kind", "pattern", "first_number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in Kind.choices if choice[0] not in UNSYMBOLED]
        self.fields["kind"].choices = [("", _("All other kinds")), *kinds]
        self.fields["body"].choices = Body.choices


class ReissueForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Printed on the first page, in the language of the document.")
    )
