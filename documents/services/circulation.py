"""Documents without a symbol (non-papers, advance unedited copies) and the readers who may see them until a date."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents.models import Act, Audience, Distribution, Document, Kind, NamedReader, Relation
from documents.permissions import EDITORS, PUBLISHERS, require_role
from documents.services.derivation import copy_texts
from documents.services.drafts import MASTHEAD, save_new
from documents.services.log import record
from foundation.editing import check_version, content_version
from foundation.mail.services import request_mail
from foundation.refusals import Refused
from foundation.time.clock import database_now
from foundation.time.formats import zoned
from membership.models import Accreditation, Capacity
from membership.names import names_on


@transaction.atomic
def create_advance_copy(*, document: Document, actor: Any, now: dt.datetime | None = None) -> Document:
    """Create an advance unedited copy of a draft, to be given to named readers ahead of editing.

    Later changes of the draft do not change the copy. Raises `Refused` unless the document is a draft that will have a
    symbol.
    """
    require_role(actor, *EDITORS)
    moment = now or database_now()
    original = Document.objects.select_for_update().get(pk=document.pk)
    if not original.is_draft:
        raise Refused(_("You can only create an advance unedited copy of a draft."))
    if original.is_unsymboled:
        raise Refused(
            _("You cannot create an advance unedited copy of a non-paper or of another advance unedited copy.")
        )
    last = original.derived.filter(relation=Relation.ADVANCE_COPY).aggregate(last=Max("relation_number"))["last"]
    copied = {name: getattr(original, name) for name in MASTHEAD if name not in {"symbol", "kind"}}
    copy = Document(
        **copied | {"kind": Kind.ADVANCE_COPY, "distribution": Distribution.RESTRICTED, "audience": Audience.STAFF},
        derives_from=original,
        relation=Relation.ADVANCE_COPY,
        relation_number=(last or 0) + 1,
    )
    save_new(copy)
    copy_texts(original, copy)
    record(copy, Act.Kind.CREATED, actor, moment, original.symbol or original.title)
    return copy


def readers_version(document: Document) -> int:
    """Return a version of the list of readers and the day on which it ends."""
    named = document.named_readers.order_by("person_id", "entity_id").values_list("person_id", "entity_id")
    return content_version([list(named), document.expires_at])


@transaction.atomic
def name_readers(
    *,
    document: Document,
    people: Iterable[Any],
    entities: Iterable[Any],
    expires_at: dt.datetime,
    actor: Any,
    expected: int | None = None,
    now: dt.datetime | None = None,
) -> Document:
    """Set who may read a document without a symbol, and until when. People who are left out lose access.

    Readers who can already open it are notified. Once it is issued, only publishers may change its readers. Raises
    `Refused` if there are no readers or the date is in the past; an existing date can be moved earlier, even to the
    past. Raises `Clash` if the list is no longer of version `expected`.
    """
    moment = now or database_now()
    locked = Document.objects.select_for_update().get(pk=document.pk)
    check_version(locked, current=readers_version(locked), expected=expected)
    require_role(actor, *(EDITORS if locked.is_draft else PUBLISHERS))
    if not locked.is_unsymboled:
        raise Refused(_("Only non-papers and advance unedited copies have named readers."))
    persons, bodies = list(people), list(entities)
    if not persons and not bodies:
        raise Refused(_("Choose at least one reader."))
    if expires_at <= moment and (locked.expires_at is None or expires_at > locked.expires_at):
        raise Refused(_("Enter an expiry date in the future."))
    locked.named_readers.exclude(person__in=persons).exclude(entity__in=bodies).delete()
    locked.named_readers.filter(entity=None).exclude(person__in=persons).delete()
    locked.named_readers.filter(person=None).exclude(entity__in=bodies).delete()
    for person in persons:
        NamedReader.objects.get_or_create(document=locked, person=person)
    for entity in bodies:
        NamedReader.objects.get_or_create(document=locked, entity=entity)
    locked.expires_at = expires_at
    locked.revision += 1
    locked.save(update_fields=["expires_at", "revision"])
    names_by_entity = names_on([entity.pk for entity in bodies], moment.date(), get_language() or "en")
    names = ", ".join([*map(str, persons), *(names_by_entity[entity.pk].short for entity in bodies)])
    note = _("%(names)s; until %(moment)s") % {"names": names, "moment": zoned(expires_at, "UTC")}
    record(locked, Act.Kind.READERS_NAMED, actor, moment, note)
    notify_readers(now=moment)
    return locked


@transaction.atomic
def notify_readers(*, now: dt.datetime) -> int:
    """Email readers about documents that have been released to them, once each. Return the number of emails.

    Each address gets one email, even if its owner is named both personally and through a delegation, or several
    documents are due. Delegations are notified through their heads and the mission's mailbox.
    """
    rows = NamedReader.objects.to_notify(now).select_for_update(of=("self",), skip_locked=True)
    due = list(rows.select_related("person", "entity").order_by("pk"))
    if not due:
        return 0
    emails: dict[str, tuple[str, list[NamedReader]]] = {}
    heads = _heads({reader.entity_id for reader in due if reader.entity_id}, now.date())
    for reader in due:
        for address, language in _addresses(reader, heads):
            emails.setdefault(address.lower(), (language, []))[1].append(reader)
    for address, (language, readers) in emails.items():
        request_mail(
            kind="documents.circulated",
            # Unique, since each reader is notified once: no other email to this address has the same first reader.
            key=f"documents.circulated:{readers[0].pk}:{hashlib.sha256(address.encode()).hexdigest()[:32]}",
            recipient=address,
            language=language,
            arguments={"document_ids": sorted({reader.document_id for reader in readers})},
        )
    NamedReader.objects.filter(pk__in=[reader.pk for reader in due]).update(notified_at=now)
    return len(emails)


def _heads(entities: set[int], day: dt.date) -> dict[int, list[Any]]:
    """Return the people who head these delegations on that day, by entity."""
    accreditations = Accreditation.objects.on(day).filter(
        entity__in=entities, capacity__in=[Capacity.HEAD, Capacity.CHARGE], person__is_active=True
    )
    found: dict[int, list[Any]] = {}
    for accreditation in accreditations.select_related("person").order_by("pk"):
        found.setdefault(accreditation.entity_id, []).append(accreditation.person)
    return found


def _addresses(reader: NamedReader, heads: dict[int, list[Any]]) -> list[tuple[str, str]]:
    """Return [(address, language)] of a reader."""
    if reader.person is not None:
        return [(reader.person.email, reader.person.language)] if reader.person.is_active else []
    assert reader.entity  # a constraint requires a person or an entity
    found = [(person.email, person.language) for person in heads.get(reader.entity.pk, [])]
    if reader.entity.mailbox:
        found.append((reader.entity.mailbox, reader.entity.mailbox_language))
    return found
