"""The base class for forms of rows that several people may edit at the same time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.editing.merging import MergingForm
from foundation.text import LANGUAGES, Language


class VersionedForm(MergingForm, forms.ModelForm):
    """A model form with the version of its row. A service saves it, never the form itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.carry_version(self.instance.edit_version)
        self._name_languages()

    def _name_languages(self) -> None:
        """Label translated fields with their language, for example `Title in French`."""
        for name, field in self.fields.items():
            stem, _dash, code = name.rpartition("_")
            if stem and code in LANGUAGES:
                column = self._meta.model._meta.get_field(stem)
                field.label = _("%(field)s in %(language)s") % {
                    "field": str(column.verbose_name).capitalize(),
                    "language": Language(code).label,
                }
                field.required = code == Language.ENGLISH and not column.blank
                field.empty_value = ""

    def _post_clean(self) -> None:
        """Do nothing: the instance stays as it was read, because the service repeats the model's checks."""

    def texts(self, field: str) -> dict[str, str]:
        """Return a translated field by language, as services take it."""
        return {language: self.cleaned_data[f"{field}_{language}"] for language in LANGUAGES}

    @property
    def plain_values(self) -> dict[str, Any]:
        """The cleaned values without translated columns."""
        return {name: value for name, value in self.values.items() if name.rpartition("_")[2] not in LANGUAGES}
