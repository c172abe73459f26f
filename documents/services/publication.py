"""Release, derestrict and withdraw issued documents."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Act, Distribution, Document
from documents.permissions import PUBLISHERS, require_role
from documents.services.circulation import notify_readers
from documents.services.log import record
from foundation.refusals import Refused
from foundation.time.clock import database_now
from foundation.time.formats import zoned


def release_document(
    *, document: Document, actor: Any, at: dt.datetime | None = None, now: dt.datetime | None = None
) -> Document:
    """Release the document to its readers at `at` (default: now), in all languages.

    Named readers of a document without a symbol are notified. Raises `Refused` if it is a draft or already released.
    """
    moment = now or database_now()
    release_at = at or moment

    def release(locked: Document) -> None:
        if locked.is_draft:
            raise Refused(_("Issue the document before you release it."))
        if locked.released_at is not None and locked.released_at <= moment:
            raise Refused(_("This document has already been released."))
        locked.released_at = release_at

    with transaction.atomic():
        released = _act(document, actor, Act.Kind.RELEASED, moment, release, note=zoned(release_at, "UTC"))
        if released.is_unsymboled:
            notify_readers(now=moment)
    return released


def derestrict_document(*, document: Document, actor: Any, note: str = "", now: dt.datetime | None = None) -> Document:
    """Open a restricted document to everybody; the log holds who did it and why.

    Raises `Refused` if it is not restricted, is already derestricted or has no symbol.
    """
    moment = now or database_now()

    def derestrict(locked: Document) -> None:
        if locked.is_unsymboled:
            raise Refused(_("A document without a symbol can be read only by its named readers."))
        if locked.distribution != Distribution.RESTRICTED:
            raise Refused(_("This document is not restricted."))
        if locked.derestricted_at is not None:
            raise Refused(_("This document has already been derestricted."))
        locked.derestricted_at = moment

    return _act(document, actor, Act.Kind.DERESTRICTED, moment, derestrict, note=note)


def withdraw_document(*, document: Document, actor: Any, reason: str, now: dt.datetime | None = None) -> Document:
    """Withdraw the document: readers see its symbol, title and the reason, but no longer its text.

    Raises `Refused` if it is a draft or already withdrawn, or there is no reason.
    """
    moment = now or database_now()

    def withdraw(locked: Document) -> None:
        if locked.is_draft:
            raise Refused(_("Only issued documents can be withdrawn."))
        if locked.is_withdrawn:
            raise Refused(_("This document has already been withdrawn."))
        if not reason.strip():
            raise Refused(_("Enter the reason for the withdrawal."))
        locked.withdrawn_at, locked.withdrawal_reason = moment, reason.strip()[:300]

    return _act(document, actor, Act.Kind.WITHDRAWN, moment, withdraw, note=reason.strip()[:300])


@transaction.atomic
def _act(document: Document, actor: Any, kind: str, moment: dt.datetime, change: Any, note: str = "") -> Document:
    """Apply `change` to the locked document, raise its revision and log the act."""
    require_role(actor, *PUBLISHERS)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    change(locked)
    locked.revision += 1
    locked.save()
    record(locked, kind, actor, moment, note)
    return locked
