"""Papers without a symbol: non-papers, and advance unedited copies of drafts, for named readers until a day."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents.models import Act, Audience, Distribution, Document, Kind, NamedReader, Relation
from documents.permissions import EDITORS, PUBLISHERS, require_role
from documents.services.deriving import copy_texts
from documents.services.drafts import MASTHEAD, save_new
from documents.services.log import record
from documents.services.refusals import Refused
from foundation.mail.services import wish_mail
from foundation.time.clock import database_now


@transaction.atomic
def make_advance_copy(*, document: Document, actor: Any, now: dt.datetime | None = None) -> Document:
    """A copy of a draft as it stands, to be given to named readers ahead of editing. The draft goes its own way."""
    require_role(actor, *EDITORS)
    moment = now or database_now()
    original = Document.objects.select_for_update().get(pk=document.pk)
    if not original.is_draft or original.is_unsymboled:
        raise Refused(_("Advance unedited copies are made of drafts that are to have a symbol."))
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


@transaction.atomic
def name_readers(
    *,
    document: Document,
    people: Iterable[Any],
    entities: Iterable[Any],
    expires_at: dt.datetime,
    actor: Any,
    now: dt.datetime | None = None,
) -> Document:
    """Who may read it, and until when. After circulation publishers alone change it; who is taken off reads no more."""
    moment = now or database_now()
    locked = Document.objects.select_for_update().get(pk=document.pk)
    require_role(actor, *(EDITORS if locked.is_draft else PUBLISHERS))
    if not locked.is_unsymboled:
        raise Refused(_("Only non-papers and advance unedited copies have named readers."))
    persons, bodies = list(people), list(entities)
    if not persons and not bodies:
        raise Refused(_("Name at least one reader."))
    if expires_at <= moment and (locked.expires_at is None or expires_at > locked.expires_at):
        raise Refused(_("The day on which it expires lies in the past."))
    before = set(locked.named_readers.values_list("person_id", flat=True))
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
    names = ", ".join(str(reader) for reader in [*persons, *bodies])
    note = _("%(names)s; until %(moment)s") % {"names": names, "moment": expires_at.isoformat(timespec="minutes")}
    act = record(locked, Act.Kind.READERS_NAMED, actor, moment, note)
    if locked.is_released(moment):
        tell_readers(locked, act, {person.pk for person in persons} - before)
    return locked


def tell_readers(document: Document, act: Act, persons: set[int] | None = None) -> None:
    """By mail, those named by name; delegations find it on their desks."""
    readers = document.named_readers.exclude(person=None).select_related("person")
    for reader in readers:
        if persons is None or reader.person_id in persons:
            wish_mail(
                kind="documents.circulated",
                key=f"documents.circulated:{act.pk}:{reader.person_id}",
                recipient=reader.person.email,
                language=reader.person.language,
                arguments={"document_id": document.pk},
            )
