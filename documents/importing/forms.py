"""The form that uploads a Word file for import."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import UNSYMBOLED, Kind
from foundation.text import Language
from foundation.uploads.forms import UploadField
from foundation.uploads.kinds import LARGEST_WORD_FILE, WORD_FILES
from texts.symbols import is_symbol


class WordImportForm(forms.Form):
    """Upload a Word file. Fields left blank are taken from the file."""

    file = UploadField(
        label=_("Word file"),
        help_text=_("A .docx file of at most 30 MB."),
        kinds=WORD_FILES,
        largest=LARGEST_WORD_FILE,
        is_served=False,
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=Language)
    symbol = forms.CharField(
        label=_("Symbol"),
        max_length=60,
        required=False,
        help_text=_("Leave blank to use the symbol in the file, if any."),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    title = forms.CharField(
        label=_("Title"), max_length=400, required=False, help_text=_("Leave blank to use the one in the file.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in Kind.choices if choice[0] not in UNSYMBOLED]
        self.fields["kind"].choices = [("", _("As in the file")), *kinds]

    def clean_symbol(self) -> str:
        symbol = self.cleaned_data["symbol"].strip()
        if symbol and not is_symbol(symbol):
            raise forms.ValidationError(_("Enter a symbol such as IC/2010/9 or C/115/1/Rev.2."))
        return symbol
