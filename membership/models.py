import datetime as dt
from dataclasses import dataclass
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Exclusion, Unique, set_unique_messages
from foundation.pages.models import changes_public_pages
from foundation.text import Language
from foundation.text.columns import FoldedField


class EntityKind(models.TextChoices):
    STATE = "state", _("State")
    ORGANIZATION = "organization", _("international organization")
    NGO = "ngo", _("non-governmental organization")
    PRIVATE_SECTOR = "private-sector", _("private sector")
    ACADEMIA = "academia", _("academia")
    MEDIA = "media", _("media")
    OTHER = "other", _("other")


class Status(models.TextChoices):
    MEMBER = "member", _("Member")
    OBSERVER = "observer", _("Observer")


class Capacity(models.TextChoices):
    """Capacity in which a person is accredited for an entity."""

    HEAD = "head", _("Head of delegation")
    CHARGE = "charge", _("Chargé d’affaires a.i.")
    DEPUTY = "deputy", _("Deputy head of delegation")
    ADVISER = "adviser", _("Adviser")
    FOCAL_POINT = "focal-point", _("Focal point")


class RoleName(models.TextChoices):
    EDITOR = "editor", _("Editor")
    PUBLISHER = "publisher", _("Publisher")
    MODERATOR = "moderator", _("Moderator")
    TRANSLATOR = "translator", _("Translator")
    PROTOCOL_OFFICER = "protocol", _("Protocol officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class PeriodQuerySet(models.QuerySet):
    """Rows with `begins` and `ends`. `ends` is the first day on which the row is no longer valid; null: no end."""

    def on(self, day: dt.date) -> Self:
        return self.filter(Q(begins=None) | Q(begins__lte=day), Q(ends=None) | Q(ends__gt=day))


class Period(models.Model):
    begins = models.DateField(_("from"), null=True, blank=True, help_text=_("Leave blank if there is no start date."))
    ends = models.DateField(
        _("no longer valid from"), null=True, blank=True, help_text=_("Leave blank if there is no end date.")
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True


def never_twice_at_once(name: str, *keys: str, message: Any) -> Exclusion:
    """Return a constraint that forbids overlapping periods for equal `keys`.

    Ids are compared as ranges, because the extension btree_gist may be missing.
    """
    expressions = [(Func(F(key), F(key), Value("[]"), function="int8range"), RangeOperators.OVERLAPS) for key in keys]
    period = Func(F("begins"), F("ends"), function="daterange")
    return Exclusion(
        name=name,
        expressions=[*expressions, (period, RangeOperators.OVERLAPS)],
        violation_error_message=message,
        field="begins",
    )


# --- The register -----------------------------------------------------------------------------------------------------


class RegisterRevision(models.Model):
    """One row with a number that the database increments with every change of the register."""

    number = models.PositiveBigIntegerField()

    class Meta:
        triggers = [changes_public_pages()]

    def __str__(self) -> str:
        return str(self.number)


def raises_revision() -> pgtrigger.Trigger:
    """Return a trigger that invalidates cached pages of the register, however a table is changed.

    The row is locked until the change is committed, so no reader sees a number before its change.
    """
    return pgtrigger.Trigger(
        name="raises_revision",
        level=pgtrigger.Statement,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        when=pgtrigger.After,
        func="""
            INSERT INTO membership_registerrevision (id, number) VALUES (1, 1)
            ON CONFLICT (id) DO UPDATE SET number = membership_registerrevision.number + 1;
            RETURN NULL;
        """,
    )


class EntityQuerySet(models.QuerySet):
    def states(self) -> Self:
        return self.filter(kind=EntityKind.STATE)

    def with_status(self, day: dt.date, *statuses: str) -> Self:
        held = EntityStatus.objects.on(day).filter(status__in=statuses or Status.values)
        return self.filter(pk__in=held.values("entity_id"))

    def members(self, day: dt.date) -> Self:
        return self.states().with_status(day, Status.MEMBER)

    def with_voting_right(self, day: dt.date) -> Self:
        suspended = VotingSuspension.objects.on(day).values("entity_id")
        return self.members(day).exclude(pk__in=suspended)

    def in_protocol_order(self, language: str, day: dt.date) -> Self:
        """Order by the sort key of the name on that day in that language."""
        names = EntityName.objects.on(day).filter(entity=models.OuterRef("pk"), language=language)
        return self.annotate(
            protocol_key=models.Subquery(names.values("sort_key")[:1]),
            protocol_name=models.Subquery(names.values("short")[:1]),
        ).order_by("protocol_key", "code")


class Entity(models.Model):
    """A State, an organization or another body that sends people. One permanent row; names and status are dated."""

    code = models.SlugField(
        max_length=40,
        unique=True,
        help_text=_("ISO code of the State in lower case, or the acronym of the organization."),
    )
    kind = models.CharField(max_length=20, choices=EntityKind)
    region = models.SlugField(max_length=40, blank=True, help_text=_("Code of the regional group."))
    mailbox = models.EmailField(_("shared mailbox"), blank=True)
    mailbox_language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    is_illustrative = models.BooleanField(default=False, help_text=_("fictional, for the demonstration"))

    objects = EntityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entities"
        ordering = ["code"]
        triggers = [raises_revision()]

    def __str__(self) -> str:
        return self.code


class EntityName(Period):
    """A name in one language for a period, with its forms for sentences and sorting."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="names")
    language = models.CharField(max_length=2, choices=Language)
    short = models.CharField(max_length=200)
    formal = models.CharField(max_length=300)
    article = models.CharField(max_length=10, blank=True)
    acronym = models.CharField(max_length=40, blank=True)
    sort_key = models.CharField(max_length=200, db_collation="C", help_text=_("normalized"))

    class Meta:
        constraints = [
            Exclusion(
                name="entity_one_name_a_language_at_once",
                expressions=[
                    (Func(F("entity"), F("entity"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    # The language as a number: ranges of text would need their own operator class.
                    (
                        Func(
                            Func(F("language"), function="hashtext"),
                            Func(F("language"), function="hashtext"),
                            Value("[]"),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("begins"), F("ends"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Another name in this language already applies on some of these days. Change the dates."
                ),
                field="begins",
            ),
        ]
        triggers = [raises_revision()]

    def __str__(self) -> str:
        return f"{self.short} ({self.language})"


class EntityStatus(Period):
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=10, choices=Status)
    decision = models.CharField(max_length=200, help_text=_("decision on which it is based"))
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "entity statuses"
        constraints = [
            never_twice_at_once(
                "entity_one_status_at_once",
                "entity",
                message=_("Another status already applies on some of these days. Change the dates."),
            )
        ]
        triggers = [raises_revision()]

    def __str__(self) -> str:
        return f"{self.entity.code}: {self.status}"


class VotingSuspension(Period):
    """A suspension of voting rights. Members have the right to vote unless it is suspended."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="voting_suspensions")
    decision = models.CharField(max_length=200, help_text=_("decision on which it is based"))
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            never_twice_at_once(
                "voting_suspension_once_at_a_time",
                "entity",
                message=_("Another suspension already applies on some of these days. Change the dates."),
            )
        ]
        triggers = [raises_revision()]

    def __str__(self) -> str:
        return f"{self.entity.code}: {self.decision}"


class Group(models.Model):
    """A regional or other group of States."""

    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=[("region", _("regional group")), ("group", _("group"))])
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200, db_collation="C", default="")

    class Meta:
        ordering = ["kind", "sort_key"]
        triggers = [raises_revision()]

    def __str__(self) -> str:
        return self.name


class GroupMembership(Period):
    """A membership of a group for a period. A coordinator is also a member, recorded in the same row."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="group_memberships")
    is_coordinator = models.BooleanField(default=False)

    class Meta:
        constraints = [
            Exclusion(
                name="group_membership_once_at_a_time",
                expressions=[
                    (Func(F("group"), F("group"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("entity"), F("entity"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("begins"), F("ends"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "The State is already a member of this group on some of these days. Change the dates."
                ),
                field="begins",
            ),
        ]
        triggers = [raises_revision()]

    def __str__(self) -> str:
        return f"{self.entity.code} in {self.group.code}"


# --- People -----------------------------------------------------------------------------------------------------------


class PersonManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. Permissions come from dated roles and accreditations, never from this row."""

    email = models.EmailField(_("email address"), unique=True)
    first_name = models.CharField(_("given name"), max_length=100, blank=True)
    last_name = models.CharField(
        _("family name"),
        max_length=100,
        blank=True,
        help_text=_("If the person has only one name, leave one of the two blank."),
    )
    title = models.CharField(_("title"), max_length=50, blank=True, help_text=_("H.E. Ms., Dr., …"))
    name_key = FoldedField(of=("last_name", "first_name"), max_length=210, db_default="")
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/Zurich")
    is_active = models.BooleanField(default=True)
    # For Django's read-only admin, which is open to administrators; updated by services.
    is_staff = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False, help_text=_("fictional account for the demonstration"))
    # The column has an older name. Renaming it would break the version that still runs during an update.
    dashboard_seen_at = models.DateTimeField(null=True, blank=True, db_column="desk_seen_at")

    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        indexes = [models.Index(fields=["name_key"], name="person_in_order")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    # How the person signed in for this request, set by the middleware; None in jobs.
    signed_in_with_second_factor: bool | None = None

    def rights_on(self, day: dt.date) -> "Rights":
        """Return roles and accreditations valid on the day, in two queries, cached for the request.

        Where staff need a second factor, roles count only after a sign-in that used one.
        """
        cached = self.__dict__.setdefault("_rights", {})
        if day in cached:
            return cached[day]
        roles = frozenset(self.roles.on(day).values_list("name", flat=True))
        status = EntityStatus.objects.on(day).filter(entity=models.OuterRef("entity")).values("status")[:1]
        held = self.accreditations.on(day).select_related("entity").annotate(entity_status=models.Subquery(status))
        skipped = settings.STAFF_SECOND_FACTOR and self.signed_in_with_second_factor is False
        rights = Rights(
            roles=frozenset() if skipped else roles,
            accreditations=tuple(held.order_by("pk")),
            awaits_second_factor=bool(skipped and roles),
        )
        if self.signed_in_with_second_factor is not None:
            cached[day] = rights
        return rights


# Roles that another role includes: publishers may also edit.
_BROUGHT_BY = {RoleName.PUBLISHER: frozenset({RoleName.EDITOR})}
# Roles whose work requires reading material that only the secretariat may read.
READERS_FOR_STAFF = (RoleName.EDITOR.value, RoleName.PUBLISHER.value, RoleName.TRANSLATOR.value)


@dataclass(frozen=True)
class Rights:
    """A person's roles and accreditations on a day. Accreditations carry `entity_status`: member, observer or None."""

    roles: frozenset[str] = frozenset()
    accreditations: tuple["Accreditation", ...] = ()
    awaits_second_factor: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether the person has any role. This alone gives no access to anything."""
        return bool(self.roles)

    @property
    def reads_for_staff(self) -> bool:
        """Whether the person may read what only the secretariat may read: editors, publishers and translators."""
        return self.has_role(*READERS_FOR_STAFF)

    def has_role(self, *names: str) -> bool:
        """Return whether the person has any of these roles, directly or through another role."""
        brought = frozenset().union(*(_BROUGHT_BY.get(RoleName(name), frozenset()) for name in self.roles))
        return not (self.roles | brought).isdisjoint(names)

    @property
    def delegations(self) -> tuple["Accreditation", ...]:
        """Return accreditations for a State or organization with a status, without focal points."""
        return tuple(
            a for a in self.accreditations if a.capacity != Capacity.FOCAL_POINT and a.entity_status is not None
        )

    @property
    def member_states(self) -> tuple["Accreditation", ...]:
        return tuple(
            a for a in self.delegations if a.entity.kind == EntityKind.STATE and a.entity_status == Status.MEMBER
        )

    @property
    def acts_for_delegation(self) -> bool:
        return bool(self.delegations)

    @property
    def acts_for_member_state(self) -> bool:
        return bool(self.member_states)


class Role(Period):
    person = models.ForeignKey(Person, models.CASCADE, related_name="roles")
    name = models.CharField(max_length=15, choices=RoleName)

    class Meta:
        constraints = [
            Unique(
                fields=["person", "name"],
                condition=Q(ends=None),
                name="role_once_open_ended",
                violation_error_message=_("This person already has this role. Choose another role."),
                field="name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.name}"


class Accreditation(Period):
    person = models.ForeignKey(Person, models.CASCADE, related_name="accreditations")
    entity = models.ForeignKey(Entity, models.PROTECT, related_name="accreditations")
    capacity = models.CharField(max_length=12, choices=Capacity)

    class Meta:
        constraints = [
            never_twice_at_once(
                "accreditation_once_at_a_time",
                "person",
                "entity",
                message=_(
                    "This person is already accredited for this State or organization on some of these days. "
                    "Change the dates."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.entity.code} as {self.capacity}"

    @property
    def may_cast(self) -> bool:
        return self.capacity in {Capacity.HEAD, Capacity.CHARGE, Capacity.DEPUTY}

    @property
    def may_clear(self) -> bool:
        return self.capacity in {Capacity.HEAD, Capacity.CHARGE}


set_unique_messages(Entity, code=_("Another State or organization already has this code. Enter a different one."))
set_unique_messages(Group, code=_("Another group already has this code. Enter a different one."))
set_unique_messages(Person, email=_("There is already an account with this email address. Enter a different one."))
