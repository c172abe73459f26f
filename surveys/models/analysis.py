"""Coded comments, themes and outcomes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Check, Unique
from foundation.editing import EditVersioned
from surveys.models.questionnaires import Question, Section, Survey
from surveys.models.responses import Answer


class QuantityWord(models.TextChoices):
    """Words that a summary may use for a number of comments (see `surveys.quantity_words`)."""

    ALL = "all", _("all")
    MAJORITY = "majority", _("a majority")
    MANY = "many", _("many")
    SEVERAL = "several", _("several")
    SOME = "some", _("some")
    ONE = "one", _("one")


class CommentTheme(EditVersioned):
    """A theme of coded comments in a section, worded by the secretariat."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="themes")
    section = models.ForeignKey(Section, models.CASCADE, related_name="themes")
    code = models.SlugField(max_length=40, help_text=_("permanent within the survey"))
    statement = models.TextField(_("statement"))
    # Empty if the statement does not mention a number.
    word = models.CharField(
        _("quantity word"),
        max_length=10,
        choices=QuantityWord,
        blank=True,
        help_text=_("Choose a word that matches the number of coded comments."),
    )
    # A statement may also cite the share of a question ("61% …").
    question = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="themes", verbose_name=_("question reported")
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["section__position", "position", "pk"]
        constraints = [
            Unique(
                fields=["survey", "code"],
                name="comment_theme_code_once_a_survey",
                violation_error_message=_(
                    "Another theme of this survey already has this short name. Enter a different one."
                ),
                field="code",
            ),
            Check(
                condition=Q(code__regex=r"^[a-z][a-z0-9-]*$"),
                name="comment_theme_code_is_plain",
                violation_error_message=_(
                    "Start with a lowercase letter. Use only lowercase letters, digits and hyphens."
                ),
                field="code",
            ),
        ]

    def __str__(self) -> str:
        return self.statement


class Coding(models.Model):
    """The assignment of a comment to a theme."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="codings")
    theme = models.ForeignKey(CommentTheme, models.CASCADE, related_name="codings")

    class Meta:
        constraints = [
            Unique(
                fields=["answer", "theme"],
                name="coding_once",
                violation_error_message=_("This comment already has this theme."),
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.answer_id} coded to {self.theme_id}"


class Outcome(EditVersioned):
    """A conclusion of the secretariat, based on a question or a theme that gives its number."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="outcomes")
    statement = models.TextField(_("statement"))
    question = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="outcomes", verbose_name=_("source question")
    )
    theme = models.ForeignKey(
        CommentTheme,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("source comments"),
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            Check(
                condition=Q(question__isnull=True) | Q(theme__isnull=True),
                name="outcome_rests_on_one_thing",
                violation_error_message=_("Choose either a question or a theme, not both."),
                field="theme",
            ),
        ]

    def __str__(self) -> str:
        return self.statement
