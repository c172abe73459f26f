"""The form for the title and position of an annex."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Document, Part
from foundation.editing.merging import MergingForm
from foundation.pages.languages import OWN_NAMES
from foundation.text import LANGUAGES


class AnnexPlaceForm(MergingForm, forms.Form):
    """The title of an annex in three languages, its position, and whether the title is shown above the text."""

    position = forms.TypedChoiceField(label=gettext_lazy("Position among the annexes"), coerce=int)
    shows_title = forms.BooleanField(
        label=gettext_lazy("Show the title above the text"),
        required=False,
        help_text=gettext_lazy(
            "If not selected, the text starts with its own headings. Lists of annexes always show the title."
        ),
    )

    def __init__(self, data: Any = None, *, annex: Part, document: Document) -> None:
        super().__init__(data)
        self._annex = annex.pk
        places = document.parts.filter(kind=Part.Kind.ANNEX).count()
        for language in LANGUAGES:
            name = f"title_{language}"
            self.fields[name] = forms.CharField(
                label=_("Title (%(language)s)") % {"language": OWN_NAMES[language]},
                max_length=500,
                required=language == document.original_language,
                initial=getattr(annex, name) or "",
            )
        self.fields["position"].choices = [(place, str(place)) for place in range(1, places + 1)]
        self.fields["position"].initial = annex.position
        self.fields["shows_title"].initial = not annex.heads_itself
        self.order_fields([*(f"title_{language}" for language in LANGUAGES), "position", "shows_title"])
        self.carry_version(document.edit_version)

    @property
    def chosen(self) -> dict[str, Any]:
        """The validated values as keyword arguments of `services.change_annex`."""
        data = self.cleaned_data
        return {
            "titles": {language: data[f"title_{language}"] for language in LANGUAGES},
            "position": data["position"],
            "heads_itself": not data["shows_title"],
            "expected": self.expected,
        }

    def fresh(self, row: Document) -> "AnnexPlaceForm":
        return type(self)(annex=Part.objects.get(pk=self._annex), document=row)
