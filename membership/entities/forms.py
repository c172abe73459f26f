"""Forms of the register's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.tables.forms import TableForm


class RegisterImportForm(TableForm):
    correct = forms.BooleanField(
        label=_("Also change entries that the register already has"),
        required=False,
        help_text=_("Otherwise they are left as they are."),
    )
