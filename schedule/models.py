import datetime as dt
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, Unique
from foundation.editing import EditVersioned
from foundation.pages.models import changes_public_pages
from foundation.time.formats import in_zone, zone_of
from membership.models import Entity


class SlotKind(models.TextChoices):
    OPENING = "opening", _("opening")
    KEYNOTE = "keynote", _("keynote address")
    PANEL = "panel", _("panel discussion")
    PRESENTATION = "presentation", _("presentation")
    DISCUSSION = "discussion", _("general discussion")
    SIDE_EVENT = "side-event", _("side event")
    BREAK = "break", _("break")
    CLOSING = "closing", _("closing")
    OTHER = "other", _("other")


class AppearanceCapacity(models.TextChoices):
    """A person's function in a slot."""

    CHAIR = "chair", _("Chair")
    MODERATOR = "moderator", _("Moderator")
    KEYNOTE = "keynote", _("Keynote speaker")
    SPEAKER = "speaker", _("Speaker")
    PANELLIST = "panellist", _("Panellist")
    DISCUSSANT = "discussant", _("Discussant")
    RAPPORTEUR = "rapporteur", _("Rapporteur")


class AppearanceState(models.TextChoices):
    INVITED = "invited", _("invited")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")


class InterpretationLanguage(models.TextChoices):
    """Languages of interpretation: more than the portal's own."""

    ARABIC = "ar", _("Arabic")
    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")
    FRENCH = "fr", _("French")
    RUSSIAN = "ru", _("Russian")
    SPANISH = "es", _("Spanish")


class Occasion(EditVersioned):
    """Dates, zone and place of a workshop or meeting, which refers to it. Its slots are a draft until released."""

    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/Zurich")
    place = models.CharField(_("place"), max_length=200, blank=True)
    # Compared by cached pages; incremented by every change that a public page of the occasion shows.
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        triggers = [changes_public_pages()]
        constraints = [
            Check(
                condition=Q(ends_on__gte=F("begins_on")),
                name="occasion_ends_after_it_begins",
                violation_error_message=_("The last day must not be before the first day."),
                field="ends_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.begins_on}"

    @property
    def tzinfo(self) -> dt.tzinfo:
        return zone_of(self.zone)

    @property
    def days(self) -> list[dt.date]:
        return [self.begins_on + dt.timedelta(days=n) for n in range((self.ends_on - self.begins_on).days + 1)]

    def moment(self, day: dt.date, clock: dt.time) -> dt.datetime:
        """Return that time of that day in the occasion's time zone."""
        return dt.datetime.combine(day, clock, tzinfo=self.tzinfo)

    @property
    def latest_release(self) -> "Release | None":
        return self.releases.order_by("-number").first()


class Room(EditVersioned):
    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="rooms")
    name = models.CharField(_("name"), max_length=100)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class RoomClosure(models.Model):
    """A time when a room cannot be used."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="closures")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            Check(
                condition=Q(ends_at__gt=F("starts_at")),
                name="room_closure_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
                field="ends_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%H:%M}"


class SlotQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        return self.order_by("starts_at", "position", "pk")

    def for_the_public(self) -> Self:
        return self.filter(is_internal=False)


class Slot(EditVersioned):
    """A part of a programme with its time. Internal slots are never released."""

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(Room, models.SET_NULL, null=True, blank=True, related_name="slots", verbose_name=_("room"))
    kind = models.CharField(_("kind"), max_length=15, choices=SlotKind, default=SlotKind.OTHER)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    is_internal = models.BooleanField(
        _("internal"), default=False, help_text=_("Only staff can see the slot. It is never published.")
    )
    # Orders slots that start at the same time.
    position = models.PositiveSmallIntegerField(default=0)
    # Permanent id for data files and for recognising moved slots; no service changes it.
    code = models.SlugField(max_length=60, editable=False)

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = [
            Check(
                condition=Q(ends_at__gt=F("starts_at")),
                name="slot_ends_after_it_starts",
                violation_error_message=_("The end must be after the start."),
                field="ends_at",
            ),
            Unique(
                fields=["occasion", "code"],
                name="slot_code_once_an_occasion",
                violation_error_message=NOT_SAVED,
            ),
        ]
        indexes = [models.Index(fields=["occasion", "starts_at", "position"], name="slot_in_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def day(self) -> dt.date:
        return in_zone(self.starts_at, self.occasion.zone).date()

    @property
    def duration(self) -> dt.timedelta:
        return self.ends_at - self.starts_at


class AppearanceQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        return self.order_by("slot_id", "position", "pk")

    def expected(self) -> Self:
        """Return appearances that were neither declined nor removed."""
        return self.filter(state__in=(AppearanceState.INVITED, AppearanceState.CONFIRMED))


class Appearance(EditVersioned):
    """A person's part in an occasion. Speakers need no account."""

    occasion = models.ForeignKey(Occasion, models.CASCADE, related_name="appearances")
    slot = models.ForeignKey(Slot, models.CASCADE, null=True, blank=True, related_name="appearances")
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, db_collation="C", editable=False, help_text=_("normalized"))
    function = models.CharField(_("function"), max_length=300, blank=True)
    entity = models.ForeignKey(
        Entity, models.PROTECT, null=True, blank=True, related_name="appearances", verbose_name=_("on behalf of")
    )
    capacity = models.CharField(
        _("capacity"), max_length=12, choices=AppearanceCapacity, default=AppearanceCapacity.SPEAKER
    )
    state = models.CharField(_("state"), max_length=10, choices=AppearanceState, default=AppearanceState.INVITED)
    position = models.PositiveSmallIntegerField(default=0)

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        constraints = [
            Unique(
                fields=["slot", "name_key", "capacity"],
                condition=Q(slot__isnull=False),
                name="appearance_once_a_slot",
                violation_error_message=_(
                    "This person is already listed for this slot in this capacity. Choose another person or capacity."
                ),
                field="name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Interpretation(models.Model):
    """A language into and from which a slot is interpreted."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="interpretations")
    language = models.CharField(_("language"), max_length=2, choices=InterpretationLanguage)

    class Meta:
        ordering = ["language"]
        constraints = [
            Unique(
                fields=["slot", "language"],
                name="interpretation_language_once_a_slot",
                violation_error_message=_("This language is already listed for this slot."),
                field="language",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.language}"


class Release(models.Model):
    """A programme or agenda as published. It never changes; the public reads releases, not the draft.

    `content` holds all that a page shows, in every language, so that later changes of rows do not affect it.
    """

    occasion = models.ForeignKey(Occasion, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    changes = models.JSONField(default=list, help_text="against the release before")
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            Unique(
                fields=["occasion", "number"],
                name="release_number_once_an_occasion",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(number__gte=1),
                name="release_number_from_one",
                violation_error_message=NOT_SAVED,
            ),
        ]
        # The person may be set to null with the deletion of their account; nothing else changes.
        triggers = [
            pgtrigger.Protect(
                name="release_is_immutable",
                operation=pgtrigger.UpdateOf("occasion_id", "number", "content", "changes", "released_at")
                | pgtrigger.Delete,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id} release {self.number}"
