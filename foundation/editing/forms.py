from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.editing.merging import OPENED, VERSION, MergingForm
from foundation.text import LANGUAGES, Language


class VersionedForm(MergingForm, forms.ModelForm):
    """A row's form that carries the version it was made from; the service saves, never the form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.carry_version(self.instance.edit_version)
        self._name_languages()

    def _name_languages(self) -> None:
        """`Title in French`: the translated columns of one field are told apart by their language."""
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
        """The row itself stays as it was read: the service repeats the model's checks on what is wanted."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {VERSION, OPENED}}

    def texts(self, field: str) -> dict[str, str]:
        """A translated field as services take it: by language."""
        return {language: self.cleaned_data[f"{field}_{language}"] for language in LANGUAGES}

    @property
    def plain_values(self) -> dict[str, Any]:
        """The values without the translated columns."""
        return {name: value for name, value in self.values.items() if name.rpartition("_")[2] not in LANGUAGES}

    @property
    def expected(self) -> int:
        return self.cleaned_data.get("edit_version") or 0
