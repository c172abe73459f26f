"""Forms for the document list, the masthead, annexes, and the actions on issued documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Body, Document, Kind, Relation
from documents.services import MASTHEAD
from foundation.editing.merging import MergingForm
from foundation.text import Language
from texts.symbols import is_symbol


class DocumentFilter(forms.Form):
    """The filters of the document list. Unknown values are ignored, so that old links still work."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    body = forms.ChoiceField(label=_("Body"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    state = forms.ChoiceField(label=pgettext_lazy("progress", "Status"), required=False)

    def __init__(self, *args: Any, years: list[int], states: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("all"))]
        self.fields["kind"].choices = every + list(Kind.choices)
        self.fields["body"].choices = every + list(Body.choices)
        self.fields["year"].choices = every + [(str(year), str(year)) for year in years]
        self.fields["state"].choices = every + states
        if not states:
            del self.fields["state"]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class MastheadForm(MergingForm, forms.ModelForm):
    """The masthead fields of a document, with titles in three languages."""

    class Meta:
        model = Document
        fields = MASTHEAD
        widgets = {"dated": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.carry_version(self.instance.edit_version)
        self.fields["title_en"].required = True
        self.fields["symbol"].required = False
        if self.instance.kind != Kind.ADVANCE_COPY:
            # Advance copies are created only from a draft, never from an empty form.
            kinds = [choice for choice in Kind.choices if choice[0] != Kind.ADVANCE_COPY]
            self.fields["kind"].choices = kinds
        self.fields["annex_marks"].required = False

    def clean_annex_marks(self) -> str:
        return self.cleaned_data.get("annex_marks") or self.instance.annex_marks

    def clean_symbol(self) -> str | None:
        symbol = (self.cleaned_data.get("symbol") or "").strip()
        if symbol and not is_symbol(symbol):
            raise forms.ValidationError(_("Enter a symbol such as IC/2010/9 or C/115/1/Rev.2."))
        return symbol or None


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=Language)


class AnnexForm(forms.Form):
    """The annex maker and the subject from which an annex is generated."""

    source = forms.CharField(max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=Language, required=False)

    def clean_source(self) -> tuple[str, str]:
        maker, colon, subject = self.cleaned_data["source"].partition(" ")
        if not colon:
            raise forms.ValidationError(_("Choose the source of the annex."))
        return maker, subject


class EmptyAnnexForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=500)


class WithdrawForm(forms.Form):
    note = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("For the log: who requested it, and why.")
    )


class ReleaseForm(forms.Form):
    at = forms.DateTimeField(
        label=_("Release at (UTC)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Leave blank to release it now."),
    )


class DeriveForm(forms.Form):
    relation = forms.ChoiceField(
        label=_("Type"), choices=[choice for choice in Relation.choices if choice[0] != Relation.ADVANCE_COPY]
    )
    concerns_language = forms.ChoiceField(
        label=_("Applies to one language only"),
        choices=[("", _("No, all languages")), *Language.choices],
        required=False,
        help_text=_("For a corrigendum: it is written and issued in that language only."),
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issued = set(document.issues.values_list("language", flat=True))
        every, *languages = self.fields["concerns_language"].choices
        self.fields["concerns_language"].choices = [every, *(choice for choice in languages if choice[0] in issued)]
