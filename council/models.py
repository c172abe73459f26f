import datetime as dt
from functools import reduce
from operator import or_
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from foundation.constraints import NOT_SAVED, Check, Exclusion, Unique, set_unique_messages
from foundation.editing import EditVersioned
from foundation.pages.models import changes_public_pages
from membership.models import Entity, EntityKind, EntityStatus, Status
from schedule.models import Occasion, Slot


class MeetingKind(models.TextChoices):
    SESSION = "session", _("Council session")
    CONSULTATIONS = "informal-consultations", _("informal consultations")
    STANDING_COMMITTEE = "standing-committee", _("Standing Committee")


class ItemKind(models.TextChoices):
    ITEM = "item", _("agenda item")
    SEGMENT = "segment", _("segment")
    KEYNOTE = "keynote", _("keynote addresses")
    PANEL = "panel", _("panel discussion")
    DIALOGUE = "dialogue", _("interactive dialogue")
    LAUNCH = "launch", _("launch")
    ELECTION = "election", _("election")
    DEBATE = "debate", _("general debate")


class ItemState(models.TextChoices):
    """State of an item. Removed, moved and deferred items keep their text and give a reason."""

    ACTIVE = "active", _("on the agenda")
    MOVED = "moved", _("moved to another meeting")
    DELETED = "deleted", _("removed from the agenda")


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    REQUESTED = "requested", _("requested by Member States")
    NOTED = "noted", _("noted")
    ADOPTED = "adopted", _("adopted")
    DEFERRED = "deferred", _("deferred")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Act(models.TextChoices):
    ADDED = "added", _("added")
    EDITED = "edited", _("edited")
    MOVED = "moved", _("moved")
    REMOVED = "removed", _("removed from the agenda")
    RESTORED = "restored", _("returned to the agenda")
    SUPPLEMENTED = "supplied", _("papers or decisions added")


# --- Meetings ---------------------------------------------------------------------------------------------------------


class MeetingQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        return self.order_by("-occasion__begins_on", "-pk")

    def sessions(self) -> Self:
        return self.filter(kind=MeetingKind.SESSION)


class Meeting(EditVersioned):
    """A meeting of a governing body or of the membership. Its occasion has dates, zone and place."""

    kind = models.CharField(_("kind"), max_length=25, choices=MeetingKind)
    number = models.PositiveSmallIntegerField(
        _("number"), null=True, blank=True, help_text=_("For example 99 for the ninety-ninth session.")
    )
    # Permanent id and address; no service changes it.
    slug = models.SlugField(max_length=60, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    has_high_level_segment = models.BooleanField(_("has a high-level segment"), default=False)
    occasion = models.OneToOneField(Occasion, models.PROTECT, related_name="meeting", editable=False)
    # Incremented by every change of the tree's shape. Orders based on an earlier value are refused.
    order_version = models.PositiveIntegerField(default=1, editable=False)
    # Incremented by every change of the agenda; AgendaChange has the details.
    agenda_version = models.PositiveIntegerField(default=0, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        triggers = [changes_public_pages()]
        constraints = [
            Unique(
                fields=["kind", "number"],
                name="meeting_number_once_a_kind",
                violation_error_message=_(
                    "There is already a meeting of this kind with this number. Enter another number."
                ),
                field="number",
            ),
            Check(
                condition=Q(kind="informal-consultations") | Q(number__gte=1),
                name="meeting_of_a_body_has_a_number",
                violation_error_message=_("Enter the number of the session or meeting."),
                field="number",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("council:meeting", args=[self.slug])


# --- Agenda -----------------------------------------------------------------------------------------------------------


def _range(expression: Any) -> Func:
    return Func(expression, expression, Value("[]"), function="int8range")


# Midnight at the end of the last day, in the meeting's time zone.
_END_OF_MEETING = Func(
    F("meeting__occasion__ends_on"),
    F("meeting__occasion__zone"),
    template="((%(expressions)s)",
    arg_joiner=" + 1)::timestamp AT TIME ZONE ",
    output_field=models.DateTimeField(),
)


class ItemQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(state=ItemState.ACTIVE)

    def tombstones(self) -> Self:
        return self.exclude(state=ItemState.ACTIVE)

    def shown_to_all(self) -> Self:
        """Return active items that are not internal and have no internal item above them (at most four levels)."""
        above = (Q(**{f"{'parent__' * levels}is_internal": True}) for levels in range(4))
        return self.active().exclude(reduce(or_, above))

    def open_for_inscription(self, now: dt.datetime) -> Self:
        """Return items whose speakers' list is open. Lists of meetings that have ended are closed."""
        lists = self.shown_to_all().filter(inscription_opens_at__lte=now, inscription_closes_at__gt=now)
        return lists.alias(meeting_over_at=_END_OF_MEETING).filter(meeting_over_at__gt=now)


class AgendaItem(EditVersioned):
    """An item of a meeting's agenda tree. Its number is computed from the tree and never stored."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items", editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", editable=False)
    position = models.PositiveSmallIntegerField(
        editable=False, help_text=_("Counted from 0 among the items of the same parent.")
    )
    # Its permanent id within the meeting, which figures cite; no service changes it.
    code = models.SlugField(max_length=60, editable=False)
    # Text
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind, default=ItemKind.ITEM)
    # Time: the slot has the time and room once the programme is published.
    day = models.DateField(_("day"), null=True, blank=True)
    duration = models.PositiveSmallIntegerField(
        _("duration in minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    slot = models.ForeignKey(
        Slot, models.SET_NULL, null=True, blank=True, related_name="agenda_items", verbose_name=_("slot")
    )
    # Display
    is_internal = models.BooleanField(
        _("internal"), default=False, help_text=_("Only staff can see the item and its sub-items.")
    )
    is_highlight = models.BooleanField(_("highlight"), default=False)
    # Registration of speakers is open from `inscription_opens_at` until just before `inscription_closes_at`.
    inscription_opens_at = models.DateTimeField(_("registration of speakers opens"), null=True, blank=True)
    inscription_closes_at = models.DateTimeField(_("registration of speakers closes"), null=True, blank=True)
    # Where a moved item went, and why an item was removed.
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.ACTIVE, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    moved_to = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="items_received", editable=False
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            Unique(
                fields=["meeting", "code"],
                name="agenda_item_code_once_a_meeting",
                violation_error_message=NOT_SAVED,
            ),
            # Deferred and partial: a unique constraint cannot be both.
            Exclusion(
                name="agenda_item_position_once",
                expressions=[
                    (_range(F("meeting")), RangeOperators.OVERLAPS),
                    (_range(Coalesce(F("parent"), Value(0))), RangeOperators.OVERLAPS),
                    (_range(F("position")), RangeOperators.OVERLAPS),
                ],
                condition=Q(state="active"),
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_(
                    "Someone else changed the order of the agenda. Reload the page and try again."
                ),
            ),
            Check(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="agenda_item_not_below_itself",
                violation_error_message=_("An item cannot be placed under itself. Choose another parent item."),
                field="parent",
            ),
            Check(
                condition=Q(state="active", reason="", moved_to=None) | (~Q(state="active") & ~Q(reason="")),
                name="agenda_item_tombstone_says_why",
                violation_error_message=_("Enter the reason why the item is no longer on the agenda."),
                field="reason",
            ),
            Check(
                condition=Q(inscription_opens_at=None, inscription_closes_at=None)
                | Q(inscription_closes_at__gt=F("inscription_opens_at")),
                name="agenda_item_inscription_closes_after_it_opens",
                violation_error_message=_("The closing time must be after the opening time."),
                field="inscription_closes_at",
            ),
            Check(
                condition=Q(duration=None) | Q(duration__gte=1),
                name="agenda_item_lasts_a_minute",
                violation_error_message=_("Enter at least one minute, or leave this blank."),
                field="duration",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_active(self) -> bool:
        return self.state == ItemState.ACTIVE


class AgendaChange(models.Model):
    """A change of an agenda and its author, shown to other editors at work. Rows are only added."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField(help_text=_("Number of the agenda’s version after this change."))
    act = models.CharField(max_length=10, choices=Act)
    item = models.ForeignKey(AgendaItem, models.CASCADE, null=True, related_name="changes")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            Unique(
                fields=["meeting", "version"],
                name="agenda_change_version_once",
                violation_error_message=NOT_SAVED,
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="agenda_change_stays",
                operation=pgtrigger.UpdateOf("meeting_id", "version", "act", "item_id", "at"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.version}: {self.act}"


class PaperQuerySet(models.QuerySet):
    def visible_to(self, person: Any, now: dt.datetime) -> Self:
        """Return papers whose document this person may see."""
        return self.filter(document__in=Document.objects.visible_to(person, now).in_force())

    def in_order(self) -> Self:
        return self.order_by("position", "pk")


class Paper(models.Model):
    """A document for one agenda item or, without an item, for the meeting as a whole."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="papers")
    item = models.ForeignKey(AgendaItem, models.CASCADE, null=True, blank=True, related_name="papers")
    document = models.ForeignKey(Document, models.PROTECT, related_name="papers")
    position = models.PositiveSmallIntegerField(default=0)

    objects = PaperQuerySet.as_manager()

    class Meta:
        triggers = [changes_public_pages()]
        constraints = [
            Unique(
                fields=["meeting", "item", "document"],
                nulls_distinct=False,
                name="paper_once_an_item",
                violation_error_message=_("This document is already listed under this item. Choose a different one."),
                field="document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.document_id}"


class Decision(EditVersioned):
    """A proposal, request or decision, for one agenda item or for the meeting as a whole."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions", editable=False)
    item = models.ForeignKey(
        AgendaItem, models.CASCADE, null=True, blank=True, related_name="decisions", verbose_name=_("agenda item")
    )
    code = models.SlugField(max_length=60, editable=False)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=10, choices=DecisionState, default=DecisionState.PROPOSED)
    decided_on = models.DateField(_("date"), null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            Unique(
                fields=["meeting", "code"],
                name="decision_code_once_a_meeting",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


# --- Speakers' lists --------------------------------------------------------------------------------------------------


class InscriptionQuerySet(models.QuerySet):
    def active(self) -> Self:
        """Return inscriptions that have not been withdrawn."""
        return self.filter(withdrawn_at=None)

    def in_order(self, day: dt.date) -> Self:
        """Return the order of speaking: Member States, Observer States, others, each in order of registration."""
        status = EntityStatus.objects.on(day).filter(entity=OuterRef("entity")).values("status")[:1]
        return self.annotate(
            entity_status=Subquery(status),
            rank=Case(
                When(entity__kind=EntityKind.STATE, entity_status=Status.MEMBER, then=Value(0)),
                When(entity__kind=EntityKind.STATE, then=Value(1)),
                default=Value(2),
            ),
        ).order_by("item_id", "rank", "position", "pk")


class Inscription(models.Model):
    """An entity on an item's speakers' list. A withdrawn inscription is kept; another can follow."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="inscriptions")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="inscriptions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", help_text=_("registered by")
    )
    speaker = models.CharField(_("speaker"), max_length=200, blank=True)
    position = models.PositiveIntegerField(help_text=_("order of registration"))
    inscribed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            Unique(
                fields=["item", "entity"],
                condition=Q(withdrawn_at=None),
                name="inscription_once_an_entity",
                violation_error_message=_("Your delegation is already on the speakers’ list."),
            ),
            Unique(
                fields=["item", "position"],
                name="inscription_position_once",
                violation_error_message=_("Someone else changed the speakers’ list. Reload the page and try again."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.entity_id}"


set_unique_messages(
    Meeting,
    slug=_("This meeting already exists. Enter another number."),
    occasion=_("Another meeting already uses these dates. Choose different dates."),
)
