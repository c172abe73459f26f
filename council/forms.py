from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from council.models import AgendaItem, Decision, Meeting, MeetingKind
from council.services.decisions import DECISION_COLUMNS
from council.services.items import ITEM_COLUMNS
from council.services.meetings import MEETING_COLUMNS
from council.tree import DEEPEST, full_numbers, tree_of, walk
from documents.models import Document
from foundation.editing.forms import VersionedForm
from foundation.text.letters import validate_line
from foundation.time.formats import weekday_date
from schedule.forms import ZonedMomentField


def _day() -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class MeetingForm(VersionedForm):
    class Meta:
        model = Meeting
        fields = MEETING_COLUMNS


class NewMeetingForm(MeetingForm):
    begins_on = _day()
    ends_on = _day()
    place = forms.CharField(max_length=200, required=False)

    class Meta(MeetingForm.Meta):
        fields = ("kind", "number", *MEETING_COLUMNS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins_on"].label, self.fields["ends_on"].label = _("First day"), _("Last day")
        self.fields["place"].label = _("Place")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") != MeetingKind.CONSULTATIONS and not cleaned.get("number"):
            self.add_error("number", _("Enter the number of the session or committee meeting."))
        return cleaned


class ItemForm(VersionedForm):
    day = forms.DateField(label=_("Day"), required=False)
    inscription_opens_at = ZonedMomentField(label=_("Registration of speakers opens"), required=False)
    inscription_closes_at = ZonedMomentField(label=_("Registration of speakers closes"), required=False)

    class Meta:
        model = AgendaItem
        fields = ITEM_COLUMNS

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        occasion = meeting.occasion
        days = [(day.isoformat(), weekday_date(day)) for day in occasion.days]
        self.fields["day"].widget = forms.Select(choices=[("", "—"), *days])
        self.fields["slot"].queryset = occasion.slots.in_order()
        for name in ("inscription_opens_at", "inscription_closes_at"):
            self.fields[name].zone = occasion.zone
        for language in ("en", "fr", "es"):
            self.fields[f"description_{language}"].widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        opens, closes = cleaned.get("inscription_opens_at"), cleaned.get("inscription_closes_at")
        if bool(opens) != bool(closes):
            missing = "inscription_closes_at" if opens else "inscription_opens_at"
            self.add_error(missing, _("Enter both an opening and a closing time, or leave both blank."))
        elif opens and closes and closes <= opens:
            self.add_error("inscription_closes_at", _("The closing time must be after the opening time."))
        return cleaned


class NewItemForm(ItemForm):
    parent = forms.ModelChoiceField(AgendaItem.objects.none(), label=_("Parent item"), required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, meeting=meeting, **kwargs)
        nodes = tree_of(meeting.items.active(), with_internal=True)
        numbers = full_numbers(nodes)
        shallow = [node.item for node in walk(nodes) if node.depth + 1 < DEEPEST]
        field = self.fields["parent"]
        field.queryset = meeting.items.active()
        field.choices = [("", "—"), *((item.pk, f"{numbers[item.pk]} {item.title}".strip()) for item in shallow)]


class RemoveItemForm(forms.Form):
    """The form to remove an item. It carries the versions of the item and of the agenda's order on the page."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Shown on the public agenda."))
    moved_to = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=_("Move to"),
        required=False,
        help_text=_("Leave blank to remove the item from the agenda."),
    )
    edit_version = forms.IntegerField(widget=forms.HiddenInput)
    order_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: AgendaItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moved_to"].queryset = Meeting.objects.exclude(pk=item.meeting_id).in_order()
        self.fields["reason"].validators.append(validate_line)


class PaperForm(forms.Form):
    """The form to attach a document, chosen by its symbol."""

    symbol = forms.CharField(label=_("Symbol"), max_length=60)
    item = forms.ModelChoiceField(AgendaItem.objects.none(), label=_("Agenda item"), required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_item(self.fields["item"], meeting)

    def clean_symbol(self) -> Document:
        symbol = self.cleaned_data["symbol"].strip()
        document = Document.objects.filter(symbol=symbol).first()
        if document is None:
            raise forms.ValidationError(_("No document has this symbol. Enter a symbol such as C/99/3."))
        return document


class DecisionForm(VersionedForm):
    class Meta:
        model = Decision
        fields = DECISION_COLUMNS
        widgets = {"decided_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_item(self.fields["item"], meeting)
        for language in ("en", "fr", "es"):
            self.fields[f"text_{language}"].widget.attrs["rows"] = 3


class SpeakerForm(forms.Form):
    speaker = forms.CharField(
        label=_("Speaker"),
        max_length=200,
        required=False,
        validators=[validate_line],
        help_text=_("Leave blank if not known yet."),
    )


def _choose_item(field: forms.ModelChoiceField, meeting: Meeting) -> None:
    nodes = tree_of(meeting.items.active(), with_internal=True)
    numbers = full_numbers(nodes)
    field.queryset = meeting.items.active()
    field.choices = [
        ("", _("the meeting as a whole")),
        *((node.item.pk, f"{numbers[node.item.pk]} {node.item.title}".strip()) for node in walk(nodes)),
    ]
