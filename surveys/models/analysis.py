"""How comments are read: coded to themes, summed up in outcomes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.editing import EditVersioned
from surveys.models.questionnaires import Question, Section, Survey
from surveys.models.responses import Answer


class QuantityWord(models.TextChoices):
    """The words a summary may use for a number of comments; `surveys.quantity_words` says which number bears which."""

    ALL = "all", _("all")
    MAJORITY = "majority", _("a majority")
    MANY = "many", _("many")
    SEVERAL = "several", _("several")
    SOME = "some", _("some")
    ONE = "one", _("one")


class CommentTheme(EditVersioned):
    """What coded comments of a section have in common, as the secretariat words it."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="themes")
    section = models.ForeignKey(Section, models.CASCADE, related_name="themes")
    code = models.SlugField(max_length=40, help_text=_("permanent within the survey"))
    statement = models.TextField(_("statement"))
    # Empty: the statement makes no claim of number.
    word = models.CharField(
        _("quantity word"),
        max_length=10,
        choices=QuantityWord,
        blank=True,
        help_text=_("The number of comments must justify it."),
    )
    # A statement may cite a question as well ("61% …"): its share stands behind it.
    question = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="themes", verbose_name=_("question reported")
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["section__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="comment_theme_code_once_a_survey"),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z][a-z0-9-]*$"), name="comment_theme_code_is_plain"),
        ]

    def __str__(self) -> str:
        return self.statement


class Coding(models.Model):
    """This comment speaks of that theme."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="codings")
    theme = models.ForeignKey(CommentTheme, models.CASCADE, related_name="codings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "theme"], name="coding_once")]

    def __str__(self) -> str:
        return f"answer {self.answer_id} coded to {self.theme_id}"


class Outcome(EditVersioned):
    """What the secretariat concludes, in order; the question or the theme behind it says how many said so."""

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
            models.CheckConstraint(
                condition=Q(question__isnull=True) | Q(theme__isnull=True), name="outcome_rests_on_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return self.statement
