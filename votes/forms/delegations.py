"""Forms for delegation settings and briefs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.editing.merging import MergingForm
from foundation.text import Language
from foundation.time.formats import language_of
from foundation.time.zones import city_choices
from membership.models import Accreditation
from votes.models import DelegationSettings
from votes.services.delegations import SETTINGS, settings_version


class DelegationSettingsForm(MergingForm, forms.Form):
    anyone_may_cast = forms.BooleanField(
        label=_("Allow each delegate to send answers without clearance"), required=False
    )
    uses_mailbox = forms.BooleanField(
        label=_("Also send emails to the mission’s shared mailbox"),
        required=False,
        help_text=_("Receipts and notices are always sent to individuals as well."),
    )
    capital_zone = forms.ChoiceField(
        label=_("Time zone of the capital"),
        required=False,
        help_text=_("Briefs also show the deadline in this time zone."),
    )
    capital_address = forms.EmailField(
        label=_("Email address in the capital"), required=False, help_text=_("Briefs can be emailed to this address.")
    )

    def __init__(self, *args: Any, delegation: Accreditation, held: DelegationSettings, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(held, name) for name in SETTINGS}, **kwargs)
        self._delegation = delegation
        self.fields["capital_zone"].choices = [("", ""), *city_choices()]
        if not delegation.may_clear:
            del self.fields["anyone_may_cast"]
        if not delegation.entity.mailbox:
            del self.fields["uses_mailbox"]
        self.carry_version(self.version_of(held))

    def version_of(self, row: DelegationSettings) -> int:
        return settings_version(row)

    def fresh(self, row: DelegationSettings) -> "DelegationSettingsForm":
        return type(self)(delegation=self._delegation, held=row)


class BriefForm(forms.Form):
    language = forms.ChoiceField(label=_("Language of the brief"), choices=Language.choices)
    capital_zone = forms.ChoiceField(label=_("Time zone of the capital"), required=False)
    message = forms.CharField(
        label=_("Message to the capital"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Printed on the first page. Only your delegation and your capital can read it."),
    )
    send_to = forms.ChoiceField(label=_("Email to"), required=False)

    def __init__(self, *args: Any, delegation: Accreditation, held: DelegationSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = language_of()
        self.fields["capital_zone"].choices = [("", ""), *city_choices()]
        self.fields["capital_zone"].initial = held.capital_zone
        addresses = [held.capital_address, delegation.person.email, delegation.entity.mailbox]
        nobody = [("", _("do not email"))]
        self.fields["send_to"].choices = [*nobody, *((one, one) for one in dict.fromkeys(addresses) if one)]
