"""Who may do what on a ballot, each rule in a sentence. Services repeat them; a hidden button is no rule."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from membership.models import Accreditation, Capacity, Person, RoleName
from votes.models import Ballot, DelegationSettings, Position


def day_of(now: dt.datetime) -> dt.date:
    """Periods are asked about for the day in UTC, everywhere alike."""
    return now.astimezone(dt.UTC).date()


def is_publisher(person: Person | None, now: dt.datetime) -> bool:
    return person is not None and person.standing(day_of(now)).has_role(RoleName.PUBLISHER)


def is_preparer(person: Person | None, now: dt.datetime) -> bool:
    """Editors write ballots; publishers, who may do all that editors do, open and close them."""
    return person is not None and person.standing(day_of(now)).has_role(RoleName.EDITOR, RoleName.PUBLISHER)


def require_publisher(person: Person, now: dt.datetime) -> None:
    if not is_publisher(person, now):
        raise PermissionDenied(_("Only a publisher of the secretariat can do this."))


def require_preparer(person: Person, now: dt.datetime) -> None:
    if not is_preparer(person, now):
        raise PermissionDenied(_("Only an editor or publisher of the secretariat can do this."))


def require_accredited(delegation: Accreditation, person: Person, now: dt.datetime) -> None:
    """The accreditation is the person's, holds on this day, and is that of a delegate, not of a mere focal point."""
    held = Accreditation.objects.on(day_of(now)).filter(pk=delegation.pk, person=person)
    if not person.is_active or not held.exists() or delegation.capacity == Capacity.FOCAL_POINT:
        raise PermissionDenied(_("Your accreditation for this delegation has ended."))


def may_cast_alone(delegation: Accreditation) -> bool:
    """Heads and chargés d'affaires; others when the State chose so."""
    if delegation.may_clear:
        return True
    return DelegationSettings.objects.filter(entity=delegation.entity_id, anyone_may_cast=True).exists()


def may_cast_cleared(delegation: Accreditation, position: Position | None, choices: list[str], abstains: bool) -> bool:
    """A deputy casts what the head has cleared, word for word; an adviser prepares."""
    cleared = position is not None and position.stage == Position.Stage.CLEARED
    return delegation.may_cast and cleared and (position.choices, position.abstains) == (choices, abstains)


def may_speak_cleared(delegation: Accreditation, position: Position | None, said: Mapping[str, str]) -> bool:
    """The same where nothing is chosen: of kind, language and text not a letter is changed."""
    cleared = position is not None and position.stage == Position.Stage.CLEARED
    return delegation.may_cast and cleared and position.said == said


def sees_result(ballot: Ballot, audiences: set[str], *, publisher: bool) -> bool:
    """Before it is published the result is for publishers, and before the close it does not exist."""
    result = getattr(ballot, "result", None)
    if result is None:
        return False
    return publisher or (result.is_published and ballot.audience in audiences)


def sees_totals(ballot: Ballot, audiences: set[str], *, publisher: bool) -> bool:
    return publisher or ballot.totals_audience in audiences


def sees_choices(ballot: Ballot, audiences: set[str], *, publisher: bool) -> bool:
    """After the close; `staff` here means publishers, so that no other member of staff reads what a State chose.

    What was chosen in a secret ballot nobody reads, since it stands nowhere.
    """
    return not ballot.is_secret and (publisher or ballot.choices_audience in audiences - {"staff"})
