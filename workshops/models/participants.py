"""People registered for a workshop."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Check, Unique
from foundation.editing import EditVersioned
from foundation.text import Language
from membership.models import Entity
from workshops.models.workshops import Workshop


class ParticipantState(models.TextChoices):
    REGISTERED = "registered", _("registered")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("cancelled")


class Attendance(models.TextChoices):
    EXPECTED = "expected", _("expected")
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excused")


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
    entity = models.ForeignKey(
        Entity, models.PROTECT, related_name="participants", verbose_name=_("State or organization")
    )
    # Person
    honorific = models.CharField(_("title"), max_length=50, blank=True, help_text=_("H.E. Ms., Dr., …"))
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    surname = models.CharField(
        _("family name"),
        max_length=100,
        blank=True,
        help_text=_("If the person has only one name, leave one of the two blank."),
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
                violation_error_message=_(
                    "Someone is already registered for this workshop with this email address. "
                    "Enter a different address."
                ),
                field="email",
            ),
            Unique(
                fields=["workshop", "entity", "name_key"],
                condition=~Q(state="cancelled"),
                name="participant_name_once_an_entity",
                violation_error_message=_(
                    "Someone with this name is already registered for this State or organization. "
                    "Check the list of participants."
                ),
                field="surname",
            ),
            Check(
                condition=~Q(given_name="", surname=""),
                name="participant_has_a_name",
                violation_error_message=_("Enter at least one name."),
                field="surname",
            ),
            Check(
                condition=Q(attendance__in=("expected", "excused")) | Q(state="confirmed"),
                name="participant_attendance_of_the_confirmed",
                violation_error_message=_(
                    "Confirm the registration before you record that the person was present or absent."
                ),
                field="attendance",
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
