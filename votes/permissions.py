"""Permissions on ballots. Services check them again."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from membership.models import Accreditation, Capacity, Person, RoleName
from votes.models import Ballot, DelegationSettings, Position


def day_of(now: dt.datetime) -> dt.date:
    """Return the UTC day, for which periods are looked up."""
    return now.astimezone(dt.UTC).date()


def is_publisher(person: Person | None, now: dt.datetime) -> bool:
    return person is not None and person.rights_on(day_of(now)).has_role(RoleName.PUBLISHER)


def is_preparer(person: Person | None, now: dt.datetime) -> bool:
    """Return whether the person may prepare ballots: editors and publishers."""
    return person is not None and person.rights_on(day_of(now)).has_role(RoleName.EDITOR, RoleName.PUBLISHER)


def require_publisher(person: Person, now: dt.datetime) -> None:
    if not is_publisher(person, now):
        raise PermissionDenied(_("Only a publisher of the secretariat can do this."))


def require_preparer(person: Person, now: dt.datetime) -> None:
    if not is_preparer(person, now):
        raise PermissionDenied(_("Only an editor or publisher of the secretariat can do this."))


def require_accredited(delegation: Accreditation, person: Person, now: dt.datetime) -> None:
    """Raise unless the person holds this accreditation today as a delegate, not only as a focal point."""
    held = Accreditation.objects.on(day_of(now)).filter(pk=delegation.pk, person=person)
    if not person.is_active or not held.exists() or delegation.capacity == Capacity.FOCAL_POINT:
        raise PermissionDenied(_("Your accreditation for this delegation has ended."))


def may_cast_alone(delegation: Accreditation) -> bool:
    """Return whether the delegate may cast without clearance.

    Heads of delegation and chargés d'affaires may, and all delegates if the State allows it.
    """
    if delegation.may_clear:
        return True
    return DelegationSettings.objects.filter(entity=delegation.entity_id, anyone_may_cast=True).exists()


def may_cast_cleared(delegation: Accreditation, position: Position | None, choices: list[str], abstains: bool) -> bool:
    """Return whether the delegate may cast exactly this cleared answer: deputies may, advisers may not."""
    cleared = position is not None and position.stage == Position.Stage.CLEARED
    return delegation.may_cast and cleared and (position.choices, position.abstains) == (choices, abstains)


def may_speak_cleared(delegation: Accreditation, position: Position | None, statement: Mapping[str, str]) -> bool:
    """Return whether the delegate may send exactly this cleared statement."""
    cleared = position is not None and position.stage == Position.Stage.CLEARED
    return delegation.may_cast and cleared and position.statement == statement


def sees_result(ballot: Ballot, audiences: set[str], *, publisher: bool) -> bool:
    """Return whether the viewer may see the result: publishers before publication, then its audience."""
    result = getattr(ballot, "result", None)
    if result is None:
        return False
    return publisher or (result.is_published and ballot.audience in audiences)


def sees_totals(ballot: Ballot, audiences: set[str], *, publisher: bool) -> bool:
    return publisher or ballot.totals_audience in audiences


def sees_choices(ballot: Ballot, audiences: set[str], *, publisher: bool) -> bool:
    """Return whether the viewer may see answers by State after the close.

    `staff` means publishers here. Choices of secret ballots are never shown by State.
    """
    return not ballot.is_secret and (publisher or ballot.choices_audience in audiences - {"staff"})
