from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.uploads.forms import UploadField
from foundation.uploads.kinds import LARGEST_TABLE, TABLES


class TableForm(forms.Form):
    """The upload form of an import. Subclasses add further options, and list the columns in `help_text`."""

    file = UploadField(label=_("CSV or Excel file"), kinds=TABLES, largest=LARGEST_TABLE, is_served=False)

    @property
    def options(self) -> dict[str, object]:
        """Return the options that were chosen for the file, by field name."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}
