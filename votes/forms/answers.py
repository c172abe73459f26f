"""Forms for answers, drafts, statements and receipts."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from foundation.editing.merging import MergingForm
from foundation.refusals import Refused
from foundation.text import Language
from foundation.time.formats import language_of
from votes.models import Ballot, Kind, Position
from votes.services.answers import checked_answer, in_ballot_order

ABSTAIN = "abstain"


class AnswerForm(forms.Form):
    """Options or an abstention. The template draws the large targets."""

    choices = forms.MultipleChoiceField(label=_("Your State’s answer"), required=False)
    abstains = forms.BooleanField(label=_("Abstain"), required=False)

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = ballot
        self.options = list(ballot.options.all())
        self.fields["choices"].choices = [(option.code, str(option)) for option in self.options]
        # The service's message instead of Django's "not one of the available choices".
        self.fields["choices"].validate = lambda value: None
        if not ballot.allows_abstention:
            del self.fields["abstains"]

    @property
    def is_single(self) -> bool:
        """Return whether only one option may be chosen: then radio buttons include the abstention."""
        return self.ballot.choose_max == 1

    @property
    def chosen(self) -> list[str]:
        """Return the selected options when the form is shown."""
        value = self["choices"].value() or []
        return [value] if isinstance(value, str) else list(value)

    @property
    def abstention_is_chosen(self) -> bool:
        return "abstains" in self.fields and (bool(self["abstains"].value()) or ABSTAIN in self.chosen)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        choices, abstains = list(data.get("choices") or []), bool(data.get("abstains"))
        if self.is_single and ABSTAIN in choices and "abstains" in self.fields:
            choices, abstains = [code for code in choices if code != ABSTAIN], True
        data["abstains"] = abstains
        try:
            data["choices"] = self.checked(choices, abstains)
        except Refused as refusal:
            refusal.add_to(self)
        return data

    def checked(self, choices: list[str], abstains: bool) -> list[str]:
        return checked_answer(self.ballot, choices, abstains)


class CastForm(AnswerForm):
    """The form that sends the reviewed answer. Because of the token, a form sent twice counts once."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=40)


class DraftForm(MergingForm, forms.Form):
    """The base of both draft forms: the note of the delegation, and merging of two members' changes."""

    note = forms.CharField(
        label=_("Internal note of the delegation"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only your delegation can read this note. The secretariat cannot see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.carry_version(self.initial.get("edit_version", 0))

    @classmethod
    def held_in(cls, position: Position | None) -> dict[str, Any]:
        """Return the stored values of a delegation's position for the form."""
        raise NotImplementedError

    def fresh(self, row: Position) -> "DraftForm":
        return type(self)(ballot=self.ballot, initial=self.held_in(row))


class PositionForm(AnswerForm, DraftForm):
    """A delegation's draft. It may be incomplete until it is cleared."""

    @classmethod
    def held_in(cls, position: Position | None) -> dict[str, Any]:
        names = ("choices", "abstains", "note", "edit_version")
        return {name: getattr(position, name) for name in names} if position else {}

    @property
    def answer(self) -> dict[str, Any]:
        return {"choices": self.cleaned_data["choices"], "abstains": self.cleaned_data["abstains"]}

    def checked(self, choices: list[str], abstains: bool) -> list[str]:
        ordered = in_ballot_order(self.ballot, choices)
        if abstains and ordered:
            raise Refused(_("Choose options or abstain. You cannot do both."))
        return ordered


class StatementForm(forms.Form):
    """A statement of a State: kind, language and text."""

    kind = forms.ChoiceField(label=_("Your State’s statement"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of the statement"), choices=Language.choices)
    text = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Enter the reason for the objection."),
    )

    def __init__(self, *args: Any, ballot: Ballot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot = ballot
        self.fields["kind"].choices = [(kind.value, capfirst(str(kind.label))) for kind in ballot.statement_kinds]
        self.fields["language"].initial = language_of()
        if ballot.kind != Kind.SILENCE:
            self.fields["text"].help_text = ""


class StatementPositionForm(StatementForm, DraftForm):
    """A draft statement. It may be incomplete until it is cleared."""

    field_order = ["kind", "language", "text", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "text"):
            self.fields[name].required = False

    @classmethod
    def held_in(cls, position: Position | None) -> dict[str, Any]:
        if position is None:
            return {}
        return {**position.statement, "note": position.note, "edit_version": position.edit_version}

    @property
    def answer(self) -> dict[str, Any]:
        statement = {name: self.cleaned_data[name] for name in ("kind", "language", "text")}
        return {"statement": statement if statement["kind"] or statement["text"].strip() else None}


class SendStatementForm(StatementForm):
    """The form that sends the reviewed statement. Because of the token, a form sent twice counts once."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=40)


class RecordStatementForm(SendStatementForm):
    """A statement recorded by the secretariat, with its source."""

    entity = forms.TypedChoiceField(label=_("State"), coerce=int)
    received = forms.CharField(
        label=_("Source of the statement"),
        max_length=300,
        help_text=_("For example “made at the meeting” or “letter of 3 May 2010”."),
    )
    field_order = ["entity", "kind", "language", "text", "received", "token"]

    def __init__(self, *args: Any, states: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"].choices = [("", ""), *states]
        self.fields["kind"].label = _("Statement of the State")


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label=_("Receipt"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Paste the whole receipt, from the BEGIN line to the END line. Text around it is ignored."),
    )
