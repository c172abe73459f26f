from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dialogue.models import (
    Attribution,
    Contribution,
    Dialogue,
    DialogueTopic,
    SelectedComment,
    SummaryParagraph,
    VisitReport,
)
from dialogue.services.dialogues import CONCLUSION_COLUMNS, DIALOGUE_COLUMNS, QUESTION_COLUMNS
from dialogue.services.selection import PARAGRAPH_COLUMNS
from foundation.editing.forms import VersionedForm
from foundation.tables.forms import TableForm
from foundation.text import Language, labelled
from foundation.text.letters import validate_line

IN_ENGLISH = _("Write the source in English.")


class TopicChoice(forms.ModelChoiceField):
    def label_from_instance(self, topic: DialogueTopic) -> str:
        return f"{topic.position}. {topic.question}"


class ContributionForm(forms.Form):
    """The contribution form. `website` is hidden from people, so only programs fill it in."""

    topic = TopicChoice(label=_("Question"), queryset=DialogueTopic.objects.none(), empty_label=None,
                        widget=forms.RadioSelect)  # fmt: skip
    text = forms.CharField(label=_("Your contribution"), max_length=8000, widget=forms.Textarea(attrs={"rows": 10}))
    language = forms.ChoiceField(label=_("Language of your contribution"), choices=Language)
    author_name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        required=False,
        validators=[validate_line],
        help_text=_("Shown below your contribution. Optional."),
    )
    author_description = forms.CharField(
        label=_("About you"),
        max_length=200,
        required=False,
        validators=[validate_line],
        help_text=_("For example “a teacher in Lisbon”. Shown below your contribution."),
    )
    author_email = forms.EmailField(
        label=_("Email address"),
        required=False,
        help_text=_(
            "We use it only to inform you of the moderator’s decision. It is not published, "
            "and it will be deleted when the dialogue is concluded."
        ),
    )
    may_quote = forms.BooleanField(
        label=_("The Organization may quote all or part of my contribution in its documents"), required=False
    )
    attribution = forms.ChoiceField(
        label=_("Attribution if quoted"),
        choices=Attribution,
        widget=forms.RadioSelect,
        initial=Attribution.NONE,
        required=False,
    )

    def __init__(self, *args: Any, dialogue: Dialogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = dialogue.topics.all()
        self.fields["language"].initial = get_language()
        for name, token in (("author_name", "name"), ("author_email", "email")):
            self.fields[name].widget.attrs["autocomplete"] = token

    def clean_attribution(self) -> str:
        return self.cleaned_data["attribution"] or Attribution.NONE

    @property
    def is_from_a_program(self) -> bool:
        return bool(self.data.get("website"))


class DecisionForm(forms.Form):
    """A moderator's decision on the version of the contribution that they read."""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        validators=[validate_line],
        help_text=_("The author will see the reason. Required unless you approve."),
    )
    edit_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, contribution: Contribution, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = choices
        self.fields["edit_version"].initial = contribution.edit_version


class DialogueForm(VersionedForm):
    platform_url = forms.URLField(label=_("Web address of the platform"), required=False, assume_scheme="https")

    class Meta:
        model = Dialogue
        fields = DIALOGUE_COLUMNS
        widgets = {
            "opens_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closes_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


class NewDialogueForm(DialogueForm):
    class Meta(DialogueForm.Meta):
        pass

    slug = forms.SlugField(
        label=_("Short name in the address"), max_length=80, help_text=_("Permanent. You cannot change it later.")
    )


class QuestionForm(VersionedForm):
    class Meta:
        model = DialogueTopic
        fields = QUESTION_COLUMNS


class ConclusionForm(VersionedForm):
    class Meta:
        model = Dialogue
        fields = CONCLUSION_COLUMNS


class VisitReportForm(forms.ModelForm):
    class Meta:
        model = VisitReport
        fields = ("count", "qualifier", "source", "reported_on")
        help_texts = {"source": IN_ENGLISH}
        widgets = {"reported_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def _post_clean(self) -> None:
        """Skip model validation: the service creates the row and runs the model's checks."""


class ImportForm(TableForm):
    source = forms.CharField(
        label=_("Source of the contributions"), max_length=300, validators=[validate_line], help_text=IN_ENGLISH
    )
    approved = forms.BooleanField(
        label=_("Publish immediately: they were already public at the source"),
        required=False,
        help_text=_("Otherwise they will be moderated first."),
    )


class ExcerptForm(VersionedForm):
    excerpt = forms.CharField(
        label=_("Quotation"),
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("Replace omitted text with […]. You cannot change or add words."),
    )

    class Meta:
        model = SelectedComment
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["excerpt"].initial = self.instance.excerpt


class BehindChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, contribution: Contribution) -> str:
        who = contribution.shown_author or _("without a name")
        begins = " ".join(contribution.text.split())[:90]
        return f"{contribution.topic.position} · {labelled(who, begins)} …"


class ParagraphForm(VersionedForm):
    contributions = BehindChoice(
        label=_("Supporting contributions"),
        queryset=Contribution.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = SummaryParagraph
        fields = PARAGRAPH_COLUMNS

    def __init__(self, *args: Any, dialogue: Dialogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Contribution.objects.approved().filter(topic__dialogue=dialogue)
        self.fields["contributions"].queryset = held.select_related("topic").order_by("topic__position", "pk")
        if self.instance.pk:
            self.fields["contributions"].initial = [row.pk for row in self.instance.contributions.all()]

    @property
    def texts_only(self) -> dict[str, str]:
        return {name: value for name, value in self.values.items() if name != "contributions"}
