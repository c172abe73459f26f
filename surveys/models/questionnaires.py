import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, Unique, set_unique_messages
from foundation.editing import EditVersioned
from foundation.pages.models import changes_public_pages
from foundation.text.letters import paragraphs
from membership.audience import Audience
from workshops.models import Workshop

# `Survey.is_open` as SQL, for statements that must check it themselves. `now` is an SQL expression.
IS_OPEN_SQL = "survey.is_set AND survey.opens_at <= {now} AND survey.closes_at > {now}"


class SurveyAudience(models.TextChoices):
    """Respondents. Participants use personal links; Member States answer through their delegates."""

    PARTICIPANTS = "participants", _("participants of a workshop")
    MEMBER_STATES = "member-states", _("Member States")


class QuestionKind(models.TextChoices):
    SCALE = "scale", _("scale from 1 to 5")
    YES_NO = "yes-no", _("yes or no")
    CHOICE = "choice", _("single choice")
    TEXT = "text", _("comment")


def open_at(now: dt.datetime, survey: str = "") -> Q:
    """Return the condition that a survey is open. `survey` is the path to it from another model, as in `survey__`."""
    return Q(**{f"{survey}is_set": True, f"{survey}opens_at__lte": now, f"{survey}closes_at__gt": now})


class SurveyQuerySet(models.QuerySet):
    def set_up(self) -> Self:
        return self.filter(is_set=True)

    def open_at(self, now: dt.datetime) -> Self:
        return self.filter(open_at(now))

    def closed_at(self, now: dt.datetime) -> Self:
        return self.set_up().filter(closes_at__lte=now)

    def unsettled(self, now: dt.datetime) -> Self:
        """Return closed surveys that have not been processed."""
        return self.closed_at(now).filter(is_settled=False)

    def visible_to(self, audiences: set[str]) -> Self:
        """Return surveys that this person may see.

        Surveys of participants are public. Questionnaires to Member States are visible to them, and later to the
        audience of the results.
        """
        if Audience.STAFF in audiences:
            return self
        seen = Q(audience=SurveyAudience.PARTICIPANTS) | Q(results_audience__in=audiences)
        if Audience.MEMBER_STATES in audiences:
            seen |= Q(audience=SurveyAudience.MEMBER_STATES)
        return self.set_up().filter(seen)

    def results_visible_to(self, audiences: set[str]) -> Self:
        """Return surveys whose results this person may see: staff once processed, others once published to them."""
        return self.visible_to(audiences).filter(is_settled=True, results_audience__in=audiences)


class Survey(EditVersioned):
    """A questionnaire in sections, open from `opens_at` up to, and without, `closes_at`."""

    slug = models.SlugField(max_length=80, unique=True, help_text=_("short name"))
    title = models.CharField(_("title"), max_length=300)
    intro = models.TextField(_("introduction"), blank=True, help_text=_("Separate paragraphs with a blank line."))
    workshop = models.ForeignKey(
        Workshop, models.PROTECT, null=True, blank=True, related_name="surveys", verbose_name=_("workshop")
    )
    # Respondents and anonymity
    audience = models.CharField(_("respondents"), max_length=15, choices=SurveyAudience)
    anonymous = models.BooleanField(_("anonymous"), default=True)
    # Times. Open and closed are computed from them and stored nowhere.
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/Zurich")
    # Progress: draft, scheduled (questions are fixed once the survey opens), processed after the close.
    is_set = models.BooleanField(default=False, editable=False)
    is_settled = models.BooleanField(default=False, editable=False, help_text=_("closed and all answers processed"))
    results_audience = models.CharField(
        _("who may see the results"), max_length=15, choices=Audience, default=Audience.STAFF, editable=False
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    is_invented = models.BooleanField(
        default=False, editable=False, help_text=_("answers invented for the demonstration")
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at", "slug"]
        triggers = [changes_public_pages()]
        constraints = [
            Check(
                condition=Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_it_opens",
                violation_error_message=_("The closing time must be after the opening time."),
                field="closes_at",
            ),
            # Participants answer anonymously through a link; States answer in their own name.
            Check(
                condition=Q(audience="participants", anonymous=True, workshop__isnull=False)
                | Q(audience="member-states", anonymous=False),
                name="survey_participants_without_name_states_with",
                violation_error_message=_(
                    "Choose a workshop for a survey of participants. "
                    "Leave it blank for a questionnaire to Member States."
                ),
                field="workshop",
            ),
            Check(
                condition=Q(is_settled=False) | Q(is_set=True),
                name="survey_settled_was_set",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("surveys:survey", args=[self.slug])

    def state(self, now: dt.datetime) -> str:
        """Return `draft`, `upcoming`, `open` or `closed` (see `foundation.pages.states`)."""
        if not self.is_set:
            return "draft"
        if now < self.opens_at:
            return "upcoming"
        return "open" if now < self.closes_at else "closed"

    def is_open(self, now: dt.datetime) -> bool:
        return self.state(now) == "open"

    def may_be_edited(self, now: dt.datetime) -> bool:
        """Return whether questions can be changed: only before the survey opens."""
        return not self.is_set or now < self.opens_at

    @property
    def paragraphs(self) -> list[str]:
        return paragraphs(self.intro)


class Section(EditVersioned):
    """A part of a questionnaire; `unit` names what its score measures ("Learning Benefit")."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="sections")
    code = models.SlugField(max_length=40, help_text=_("permanent within the survey"))
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True, help_text=_("Shown below the heading in an annex."))
    unit = models.CharField(_("what the score measures"), max_length=100, blank=True)
    in_score = models.BooleanField(_("has a score"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            Unique(
                fields=["survey", "code"],
                name="section_code_once_a_survey",
                violation_error_message=_(
                    "Another section of this survey already has this short name. Enter a different one."
                ),
                field="code",
            ),
            Check(
                condition=Q(code__regex=r"^[a-z][a-z0-9-]*$"),
                name="section_code_is_plain",
                violation_error_message=_(
                    "Start with a lowercase letter. Use only lowercase letters, digits and hyphens."
                ),
                field="code",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Question(EditVersioned):
    """One question. `code` is permanent within the survey; figures cite it."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions")
    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=40, help_text=_("permanent within the survey"))
    text = models.CharField(_("question"), max_length=500)
    short = models.CharField(_("chart label"), max_length=150, blank=True, help_text=_("A few words."))
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind)
    low_label = models.CharField(_("label for 1"), max_length=60, blank=True)
    high_label = models.CharField(_("label for 5"), max_length=60, blank=True)
    in_score = models.BooleanField(_("included in the section’s score"), default=True)
    required = models.BooleanField(_("required"), default=False)
    is_cut = models.BooleanField(
        _("break down results by this question"),
        default=False,
        help_text=_("Only one question in each survey. Comparing two breakdowns could identify respondents."),
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["section__position", "position", "pk"]
        constraints = [
            Unique(
                fields=["survey", "code"],
                name="question_code_once_a_survey",
                violation_error_message=_(
                    "Another question of this survey already has this short name. Enter a different one."
                ),
                field="code",
            ),
            Unique(
                fields=["survey"],
                condition=Q(is_cut=True),
                name="question_one_cut_a_survey",
                violation_error_message=_(
                    "Results are already broken down by another question. You can choose only one."
                ),
                field="is_cut",
            ),
            Check(
                condition=Q(code__regex=r"^[a-z][a-z0-9-]*$"),
                name="question_code_is_plain",
                violation_error_message=_(
                    "Start with a lowercase letter. Use only lowercase letters, digits and hyphens."
                ),
                field="code",
            ),
            Check(
                condition=Q(in_score=False) | Q(kind__in=("scale", "yes-no")),
                name="question_score_is_a_number",
                violation_error_message=_(
                    "Only a scale or a yes/no question can count towards the score. "
                    "Deselect this, or change the kind of question."
                ),
                field="in_score",
            ),
            Check(
                condition=Q(is_cut=False) | Q(kind="choice"),
                name="question_cut_is_a_choice",
                violation_error_message=_(
                    "Results can only be broken down by a question with a choice of answers. "
                    "Deselect this, or change the kind of question."
                ),
                field="is_cut",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def label(self) -> str:
        return self.short or self.text


class Choice(models.Model):
    """An answer option of a question of kind `choice`."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="choices")
    code = models.SlugField(max_length=40)
    label = models.CharField(_("answer"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            Unique(
                fields=["question", "code"],
                name="choice_code_once_a_question",
                violation_error_message=_(
                    "Another answer to this question already has this code. Enter a different one."
                ),
                field="code",
            )
        ]

    def __str__(self) -> str:
        return self.label


set_unique_messages(Survey, slug=_("Another survey already has this short name. Enter a different one."))
