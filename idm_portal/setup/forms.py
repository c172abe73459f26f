"""Forms of the set-up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.editing.forms import VersionedForm
from foundation.pages.organization import Organization
from foundation.text import LANGUAGES, Language
from foundation.text.letters import validate_line
from foundation.time.zones import zone_choices
from foundation.uploads.forms import UploadField
from foundation.uploads.kinds import MEGABYTE, PICTURES


class OrganizationForm(VersionedForm):
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The portal offers its pages in these languages. English is always one of them."),
    )
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("The default for new accounts, meetings and votes."))
    logo = UploadField(
        label=_("Logo"),
        kinds=PICTURES,
        largest=MEGABYTE,
        required=False,
        help_text=_("PNG or JPEG, at most 1 MB. It is shown 40 pixels high at the top of every page."),
    )
    without_logo = forms.BooleanField(label=_("Remove the present logo"), required=False)

    class Meta:
        model = Organization
        fields = (
            "name_en",
            "name_fr",
            "name_es",
            "acronym_en",
            "acronym_fr",
            "acronym_es",
            "colour",
            "languages",
            "zone",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = zone_choices(self.instance.zone)
        self.fields["colour"].help_text = _(
            "For the header and links, for example #0b4f9e. Leave blank for the default."
        )
        self.fields["colour"].required = False
        for language in LANGUAGES:
            self.fields[f"name_{language}"].required = True
            self.fields[f"acronym_{language}"].required = False
            for stem in ("name", "acronym"):
                self.fields[f"{stem}_{language}"].validators.append(validate_line)
                self.fields[f"{stem}_{language}"].widget.attrs["lang"] = language
        if self.instance.logo_id is None:
            del self.fields["without_logo"]

    @property
    def saved_values(self) -> dict[str, Any]:
        """The values as the service takes them."""
        cleaned = self.cleaned_data
        return {
            "names": self.texts("name"),
            "acronyms": self.texts("acronym"),
            "colour": cleaned["colour"],
            "languages": cleaned["languages"],
            "zone": cleaned["zone"],
            "logo": cleaned.get("logo"),
            "without_logo": cleaned.get("without_logo", False),
        }


class MailTestForm(forms.Form):
    recipient = forms.EmailField(label=_("Email address"), help_text=_("The test email is sent to this address."))
