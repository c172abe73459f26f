import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from foundation.editing import Clash
from foundation.editing.checked import save_checked
from foundation.mail.services import request_mail
from foundation.refusals import Refused, check_row, checked_names
from foundation.text import fold
from foundation.text.letters import clean_address
from foundation.time.clock import database_now
from membership.models import Entity
from workshops.models import Attendance, Participant, ParticipantState, Workshop
from workshops.permissions import edited_by, may_register_now
from workshops.services.years import bump_workshop

DETAIL_COLUMNS = (
    "entity",
    "honorific",
    "given_name",
    "surname",
    "function",
    "email",
    "language",
    "consents_to_listing",
)
LONGEST_KEY = Participant._meta.get_field("name_key").max_length
_LINES = ("honorific", "given_name", "surname", "function")


@dataclass(frozen=True)
class Registered:
    """A registration made through the public form. The answer does not show whether it is new."""

    participant: Participant
    is_new: bool


def name_key(given_name: str, surname: str) -> str:
    return fold(f"{surname} {given_name}")[:LONGEST_KEY]


def _cleaned(details: Mapping[str, Any]) -> dict[str, str]:
    """Return the names and other one-line details, and the email address, cleaned of invisible characters."""
    names = checked_names(**{column: details[column] for column in _LINES if column in details})
    if "email" in details:
        names["email"] = clean_address(details["email"]).lower()
    return names


def _built(*, workshop: Workshop, entity: Entity, registered_at: dt.datetime, **details: Any) -> Participant:
    details |= _cleaned(details)
    participant = Participant(workshop=workshop, entity=entity, registered_at=registered_at, **details)
    participant.name_key = name_key(participant.given_name, participant.surname)
    return participant


def register_participant(
    *,
    workshop: Workshop,
    entity: Entity,
    given_name: str = "",
    surname: str = "",
    honorific: str = "",
    function: str = "",
    email: str = "",
    language: str = "en",
    consents_to_listing: bool = False,
    actor: Any = None,
    now: dt.datetime | None = None,
) -> Participant:
    """Register a person: themselves (no actor) while registration is open, or an editor at any time.

    Raises `Refused` for an address already registered, or a name already registered for that entity.
    """
    moment = now or database_now()
    if actor is None and not may_register_now(workshop, moment):
        raise PermissionDenied(_("Registration for this workshop is not open."))
    participant = _built(
        workshop=workshop,
        entity=entity,
        registered_at=moment,
        given_name=given_name,
        surname=surname,
        honorific=honorific,
        function=function,
        email=email,
        language=language,
        consents_to_listing=consents_to_listing,
        registered_by=actor,
    )
    check_row(participant)
    with edited_by(actor):
        participant.save()
        bump_workshop(workshop)
        _wish_link(participant, "workshops.registered", moment)
    return participant


def request_registration(*, workshop: Workshop, now: dt.datetime | None = None, **details: Any) -> None:
    """Handle the public form. Returns nothing, so that no one learns who is registered.

    A known address gets a new personal link, once a day at most. A known name with another address gets an email that
    asks to contact the secretariat.
    """
    moment = now or database_now()
    details |= _cleaned(details)
    email = details.get("email", "")
    known = Participant.objects.not_cancelled().filter(workshop=workshop, email=email).first()
    if known is None:
        try:
            with transaction.atomic():
                register_participant(workshop=workshop, now=moment, **details)
            return
        except (Refused, IntegrityError):
            key = name_key(details.get("given_name", ""), details.get("surname", ""))
            same = Participant.objects.not_cancelled().filter(workshop=workshop)
            known = same.filter(email=email).first()
            if known is None:
                known = same.filter(entity=details["entity"], name_key=key).first()
                if known is None:
                    raise
                _wish_notice(known, email, details.get("language", "en"), moment)
                return
    if not may_register_now(workshop, moment):
        raise PermissionDenied(_("Registration for this workshop is not open."))
    with transaction.atomic():
        _wish_link(known, "workshops.registered", moment, again=True)


def _wish_link(participant: Participant, kind: str, moment: dt.datetime, *, again: bool = False) -> None:
    if participant.email:
        day = f":{moment:%Y-%m-%d}" if again else ""
        request_mail(
            kind=kind,
            key=f"{kind}:{participant.pk}{day}",
            recipient=participant.email,
            language=participant.language,
            arguments={"participant_id": participant.pk},
        )


def _wish_notice(participant: Participant, email: str, language: str, moment: dt.datetime) -> None:
    address = hashlib.sha256(email.encode()).hexdigest()[:16]
    with transaction.atomic():
        request_mail(
            kind="workshops.known_name",
            key=f"workshops.known_name:{participant.pk}:{address}:{moment:%Y-%m-%d}",
            recipient=email,
            language=language,
            arguments={"workshop_id": participant.workshop_id},
        )


def register_many(
    *, workshop: Workshop, rows: Iterable[Mapping[str, Any]], actor: Any = None, is_invented: bool = False
) -> list[Participant]:
    """Register a list from a file as confirmed. No email is sent. Raises `Refused` if a person appears twice.

    Each row has `entity`, `registered_at` and the details of `register_participant`, and may have `attendance`.
    """
    built = []
    for row in rows:
        details = dict(row)
        attendance = details.pop("attendance", Attendance.EXPECTED)
        participant = _built(workshop=workshop, **details)
        participant.state, participant.attendance = ParticipantState.CONFIRMED, attendance
        participant.is_invented, participant.registered_by = is_invented, actor
        check_row(participant, constraints=False)
        built.append(participant)
    with edited_by(actor):
        try:
            with transaction.atomic():
                made = Participant.objects.bulk_create(built)
        except IntegrityError as error:
            raise Refused(
                _("A person is listed twice or is already registered. Check the names and email addresses.")
            ) from error
        bump_workshop(workshop)
    return made


def confirm_participant(*, participant: Participant, expected: int, actor: Any = None) -> None:
    with edited_by(actor):
        _change(participant, expected, ParticipantState.REGISTERED, state=ParticipantState.CONFIRMED)
        _wish_link(participant, "workshops.confirmed", database_now())


def cancel_participant(*, participant: Participant, expected: int, actor: Any = None) -> None:
    """Cancel a registration. The row is kept, is not counted, and frees its address and name."""
    with edited_by(actor):
        if participant.state == ParticipantState.CANCELLED:
            raise Refused(_("This registration has already been cancelled."))
        _change(participant, expected, participant.state, **_cancelled())


def _cancelled() -> dict[str, Any]:
    return {"state": ParticipantState.CANCELLED, "attendance": Attendance.EXPECTED, "token_hash": None}


def _change(participant: Participant, expected: int, expected_state: str, **values: Any) -> None:
    """Change a participant from an expected state and version. Raises `Clash` otherwise."""
    rows = Participant.objects.filter(pk=participant.pk, edit_version=expected, state=expected_state)
    if not rows.update(edit_version=F("edit_version") + 1, **values):
        raise Clash(Participant.objects.filter(pk=participant.pk).first(), values)
    participant.refresh_from_db()
    bump_workshop(participant.workshop)


def edit_participant(*, participant: Participant, expected: int, actor: Any = None, **values: Any) -> None:
    values |= _cleaned(values)
    given = values.get("given_name", participant.given_name)
    surname = values.get("surname", participant.surname)
    with edited_by(actor):
        save_checked(
            participant,
            expected=expected,
            allowed=(*DETAIL_COLUMNS, "name_key"),
            name_key=name_key(given, surname),
            **values,
        )
        bump_workshop(participant.workshop)


def hand_over(
    *,
    participant: Participant,
    expected: int,
    email: str,
    given_name: str = "",
    surname: str = "",
    honorific: str = "",
    function: str = "",
    language: str = "en",
    consents_to_listing: bool = False,
    actor: Any = None,
    now: dt.datetime | None = None,
) -> Participant:
    """Replace a participant by another person of the same entity, in the same state. Consent is asked again."""
    moment = now or database_now()
    with edited_by(actor):
        state = participant.state
        if state == ParticipantState.CANCELLED:
            raise Refused(_("This registration has already been cancelled."))
        _change(participant, expected, state, **_cancelled())
        successor = _built(
            workshop=participant.workshop,
            entity=participant.entity,
            registered_at=moment,
            given_name=given_name,
            surname=surname,
            honorific=honorific,
            function=function,
            email=email,
            language=language,
            consents_to_listing=consents_to_listing,
            registered_by=actor,
            state=state,
        )
        check_row(successor)
        successor.save()
        Participant.objects.filter(pk=participant.pk).update(successor=successor)
        participant.refresh_from_db()
        _wish_link(successor, "workshops.registered", moment)
    return successor


def remove_participant(*, participant: Participant, expected: int, actor: Any = None) -> None:
    """Delete the row of an erroneous registration. Use `cancel_participant` for people who do not come."""
    with edited_by(actor):
        current = Participant.objects.select_for_update().filter(pk=participant.pk).first()
        if current is None:
            return
        if current.edit_version != expected:
            raise Clash(current, {})
        current.delete()
        bump_workshop(participant.workshop)


@dataclass(frozen=True)
class Seen:
    """One row of the submitted list: the attendance that was chosen, and the one that the page had shown."""

    attendance: str
    shown: str


@dataclass(frozen=True)
class Recorded:
    """The result of a submitted list: the number of changed rows, and the rows not saved because of a clash."""

    changed: int
    clashes: tuple[Participant, ...]


def record_attendance(*, workshop: Workshop, attendance: Mapping[int, Seen], actor: Any = None) -> Recorded:
    """Record the attendance of confirmed participants, by their ids.

    Only rows that the user changed are written, so that two people with the same page do not undo each other's work.
    A row is not saved, and is returned as a clash, if somebody else has set a different value in the meantime or the
    registration is no longer confirmed. The attendance that the page had shown serves as the version of the row.
    """
    if any({row.attendance, row.shown} - set(Attendance.values) for row in attendance.values()):
        raise Refused(_("Choose expected, present, absent or excused."))
    wanted = {pk: row for pk, row in attendance.items() if row.attendance != row.shown}
    changed, clashes = 0, []
    with edited_by(actor):
        for row in workshop.participants.filter(pk__in=wanted).order_by("pk").select_for_update():
            seen = wanted[row.pk]
            if row.state == ParticipantState.CONFIRMED and row.attendance == seen.attendance:
                continue
            if row.state != ParticipantState.CONFIRMED or row.attendance != seen.shown:
                clashes.append(row)
                continue
            rows = workshop.participants.filter(pk=row.pk)
            changed += rows.update(attendance=seen.attendance, edit_version=F("edit_version") + 1)
        if changed:
            bump_workshop(workshop)
    return Recorded(changed, tuple(clashes))


# --- The personal link ------------------------------------------------------------------------------------------------


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_link(*, participant: Participant) -> str:
    """Return a new token. The previous one stops working."""
    token = secrets.token_urlsafe(32)
    Participant.objects.filter(pk=participant.pk).update(token_hash=hash_of(token))
    return token


def change_own_consent(*, participant: Participant, consents: bool) -> None:
    """Change the participant's own consent, through the personal link."""
    with transaction.atomic():
        Participant.objects.filter(pk=participant.pk).update(
            consents_to_listing=consents, edit_version=F("edit_version") + 1
        )
        bump_workshop(participant.workshop)
