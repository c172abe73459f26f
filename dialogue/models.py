import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, Unique, set_unique_messages
from foundation.editing import EditVersioned
from foundation.pages.models import changes_public_pages
from foundation.text import Language
from foundation.text.in_language import TextInLanguage
from foundation.time.formats import zone_of
from workshops.models import Workshop


class Platform(models.TextChoices):
    OWN = "own", _("this portal")
    PARTNER = "partner", _("a partner’s platform")


class DialogueState(models.TextChoices):
    """How far the secretariat has brought the dialogue. Whether it is open follows from its days."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CONCLUDED = "concluded", _("concluded")


class ContributionState(models.TextChoices):
    SUBMITTED = "submitted", _("pending moderation")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    HIDDEN = "hidden", _("hidden")


class Origin(models.TextChoices):
    HERE = "here", _("submitted on this portal")
    IMPORTED = "imported", _("imported")


class Attribution(models.TextChoices):
    """How a quotation names its author."""

    NAME = "name", _("by name")
    DESCRIPTION = "description", _("by description only, such as “a teacher in Lisbon”")
    NONE = "none", _("without a name")


class VisitQualifier(models.TextChoices):
    EXACT = "exact", _("exactly")
    MORE_THAN = "more-than", _("more than")


# --- The dialogue ---------------------------------------------------------------------------------------------------


class DialogueQuerySet(models.QuerySet):
    def public(self) -> Self:
        return self.exclude(state=DialogueState.DRAFT)

    def visible_to(self, sees_drafts: bool) -> Self:
        return self if sees_drafts else self.public()


class Dialogue(EditVersioned):
    """A Virtual Dialogue: questions open to the public, on this portal or on a partner's platform."""

    slug = models.SlugField(max_length=80, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=300)
    introduction = models.TextField(_("introduction"), blank=True)
    workshop = models.ForeignKey(
        Workshop, models.PROTECT, null=True, blank=True, related_name="dialogues", verbose_name=_("related workshop")
    )
    # Place
    platform = models.CharField(_("platform"), max_length=10, choices=Platform, default=Platform.OWN)
    partner = models.CharField(_("partner"), max_length=300, blank=True)
    platform_url = models.URLField(_("web address of the platform"), max_length=500, blank=True)
    # Days in the dialogue's time zone; the last day is included.
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/Zurich")
    state = models.CharField(_("state"), max_length=10, choices=DialogueState, default=DialogueState.DRAFT)
    conclusion = models.TextField(_("conclusion"), blank=True)
    is_illustrative = models.BooleanField(default=False, editable=False)
    # Raised by every change that a public page shows.
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = DialogueQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "slug"]
        triggers = [changes_public_pages()]
        constraints = [
            Check(
                condition=Q(closes_on__gte=F("opens_on")),
                name="dialogue_closes_after_it_opens",
                violation_error_message=_("The last day must not be before the first day."),
                field="closes_on",
            ),
            Check(
                condition=Q(platform="own") | ~Q(partner=""),
                name="dialogue_elsewhere_names_its_partner",
                violation_error_message=_("Enter the name of the partner whose platform is used."),
                field="partner",
            ),
            Check(
                condition=Q(platform_url="") | Q(platform_url__regex=r"^https?://"),
                name="dialogue_platform_address",
                violation_error_message=_("Enter an address that begins with https:// or http://."),
                field="platform_url",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("dialogue:dialogue", args=[self.slug])

    @property
    def is_own(self) -> bool:
        return self.platform == Platform.OWN

    @property
    def opens_at(self) -> dt.datetime:
        return dt.datetime.combine(self.opens_on, dt.time(), tzinfo=zone_of(self.zone))

    @property
    def closes_at(self) -> dt.datetime:
        """Return the end of the last day."""
        return dt.datetime.combine(self.closes_on + dt.timedelta(days=1), dt.time(), tzinfo=zone_of(self.zone))

    def takes_contributions(self, now: dt.datetime) -> bool:
        return self.is_own and self.state == DialogueState.PUBLISHED and self.opens_at <= now < self.closes_at

    def phase(self, now: dt.datetime) -> str:
        """Return the state that readers see, as a code of `foundation.pages.states`."""
        if self.state == DialogueState.DRAFT:
            return "draft"
        if now < self.opens_at:
            return "upcoming"
        return "open" if now < self.closes_at and self.state == DialogueState.PUBLISHED else "closed"


class DialogueTopic(EditVersioned):
    """A question of the dialogue. Its number is its position."""

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="topics")
    position = models.PositiveSmallIntegerField()
    question = models.CharField(_("question"), max_length=500)

    class Meta:
        ordering = ["dialogue", "position"]
        constraints = [
            Unique(
                fields=["dialogue", "position"],
                name="dialogue_topic_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_(
                    "Someone else changed the order of the questions. Reload the page and try again."
                ),
            ),
            Check(
                condition=Q(position__gte=1),
                name="dialogue_topic_position_from_one",
                violation_error_message=_("Enter 1 or a higher number."),
            ),
        ]

    def __str__(self) -> str:
        return self.question


# --- Contributions --------------------------------------------------------------------------------------------------


class ContributionQuerySet(models.QuerySet):
    def approved(self) -> Self:
        return self.filter(state=ContributionState.APPROVED)

    def awaiting_moderation(self) -> Self:
        return self.filter(state=ContributionState.SUBMITTED)

    def quotable(self) -> Self:
        return self.approved().filter(may_quote=True)


class Contribution(EditVersioned):
    """A reply to a question. Its text is never edited, because quotations are verbatim."""

    topic = models.ForeignKey(DialogueTopic, models.PROTECT, related_name="contributions")
    code = models.SlugField(max_length=60, editable=False, help_text=_("permanent ID in data files"))
    text = models.TextField(_("contribution"), max_length=8000)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    # Author, as they described themselves. The email address is only used to inform them of decisions.
    author_name = models.CharField(_("name"), max_length=150, blank=True)
    author_description = models.CharField(_("description"), max_length=200, blank=True)
    author_email = models.EmailField(_("email address"), blank=True)
    may_quote = models.BooleanField(_("may be quoted in documents of the Organization"), default=False)
    attribution = models.CharField(_("attribution"), max_length=12, choices=Attribution, default=Attribution.NONE)
    # Origin
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.HERE, editable=False)
    source = models.CharField(max_length=300, blank=True, editable=False)
    is_invented = models.BooleanField(default=False, editable=False)
    written_on = models.DateField(editable=False)
    submitted_at = models.DateTimeField(editable=False)
    # Decision
    state = models.CharField(_("state"), max_length=10, choices=ContributionState, default=ContributionState.SUBMITTED)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    moderated_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["topic", "submitted_at", "pk"]
        indexes = [models.Index(fields=["topic", "state", "submitted_at"], name="contribution_in_order")]
        constraints = [
            Unique(
                fields=["topic", "code"],
                name="contribution_code_once_a_topic",
                violation_error_message=_(
                    "Another contribution to this question already has this code. Enter a different one."
                ),
                field="code",
            ),
            Check(
                condition=~Q(text=""),
                name="contribution_has_a_text",
                violation_error_message=_("Enter your contribution."),
                field="text",
            ),
            Check(
                condition=~Q(state__in=("declined", "hidden")) | ~Q(reason=""),
                name="contribution_kept_back_for_a_reason",
                violation_error_message=_("Enter a reason. The author will see it."),
                field="reason",
            ),
            Check(
                condition=~Q(origin="imported") | ~Q(source=""),
                name="contribution_import_source",
                violation_error_message=_("Enter the source of the contributions."),
                field="source",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def shown_author(self) -> str:
        """Return the author as shown on the page, in the author's own words."""
        author = ", ".join(part for part in (self.author_name, self.author_description) if part)
        return TextInLanguage(author, self.language)

    @property
    def quoted_author(self) -> str:
        """Return the author as named in a document, following their choice."""
        if self.attribution == Attribution.NAME:
            return self.shown_author
        return (
            TextInLanguage(self.author_description, self.language)
            if self.attribution == Attribution.DESCRIPTION
            else ""
        )


# --- Visits, selected comments, summary ------------------------------------------------------------------------------


class VisitReport(models.Model):
    """A reported number of visits with its source. Documents cite the latest report."""

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="visit_reports")
    count = models.PositiveIntegerField(_("visits"))
    qualifier = models.CharField(_("precision"), max_length=10, choices=VisitQualifier, default=VisitQualifier.EXACT)
    source = models.CharField(_("source"), max_length=300)
    reported_on = models.DateField(_("report date"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-reported_on", "-pk"]
        get_latest_by = ("reported_on", "pk")
        constraints = [
            Unique(
                fields=["dialogue", "reported_on", "source"],
                name="visit_report_once_a_source",
                violation_error_message=_(
                    "There is already a report from this source for this day. Enter a different source or day."
                ),
                field="reported_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_qualifier_display()} {self.count}"


class DayOfVisits(models.Model):
    """Visits of one day on this portal, as defined in `dialogue/visits.py`.

    During the day the number is that of its marks. Afterwards the number is stored, and marks and secret are deleted.
    """

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="days_of_visits")
    day = models.DateField()
    visits = models.PositiveIntegerField(default=0)
    secret = models.BinaryField(max_length=32, default=bytes, editable=False)

    class Meta:
        verbose_name_plural = "days of visits"
        ordering = ["dialogue", "day"]
        constraints = [
            Unique(
                fields=["dialogue", "day"],
                name="visits_once_a_day",
                violation_error_message=NOT_SAVED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.visits}"


class VisitMark(models.Model):
    """One visitor of the day, as a hash with the day's secret. It identifies nobody and is deleted after the day."""

    day = models.ForeignKey(DayOfVisits, models.CASCADE, related_name="marks")
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [
            Unique(
                fields=["day", "mark"],
                name="visit_mark_once_a_day",
                violation_error_message=NOT_SAVED,
            )
        ]

    def __str__(self) -> str:
        return self.mark[:8]


class SelectedCommentQuerySet(models.QuerySet):
    def shown(self) -> Self:
        """Return comments that may be quoted now, without contributions hidden since."""
        return self.filter(contribution__state=ContributionState.APPROVED, contribution__may_quote=True)


class SelectedComment(EditVersioned):
    """A contribution selected for the annex.

    `ranges` are [begin, end) in characters of its text, ordered and separate, so that quotations are verbatim.
    Omissions are marked with an ellipsis. An empty list means the whole text.
    """

    contribution = models.OneToOneField(Contribution, models.PROTECT, related_name="selection")
    position = models.PositiveSmallIntegerField(help_text=_("position within the question"))
    ranges = ArrayField(ArrayField(models.PositiveIntegerField(), size=2), default=list, blank=True)

    objects = SelectedCommentQuerySet.as_manager()

    class Meta:
        ordering = ["contribution__topic__position", "position", "pk"]

    def __str__(self) -> str:
        return self.excerpt[:60]

    @property
    def excerpt(self) -> str:
        return excerpt_of(self.contribution.text, self.ranges)


class SummaryParagraph(EditVersioned):
    """A paragraph of the summary with the contributions it is based on."""

    dialogue = models.ForeignKey(Dialogue, models.CASCADE, related_name="summary")
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"), max_length=4000)
    contributions = models.ManyToManyField(
        Contribution, blank=True, related_name="+", verbose_name=_("supporting contributions")
    )

    class Meta:
        ordering = ["dialogue", "position"]
        constraints = [
            Unique(
                fields=["dialogue", "position"],
                name="summary_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_(
                    "Someone else changed the order of the summary. Reload the page and try again."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


ELLIPSIS = "[…]"
PARAGRAPH_BREAK = "\n\n"


def excerpt_of(text: str, ranges: list[Any]) -> str:
    """Return the text of the ranges, with `[…]` for omissions."""
    if not ranges:
        return text
    excerpt, at = "", 0
    for begin, end in ranges:
        excerpt += _gap(text[at:begin], opens=not excerpt) + text[begin:end].strip()
        at = end
    return excerpt + (f" {ELLIPSIS}" if text[at:].strip() else "")


def _gap(left_out: str, *, opens: bool) -> str:
    """Return what replaces an omission: a mark if it had words, a line break if a paragraph ended there."""
    mark = ELLIPSIS if left_out.strip() else ""
    if opens:
        return f"{mark} " if mark else ""
    space = PARAGRAPH_BREAK if PARAGRAPH_BREAK in left_out else " "
    return f" {mark}{space}" if mark else space


set_unique_messages(Dialogue, slug=_("Another dialogue already has this short name. Enter a different one."))
set_unique_messages(SelectedComment, contribution=_("This contribution is already selected."))
