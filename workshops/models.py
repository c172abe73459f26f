import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Check, Unique, say_unique
from foundation.editing import EditVersioned
from foundation.text import Language
from foundation.text.letters import paragraphs
from foundation.uploads.models import StoredFile
from membership.models import Entity
from schedule.models import Occasion


class ProposalState(models.TextChoices):
    """State of a theme or topic. `votes` has the membership's preference; staff record the decision here."""

    PROPOSED = "proposed", _("proposed")
    SELECTED = "selected", _("selected")
    NOT_SELECTED = "not-selected", _("not selected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class WorkshopState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")


class ParticipantState(models.TextChoices):
    REGISTERED = "registered", _("registered")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("cancelled")


class Attendance(models.TextChoices):
    EXPECTED = "expected", _("expected")
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excused")


class MaterialKind(models.TextChoices):
    BACKGROUND = "background", _("background paper")
    CONCEPT = "concept", _("concept note")
    PRESENTATION = "presentation", _("presentation")
    REPORT = "report", _("report")
    OTHER = "other", _("other")


class MaterialAudience(models.TextChoices):
    PUBLIC = "public", _("public")
    PARTICIPANTS = "participants", _("participants")


class BudgetPurpose(models.TextChoices):
    OFFICIALS = "officials", _("participation of officials from capitals")
    SPEAKERS = "speakers", _("speakers")
    INTERPRETATION = "interpretation", _("interpretation")
    DOCUMENTS = "documents", _("documents and translation")
    PREMISES = "premises", _("premises and equipment")
    OTHER = "other", _("other")


class ContributionState(models.TextChoices):
    """A pledge is announced, a commitment is signed. Totals include commitments and payments only."""

    PLEDGE = "pledge", _("pledge")
    COMMITMENT = "commitment", _("commitment")
    PAID = "paid", _("paid")


# --- Years ------------------------------------------------------------------------------------------------------------


class IDMYear(EditVersioned):
    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    workshops_planned = models.PositiveSmallIntegerField(_("workshops planned"), default=2)
    description = models.TextField(_("description"), blank=True)
    # Incremented by every change that a public page of the year or of its workshops shows.
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("IDM year")
        ordering = ["-year"]
        constraints = [
            Check(
                condition=Q(year__gte=2001, year__lte=2100),
                name="idm_year_since_the_first",
                violation_error_message=_("Enter a year from 2001 to 2100."),
                beside="year",
            ),
        ]

    def __str__(self) -> str:
        return f"IDM {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("workshops:year", args=[self.year])


class ProposalQuerySet(models.QuerySet):
    def selected(self) -> Self:
        return self.filter(state=ProposalState.SELECTED)


class Theme(EditVersioned):
    """An overarching theme proposed for a year."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="themes")
    slug = models.SlugField(max_length=80, editable=False)
    title = models.CharField(_("title"), max_length=300)
    rationale = models.TextField(_("rationale"), blank=True)
    state = models.CharField(_("state"), max_length=15, choices=ProposalState, default=ProposalState.PROPOSED)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["year", "pk"]
        constraints = [
            Unique(
                fields=["year", "slug"],
                name="theme_slug_once_a_year",
                violation_error_message=_("Another theme of this year has this address. Change the title."),
                beside="slug",
            ),
            Unique(
                fields=["year"],
                condition=Q(state="selected"),
                name="theme_selected_once_a_year",
                violation_error_message=_("Another theme of this year is already selected."),
                beside="state",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Topic(EditVersioned):
    """A possible intersessional workshop of a year. Blank lines separate paragraphs of the rationale."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="topics")
    slug = models.SlugField(max_length=80, editable=False)
    letter = models.CharField(_("letter"), max_length=1)
    title = models.CharField(_("title"), max_length=300)
    rationale = models.TextField(_("rationale"), blank=True)
    state = models.CharField(_("state"), max_length=15, choices=ProposalState, default=ProposalState.PROPOSED)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["year", "letter"]
        constraints = [
            Unique(
                fields=["year", "slug"],
                name="topic_slug_once_a_year",
                violation_error_message=_("Another topic of this year has this address. Change the title."),
                beside="slug",
            ),
            Unique(
                fields=["year", "letter"],
                name="topic_letter_once_a_year",
                violation_error_message=_("Another topic of this year has this letter."),
                beside="letter",
            ),
            Check(
                condition=Q(letter__regex=r"^[A-Z]$"),
                name="topic_letter_is_a_capital",
                violation_error_message=_("Enter one capital letter from A to Z."),
                beside="letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}. {self.title}"

    @property
    def paragraphs(self) -> list[str]:
        return paragraphs(self.rationale)


# --- Workshops --------------------------------------------------------------------------------------------------------


class WorkshopQuerySet(models.QuerySet):
    def public(self) -> Self:
        return self.exclude(state=WorkshopState.DRAFT)

    def visible_to(self, sees_drafts: bool) -> Self:
        return self if sees_drafts else self.public()

    def at(self, year: int, slug: str) -> Self:
        return self.filter(year__year=year, slug=slug)

    def by_permanent_ids(self, ids: "set[str] | list[str]") -> Self:
        """Return rows by ids such as `2010-societies-and-identities`, in one query. Unknown ids are left out."""
        wanted = Q(pk__in=())
        for identity in ids:
            year, _dash, slug = identity.partition("-")
            if year.isdecimal() and len(year) == 4 and slug:
                wanted |= Q(year__year=int(year), slug=slug)
        return self.filter(wanted)

    def open_for_registration(self, now: dt.datetime) -> Self:
        return self.filter(
            state=WorkshopState.PUBLISHED, registration_opens_at__lte=now, registration_closes_at__gt=now
        )


class Workshop(EditVersioned):
    """An intersessional workshop, the `number`th of its year. Without an occasion it has no dates yet."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="workshops")
    number = models.PositiveSmallIntegerField(_("number in the year"))
    slug = models.SlugField(max_length=80, editable=False)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    topic = models.OneToOneField(Topic, models.PROTECT, null=True, blank=True, related_name="workshop")
    occasion = models.OneToOneField(Occasion, models.PROTECT, null=True, blank=True, related_name="workshop")
    state = models.CharField(_("state"), max_length=10, choices=WorkshopState, default=WorkshopState.DRAFT)
    # Public registration is open from `registration_opens_at` until just before `registration_closes_at`.
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    # Incremented by changes of participants, materials and contributions, which cached pages show.
    revision = models.PositiveIntegerField(default=1, editable=False)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        ordering = ["-year__year", "number"]
        constraints = [
            Unique(
                fields=["year", "slug"],
                name="workshop_slug_once_a_year",
                violation_error_message=_("Another workshop of this year has this short name. Choose a different one."),
                beside="slug",
            ),
            Unique(
                fields=["year", "number"],
                name="workshop_number_once_a_year",
                violation_error_message=_("Another workshop of this year has this number."),
                beside="number",
            ),
            Check(
                condition=Q(number__gte=1),
                name="workshop_number_from_one",
                violation_error_message=_("Enter 1 or a higher number."),
                beside="number",
            ),
            Check(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="workshop_registration_closes_after_it_opens",
                violation_error_message=_("Enter a closing time that is later than the opening of registration."),
                beside="registration_closes_at",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("workshops:workshop", args=[self.year.year, self.slug])

    @property
    def permanent_id(self) -> str:
        return f"{self.year.year}-{self.slug}"

    @property
    def zone(self) -> str:
        return self.occasion.zone if self.occasion else "Europe/Zurich"

    def registration_is_open(self, now: dt.datetime) -> bool:
        opens, closes = self.registration_opens_at, self.registration_closes_at
        if self.state != WorkshopState.PUBLISHED or opens is None or closes is None:
            return False
        return opens <= now < closes


class ParticipantQuerySet(models.QuerySet):
    def not_cancelled(self) -> Self:
        return self.exclude(state=ParticipantState.CANCELLED)

    def awaiting_confirmation(self) -> Self:
        return self.filter(state=ParticipantState.REGISTERED)

    def attended(self) -> Self:
        """Return participants who were present: the basis of all published counts."""
        return self.filter(state=ParticipantState.CONFIRMED, attendance=Attendance.PRESENT)

    def on_the_list(self) -> Self:
        """Return confirmed participants who are not known to have been absent."""
        return self.filter(state=ParticipantState.CONFIRMED, attendance__in=(Attendance.EXPECTED, Attendance.PRESENT))

    def consenting(self) -> Self:
        return self.filter(consents_to_listing=True)


class Participant(EditVersioned):
    """A person registered for a workshop for one entity, whose kind gives the category."""

    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="participants")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="participants", verbose_name=_("sent by"))
    # Person
    honorific = models.CharField(_("title"), max_length=50, blank=True, help_text=_("H.E. Ms., Dr., …"))
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    surname = models.CharField(
        _("family name"),
        max_length=100,
        blank=True,
        help_text=_("Leave one of the two blank if the person has one name."),
    )
    function = models.CharField(_("function"), max_length=300, blank=True)
    email = models.EmailField(_("email address"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    name_key = models.CharField(
        max_length=210, db_collation="C", editable=False, help_text=_("normalized, surname first")
    )
    # State
    state = models.CharField(_("state"), max_length=10, choices=ParticipantState, default=ParticipantState.REGISTERED)
    attendance = models.CharField(_("attendance"), max_length=10, choices=Attendance, default=Attendance.EXPECTED)
    consents_to_listing = models.BooleanField(_("appears in the public list of participants"), default=False)
    registered_at = models.DateTimeField(editable=False)
    # Set if staff or a focal point registered the person; null if the person did it.
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    successor = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecessor",
        editable=False,
    )
    is_invented = models.BooleanField(default=False, editable=False, help_text=_("created for the demonstration"))
    # SHA-256 of the personal link's token. The token itself is only in the email.
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["workshop", "entity", "name_key"], name="participant_in_order")]
        constraints = [
            Unique(
                fields=["workshop", "email"],
                condition=~Q(email="") & ~Q(state="cancelled"),
                name="participant_address_once_a_workshop",
                violation_error_message=_("Somebody is already registered for this workshop with this email address."),
                beside="email",
            ),
            Unique(
                fields=["workshop", "entity", "name_key"],
                condition=~Q(state="cancelled"),
                name="participant_name_once_an_entity",
                violation_error_message=_(
                    "Somebody with this name is already registered for this State or organization."
                ),
                beside="surname",
            ),
            Check(
                condition=~Q(given_name="", surname=""),
                name="participant_has_a_name",
                violation_error_message=_("Enter at least one name."),
                beside="surname",
            ),
            Check(
                condition=Q(attendance__in=("expected", "excused")) | Q(state="confirmed"),
                name="participant_attendance_of_the_confirmed",
                violation_error_message=_(
                    "Confirm the registration before you record that the person was present or absent."
                ),
                beside="attendance",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.honorific, self.given_name, self.surname) if part)

    @property
    def category(self) -> str:
        return self.entity.kind


class Material(EditVersioned):
    """A stored file of a workshop. Files for participants are served only to them."""

    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="materials")
    kind = models.CharField(_("kind"), max_length=15, choices=MaterialKind, default=MaterialKind.OTHER)
    title = models.CharField(_("title"), max_length=300)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    audience = models.CharField(
        _("who may read it"), max_length=12, choices=MaterialAudience, default=MaterialAudience.PARTICIPANTS
    )
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", editable=False)
    name = models.CharField(_("file name"), max_length=150)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            Unique(
                fields=["workshop", "name"],
                name="material_name_once_a_workshop",
                violation_error_message=_("This workshop already has a file with this name. Rename the file."),
                beside="file",
            ),
        ]

    def __str__(self) -> str:
        return self.title


# --- Funding ----------------------------------------------------------------------------------------------------------


class BudgetLine(EditVersioned):
    """Funding sought. `workshop_number` names a workshop of the year before its topic is chosen."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="budget_lines")
    workshop_number = models.PositiveSmallIntegerField(_("workshop"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=15, choices=BudgetPurpose)
    title = models.CharField(_("title"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["year", "workshop_number", "position", "pk"]
        constraints = [
            Check(
                condition=Q(amount__gt=0),
                name="budget_line_amount_above_nothing",
                violation_error_message=_("Enter an amount above zero."),
                beside="amount",
            ),
            Check(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="budget_line_currency_code",
                violation_error_message=_("Enter a three-letter currency code, for example USD."),
                beside="currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.currency} {self.amount}"


class ContributionQuerySet(models.QuerySet):
    def counted(self) -> Self:
        """Return contributions for totals: no pledges, and only known amounts."""
        return self.exclude(state=ContributionState.PLEDGE).exclude(amount=None)


class Contribution(EditVersioned):
    """Funding given to a year or workshop. Without an amount: paid in part, amount not published."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="contributions")
    workshop = models.ForeignKey(Workshop, models.PROTECT, null=True, blank=True, related_name="contributions")
    donor = models.ForeignKey(Entity, models.PROTECT, related_name="contributions", verbose_name=_("donor"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    state = models.CharField(_("state"), max_length=10, choices=ContributionState, default=ContributionState.PLEDGE)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["year", "pk"]
        constraints = [
            Check(
                condition=Q(amount=None) | Q(amount__gt=0),
                name="contribution_amount_above_nothing",
                violation_error_message=_("Enter an amount above zero, or leave it blank."),
                beside="amount",
            ),
            Check(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="contribution_currency_code",
                violation_error_message=_("Enter a three-letter currency code, for example USD."),
                beside="currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.donor_id}: {self.get_state_display()}"


say_unique(IDMYear, year=_("There is already an IDM year for this calendar year."))
say_unique(
    Workshop,
    topic=_("Another workshop already has this topic."),
    occasion=_("Another workshop already has these days."),
)
