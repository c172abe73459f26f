from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.editing.forms import VersionedForm
from foundation.refusals import validate_zone
from foundation.text import LANGUAGES
from foundation.time.zones import is_zone
from membership.audience import Audience
from schedule.forms import ZonedMomentField
from surveys.models import CommentTheme, Outcome, Question, Section, Survey
from surveys.quantity_words import justified_words
from workshops.models import Workshop


def _columns(*fields: str) -> list[str]:
    return [f"{field}_{language}" for field in fields for language in LANGUAGES]


class CodeField(forms.RegexField):
    """A permanent ID within the survey."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            regex=r"^[a-z][a-z0-9-]*$",
            max_length=40,
            label=gettext_lazy("Short name"),
            help_text=gettext_lazy("Use lowercase letters, digits and hyphens. You cannot change it later."),
            error_messages={
                "invalid": gettext_lazy(
                    "Start with a lowercase letter. Use only lowercase letters, digits and hyphens."
                )
            },
            **kwargs,
        )


class SurveyForm(VersionedForm):
    opens_at = ZonedMomentField(label=gettext_lazy("Opens"))
    closes_at = ZonedMomentField(label=gettext_lazy("Closes"))

    class Meta:
        model = Survey
        fields = [*_columns("title", "intro"), "zone", "opens_at", "closes_at"]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in _columns("intro")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Times are read in the time zone of the same form.
        zone = self.data.get("zone") or self.instance.zone
        if not is_zone(zone):
            zone = self.instance.zone
        for name in ("opens_at", "closes_at"):
            self.fields[name].zone = zone

    def clean_zone(self) -> str:
        validate_zone(self.cleaned_data["zone"])
        return self.cleaned_data["zone"]


class NewSurveyForm(SurveyForm):
    slug = CodeField()

    class Meta(SurveyForm.Meta):
        fields = ["slug", "audience", "workshop", *SurveyForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = Workshop.objects.select_related("year")
        self.fields["workshop"].help_text = _("Only for a survey of workshop participants.")

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in {"new"} or Survey.objects.filter(slug=slug).exists():
            raise ValidationError(_("Another survey already has this short name. Enter a different one."))
        return slug


class SectionForm(VersionedForm):
    code = CodeField()

    class Meta:
        model = Section
        fields = ["code", *_columns("title", "description", "unit"), "in_score"]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in _columns("description")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]


class QuestionForm(VersionedForm):
    """Question with answer options: one per line, as `code | English | French | Spanish`."""

    code = CodeField()
    choices = forms.CharField(
        label=gettext_lazy("Answer options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "For single-choice questions: one answer per line, as code | English | French | Spanish."
        ),
    )

    class Meta:
        model = Question
        fields = [
            "code",
            *_columns("text", "short"),
            "kind",
            *_columns("low_label", "high_label"),
            "in_score",
            "required",
            "is_cut",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
            lines = [
                " | ".join([choice.code, choice.label_en or "", choice.label_fr or "", choice.label_es or ""])
                for choice in self.instance.choices.all()
            ]
            self.fields["choices"].initial = "\n".join(lines)

    def clean_choices(self) -> list[dict[str, str]]:
        rows = []
        for line in self.cleaned_data["choices"].splitlines():
            if not line.strip():
                continue
            code, *labels = [part.strip() for part in line.split("|")]
            if not labels or not labels[0] or len(labels) > len(LANGUAGES):
                raise ValidationError(_("Enter each answer as code | English | French | Spanish."))
            try:
                CodeField().clean(code)
            except ValidationError as refused:
                raise ValidationError(f"“{code}”: {refused.messages[0]}") from refused
            labels += [""] * (len(LANGUAGES) - len(labels))
            named = {f"label_{language}": label for language, label in zip(LANGUAGES, labels, strict=True)}
            rows.append({"code": code, **named})
        return rows


class ThemeForm(VersionedForm):
    code = CodeField()

    class Meta:
        model = CommentTheme
        fields = ["code", *_columns("statement"), "word", "question"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in _columns("statement")}

    def __init__(self, *args: Any, survey: Survey, counts: tuple[int, int] = (0, 0), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
        self.fields["question"].queryset = survey.questions.all()
        self.fields["question"].help_text = _(
            "If you choose a question, the statement can contain {percent}, {approximately} "
            "and {of}. {count} is the number of comments."
        )
        # Offer only words that the number of coded comments justifies.
        borne = [(word.value, word.label) for word in justified_words(*counts)]
        self.fields["word"].choices = [("", _("no quantity word")), *borne]


class OutcomeForm(VersionedForm):
    class Meta:
        model = Outcome
        fields = [*_columns("statement"), "question", "theme"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in _columns("statement")}

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].queryset = survey.questions.all()
        self.fields["theme"].queryset = survey.themes.all()


class ExtendForm(forms.Form):
    closes_at = ZonedMomentField(label=gettext_lazy("New closing time"))

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, initial={"closes_at": survey.closes_at}, **kwargs)
        self.fields["closes_at"].zone = survey.zone


class AudienceForm(forms.Form):
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may see the results"), choices=Audience.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, initial={"audience": survey.results_audience}, **kwargs)
