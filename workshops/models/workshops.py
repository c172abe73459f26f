"""Intersessional workshops."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Check, Unique, set_unique_messages
from foundation.editing import EditVersioned
from foundation.pages.models import changes_public_pages
from schedule.models import Occasion
from workshops.models.years import IDMYear, Topic


class WorkshopState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")


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
        triggers = [changes_public_pages()]
        constraints = [
            Unique(
                fields=["year", "slug"],
                name="workshop_slug_once_a_year",
                violation_error_message=_(
                    "Another workshop of this year already has this short name. Enter a different one."
                ),
                field="slug",
            ),
            Unique(
                fields=["year", "number"],
                name="workshop_number_once_a_year",
                violation_error_message=_(
                    "Another workshop of this year already has this number. Enter a different one."
                ),
                field="number",
            ),
            Check(
                condition=Q(number__gte=1),
                name="workshop_number_from_one",
                violation_error_message=_("Enter 1 or a higher number."),
                field="number",
            ),
            Check(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="workshop_registration_closes_after_it_opens",
                violation_error_message=_("The closing time must be after the opening time."),
                field="registration_closes_at",
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


set_unique_messages(
    Workshop,
    topic=_("Another workshop already has this topic. Choose a different one."),
    occasion=_("Another workshop already uses these dates. Choose different dates."),
)
