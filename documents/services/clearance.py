"""Clearance of a draft by named people, one after another."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Act, Clearance, Document
from documents.permissions import EDITORS, NotAllowed, may_be_edited, require_role
from documents.progress import Clearer, clearers_of, fingerprint, is_cleared, whose_turn
from documents.services.log import record
from foundation.editing import check_version, content_version
from foundation.mail.services import request_mail
from foundation.refusals import Refused
from foundation.time.clock import database_now


def clearers_version(document: Document) -> int:
    """Return a version of the people who clear, in their order."""
    return content_version(list(document.clearances.order_by("position").values_list("person_id", flat=True)))


@transaction.atomic
def name_clearers(
    *,
    document: Document,
    people: Sequence[Any],
    actor: Any,
    expected: int | None = None,
    now: dt.datetime | None = None,
) -> list[Clearance]:
    """Set the people who clear the draft, in this order; an empty list means that no clearance is needed.

    People who remain in the list keep their decisions. If the list changed, the next person is notified. Raises
    `Refused` for a person named twice or outside the secretariat, and `Clash` if the list is no longer of version
    `expected`.
    """
    require_role(actor, *EDITORS)
    locked = _locked(document)
    check_version(locked, current=clearers_version(locked), expected=expected)
    moment = now or database_now()
    if len({person.pk for person in people}) != len(people):
        raise Refused(_("List each person only once."))
    outsiders = [str(person) for person in people if not person.rights_on(moment.date()).is_staff]
    if outsiders:
        raise Refused(_("Only secretariat staff can clear documents. Remove: %(names)s.") % {"names": outsiders[0]})
    before = {row.person_id: row for row in locked.clearances.select_for_update()}
    if [row.person_id for row in sorted(before.values(), key=lambda row: row.position)] == [p.pk for p in people]:
        return list(locked.clearances.order_by("position"))
    locked.clearances.exclude(person__in=people).delete()
    for place, person in enumerate(people, start=1):
        row = before.get(person.pk) or Clearance(document=locked, person=person, asked_by=actor, asked_at=moment)
        row.position = place
        row.save()
    names = " → ".join(str(person) for person in people) or _("nobody")
    act = record(locked, Act.Kind.CLEARERS_NAMED, actor, moment, names)
    _notify_next(locked, act)
    return list(locked.clearances.order_by("position"))


@transaction.atomic
def decide_clearance(
    *,
    document: Document,
    decision: str,
    actor: Any,
    seen: str,
    words: str = "",
    now: dt.datetime | None = None,
) -> Clearance:
    """Record that the actor clears or returns the draft, and notify who comes next.

    `seen` is the fingerprint of the draft that the actor was shown, so that nobody clears a text that changed while
    they read it. Raises `NotAllowed` if the actor is not named, and `Refused` if it is not their turn, the draft has
    changed, or it is returned without a reason.
    """
    locked = _locked(document)
    moment = now or database_now()
    row = locked.clearances.filter(person=actor).first() if actor is not None else None
    if row is None or not actor.rights_on(moment.date()).is_staff:
        raise NotAllowed("only for those who are named to clear the draft")
    present = fingerprint(locked)
    clearers = clearers_of(locked, present)
    turn = whose_turn(clearers)
    if turn is None or turn.pk != row.pk:
        raise Refused(_why_not_now(clearers, row))
    if seen != present:
        raise Refused(_("The draft changed while you were reading it. Read it again before you decide."))
    if decision not in Clearance.Decision.values:
        raise Refused(_("Choose whether to clear or return the draft."))
    reason = words.strip()[:2000]
    if decision == Clearance.Decision.RETURNED and not reason:
        raise Refused(_("Enter the reason for returning the draft."))
    row.decision, row.words, row.decided_at, row.fingerprint = decision, reason, moment, present
    row.save()
    act = record(locked, decision, actor, moment, reason)
    if decision == Clearance.Decision.RETURNED:
        _notify(row.asked_by or _creator_of(locked), "documents.returned", locked, act)
    elif is_cleared(clearers_of(locked, present)):
        _notify(row.asked_by or _creator_of(locked), "documents.cleared", locked, act)
    else:
        _notify_next(locked, act)
    return row


@transaction.atomic
def ask_clearance_again(*, document: Document, actor: Any, note: str = "", now: dt.datetime | None = None) -> Document:
    """Reset returned and outdated clearances, and notify the next person. Raises `Refused` if there are none."""
    require_role(actor, *EDITORS)
    locked = _locked(document)
    clearers = clearers_of(locked)
    lapsed = [clearer.row for clearer in clearers if clearer.state in {"returned", "stale"}]
    if not lapsed:
        raise Refused(_("Nobody needs to be asked again."))
    for row in lapsed:
        row.decision, row.words, row.decided_at, row.fingerprint = "", "", None, ""
        row.save()
    act = record(locked, Act.Kind.CLEARANCE_ASKED, actor, now or database_now(), note.strip())
    _notify_next(locked, act)
    return locked


def _locked(document: Document) -> Document:
    """Lock and return the document. Raises `Refused` if it is no longer a draft."""
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if not may_be_edited(locked):
        raise Refused(_("Only drafts can be reviewed and cleared."))
    return locked


def _why_not_now(clearers: list[Clearer], row: Clearance) -> str:
    """Return the sentence that says why this person cannot decide now."""
    state = next(clearer.state for clearer in clearers if clearer.row.pk == row.pk)
    if state == "cleared":
        return _("You have already cleared this draft.")
    returned = next((clearer.row for clearer in clearers if clearer.state == "returned"), None)
    if returned is not None:
        return _("%(person)s returned the draft. Request clearance again when it is ready.") % {
            "person": returned.person
        }
    turn = whose_turn(clearers)
    return _("%(person)s must decide first.") % {"person": turn.person if turn else ""}


def _creator_of(document: Document) -> Any:
    """Return the person who created the document, or None."""
    created = document.acts.filter(kind=Act.Kind.CREATED).select_related("person").first()
    return created.person if created else None


def _notify_next(document: Document, act: Act) -> None:
    turn = whose_turn(clearers_of(document))
    if turn is not None:
        _notify(turn.person, "documents.clearance", document, act)


def _notify(person: Any, kind: str, document: Document, act: Act) -> None:
    if person is None:
        return
    request_mail(
        kind=kind,
        key=f"{kind}:{act.pk}:{person.pk}",
        recipient=person.email,
        language=person.language,
        arguments={"document_id": document.pk, "act_id": act.pk},
    )
