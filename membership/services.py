"""Services for people, their roles and accreditations. Register files: `membership.register`."""

import datetime as dt
import logging
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.editing import check_version, content_version
from foundation.editing.history import recorded
from foundation.pages import organization
from foundation.refusals import Refused, check_row, check_zone, checked_names
from foundation.text.letters import clean_address
from foundation.time.clock import database_now
from membership.models import Accreditation, Capacity, Entity, Person, Role, RoleName

log = logging.getLogger("portal.membership")


def _administrators_alone(actor: Person, day: dt.date) -> None:
    if not actor.rights_on(day).has_role(RoleName.ADMINISTRATOR):
        raise PermissionDenied(_("Only administrators can manage people."))


# --- People -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def register_person(
    *, email: str, first_name: str = "", last_name: str = "", actor: Person, language: str = "en", title: str = ""
) -> Person:
    """Create an account without a password. The person signs in with a code, or sets a password."""
    _administrators_alone(actor, database_now().date())
    address = clean_address(email).lower()
    if Person.objects.filter(email=address).exists():
        raise Refused(email=_("There is already an account with this email address. Enter a different one."))
    person = Person(email=address, language=language, zone=organization.current().zone)
    _name(person, title=title, first_name=first_name, last_name=last_name)
    person.set_unusable_password()
    check_row(person, exclude=["password"])
    person.save()
    log.info("person %s registered by %s", person.pk, actor.pk)
    return person


OWN_DETAILS = ("title", "first_name", "last_name", "language", "zone")


def details_version(person: Person) -> int:
    """Return a version of what a person may change about themselves."""
    return content_version([getattr(person, name) for name in OWN_DETAILS])


@transaction.atomic
def change_own_details(
    *,
    person: Person,
    title: str,
    first_name: str,
    last_name: str,
    language: str,
    zone: str,
    expected: int | None = None,
) -> Person:
    """Change a person's own name, language and time zone. Raises `Clash` unless they are of version `expected`."""

    held = Person.objects.select_for_update().get(pk=person.pk)
    check_version(held, current=details_version(held), expected=expected)
    _name(held, title=title, first_name=first_name, last_name=last_name)
    held.language, held.zone = language, zone
    check_zone(zone)
    check_row(held)
    held.save(update_fields=["title", "first_name", "last_name", "name_key", "language", "zone"])
    log.info("person %s changed their own details", person.pk)
    return held


@transaction.atomic
def set_active(*, person: Person, active: bool, actor: Person) -> None:
    """Open or close an account. A closed account is signed out with its next request."""
    _administrators_alone(actor, database_now().date())
    if person.pk == actor.pk:
        raise Refused(_("You cannot close your own account. Ask another administrator."))
    Person.objects.filter(pk=person.pk).update(is_active=active)
    log.info("person %s %s by %s", person.pk, "opened" if active else "closed", actor.pk)


@transaction.atomic
def reset_second_factor(*, person: Person, actor: Person) -> None:
    """Reset a lost second factor. The person signs in once without it; staff must then set up a new one."""
    _administrators_alone(actor, database_now().date())
    if person.pk == actor.pk:
        raise Refused(_("You cannot do this for your own account. Ask another administrator."))
    taken, _kinds = Authenticator.objects.filter(user=person).delete()
    log.info("second factor of person %s (%s rows) taken away by %s", person.pk, taken, actor.pk)


def _name(person: Person, **names: str) -> None:
    for column, name in checked_names(**names).items():
        setattr(person, column, name)
    if not person.full_name:
        raise Refused(first_name=_("Enter at least one name."))


# --- Roles ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def grant_role(*, person: Person, name: str, actor: Person, begins: dt.date | None = None) -> Role:
    """Grant a role from that day (default: today) without an end. An existing role is not changed."""
    today = database_now().date()
    _administrators_alone(actor, today)
    if name not in RoleName.values:
        raise Refused(name=_("Choose a role from the list."))
    Person.objects.select_for_update().get(pk=person.pk)
    held = Role.objects.filter(person=person, name=name, ends=None).first()
    if held:
        return held
    with recorded(actor):
        role = Role.objects.create(person=person, name=name, begins=begins or today)
    keep_in_step([person.pk], today)
    log.info("role %s granted to person %s by %s", name, person.pk, actor.pk)
    return role


@transaction.atomic
def end_role(*, role: Role, actor: Person, ends: dt.date | None = None) -> Role:
    """End a role on that day (default: today). The last administrator's role cannot be ended."""
    today = database_now().date()
    _administrators_alone(actor, today)
    # Lock all administrators' rows, so that two who end each other's role cannot leave none.
    list(Role.objects.select_for_update().filter(name=RoleName.ADMINISTRATOR, ends=None).order_by("pk"))
    held = Role.objects.select_for_update().get(pk=role.pk)
    last_day = ends or today
    _end_of_period(held.begins, held.ends, last_day)
    others = Role.objects.on(last_day).filter(name=RoleName.ADMINISTRATOR, person__is_active=True)
    if held.name == RoleName.ADMINISTRATOR and not others.exclude(pk=held.pk).exists():
        raise Refused(_("This is the last administrator. Appoint another administrator first."))
    held.ends = last_day
    with recorded(actor):
        held.save(update_fields=["ends"])
    keep_in_step([held.person_id], today)
    log.info("role %s of person %s ended by %s", held.name, held.person_id, actor.pk)
    return held


def keep_in_step(person_ids: Iterable[int], day: dt.date) -> None:
    """Set `is_staff`, which opens Django's read-only admin, for administrators only."""
    people = Person.objects.filter(pk__in=person_ids)
    administrators = Role.objects.on(day).filter(name=RoleName.ADMINISTRATOR).values("person_id")
    people.filter(pk__in=administrators).update(is_staff=True)
    people.exclude(pk__in=administrators).update(is_staff=False)


# --- Accreditations ---------------------------------------------------------------------------------------------------


@transaction.atomic
def accredit(
    *,
    person: Person,
    entity: Entity,
    capacity: str,
    actor: Person,
    begins: dt.date | None = None,
    ends: dt.date | None = None,
) -> Accreditation:
    """Accredit a person for the entity from that day (default: today). Another capacity ends the former one."""
    today = database_now().date()
    _administrators_alone(actor, today)
    if capacity not in Capacity.values:
        raise Refused(capacity=_("Choose a capacity from the list."))
    first = begins or today
    if ends is not None and ends <= first:
        raise Refused(ends=_("The end date must be after the start date."))
    # Two administrators wait for the person's row; the exclusion constraint is the final check.
    Person.objects.select_for_update().get(pk=person.pk)
    overlapping = Accreditation.objects.filter(person=person, entity=entity).exclude(ends__lte=first)
    if ends is not None:
        overlapping = overlapping.exclude(begins__gte=ends)
    with recorded(actor):
        for former in overlapping:
            if former.capacity == capacity:
                raise Refused(
                    _(
                        "This person already has this accreditation. "
                        "Choose another State or organization, or another capacity."
                    )
                )
            if former.begins is not None and former.begins >= first:
                raise Refused(
                    _("This person is accredited in another capacity from %(day)s. End that accreditation first.")
                    % {"day": former.begins.isoformat()}
                )
            former.ends = first
            former.save(update_fields=["ends"])
        accreditation = Accreditation.objects.create(
            person=person, entity=entity, capacity=capacity, begins=first, ends=ends
        )
    log.info("person %s accredited for %s as %s by %s", person.pk, entity.code, capacity, actor.pk)
    return accreditation


@transaction.atomic
def end_accreditation(*, accreditation: Accreditation, actor: Person, ends: dt.date | None = None) -> Accreditation:
    """End an accreditation on that day (default: today). The next request is refused; cast votes remain valid."""
    today = database_now().date()
    _administrators_alone(actor, today)
    held = Accreditation.objects.select_for_update().select_related("entity").get(pk=accreditation.pk)
    last_day = ends or today
    _end_of_period(held.begins, held.ends, last_day)
    held.ends = last_day
    with recorded(actor):
        held.save(update_fields=["ends"])
    log.info("accreditation of person %s for %s ended by %s", held.person_id, held.entity.code, actor.pk)
    return held


def _end_of_period(begins: dt.date | None, ends: dt.date | None, day: dt.date) -> None:
    if ends is not None and ends <= day:
        raise Refused(_("This period has already ended."))
    if begins is not None and day < begins:
        raise Refused(ends=_("The end date must be after the start date."))
