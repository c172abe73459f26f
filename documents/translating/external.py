"""The verbs of translations that travel as Word: ask, send, take back."""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents.assembly import NothingToShow
from documents.importing.services import WORD_MEDIA_TYPE
from documents.models import (
    Document,
    ReturnedTranslation,
    TranslationLink,
    TravellingTranslation,
)
from documents.permissions import EDITORS, TRANSLATORS, NotAllowed, has_role, is_closed, require_role
from documents.translating import word_files
from foundation.jobs.registry import JobRefused
from foundation.jobs.services import request_job
from foundation.mail.services import request_mail
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import WORD_FILES
from foundation.uploads.models import StoredFile
from foundation.uploads.services import store_bytes, store_upload

OUT, BACK, MAIL = "documents.translation-out", "documents.translation-back", "documents.translation"
# The link goes on working for so long behind the day it was due.
GRACE = dt.timedelta(days=30)
MOST_RETURNS = 20


@transaction.atomic
def ask_for_translation(
    *,
    document: Document,
    language: str,
    due_on: dt.date,
    translator_name: str,
    actor: Any,
    translator_email: str = "",
    message: str = "",
    now: dt.datetime | None = None,
) -> TravellingTranslation:
    """The wish for the file; with an address a mail with a personal link goes there.

    Translators take a file for themselves; editors alone let a draft leave the house.
    """
    require_role(actor, *TRANSLATORS)
    if actor is not None and not has_role(actor, *EDITORS):
        if translator_email:
            raise NotAllowed("editors send a document to somebody outside")
        translator_name = str(actor)
    moment = now or database_now()
    if language not in LANGUAGES or language == document.original_language:
        raise Refused(_("Choose a language other than that of the original."))
    if is_closed(document, language):
        raise Refused(_("Issued documents cannot be edited. Create a revision."))
    if due_on < moment.date():
        raise Refused(_("Enter a due date in the future."))
    travelling = TravellingTranslation.objects.create(
        document=document,
        language=language,
        translator_name=translator_name,
        translator_email=translator_email,
        due_on=due_on,
        message=message,
        requested_by=actor,
        expires_at=dt.datetime.combine(due_on, dt.time(23, 59), dt.UTC) + GRACE,
    )
    travelling.job = request_job(
        kind=OUT, key=str(travelling.pk), arguments={"travelling_id": travelling.pk}, requested_by=actor
    )
    travelling.save(update_fields=["job"])
    if translator_email:
        request_mail(
            kind=MAIL,
            key=f"{MAIL}:{travelling.pk}",
            recipient=translator_email,
            language=language,
            arguments={"travelling_id": travelling.pk},
        )
    return travelling


def make_file(travelling: TravellingTranslation) -> StoredFile:
    """Once: what was sent is what comes back, whatever was written here since. Raises JobRefused."""
    if travelling.file_id:
        return travelling.file
    try:
        made = word_files.outgoing_file(
            document=travelling.document,
            language=travelling.language,
            identity=travelling.pk,
            due=travelling.due_on,
            translator=travelling.translator_name,
            message=travelling.message,
        )
    except NothingToShow as nothing:
        raise JobRefused(_("Write the original text first.")) from nothing
    with transaction.atomic():
        stored = store_bytes(content=made.content, media_type=WORD_MEDIA_TYPE)
        waiting = TravellingTranslation.objects.filter(pk=travelling.pk, file=None)
        waiting.update(file=stored, sent=made.sent, words=made.words)
    return stored


def new_link(travelling: TravellingTranslation) -> str:
    """A token that exists in the mail alone; here stands its hash."""
    token = secrets.token_urlsafe(32)
    TranslationLink.objects.create(translation=travelling, token_hash=_hash(token))
    return token


def open_by_link(token: str, now: dt.datetime | None = None) -> TravellingTranslation | None:
    """One query; None for a wrong link and for one that is closed or over, which are not told apart."""
    links = TranslationLink.objects.select_related("translation__document", "translation__file", "translation__job")
    link = links.filter(token_hash=_hash(token)).first()
    return link.translation if link and is_open(link.translation, now or database_now()) else None


def is_open(travelling: TravellingTranslation, now: dt.datetime) -> bool:
    withdrawn = travelling.document.is_withdrawn
    return travelling.closed_at is None and now < travelling.expires_at and not withdrawn


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def close_travel(*, travelling: TravellingTranslation, actor: Any, now: dt.datetime | None = None) -> None:
    """The link leads nowhere from now on."""
    require_role(actor, *EDITORS)
    TravellingTranslation.objects.filter(pk=travelling.pk, closed_at=None).update(closed_at=now or database_now())


@transaction.atomic
def hand_back(
    *,
    travelling: TravellingTranslation,
    file: CheckedFile,
    actor: Any = None,
    now: dt.datetime | None = None,
) -> ReturnedTranslation:
    """Store the file and request that it is read. Without an actor: by the personal link."""
    require_role(actor, *TRANSLATORS)
    if not is_open(travelling, now or database_now()):
        raise Refused(_("This translation is closed. You cannot return a file."))
    if travelling.returns.count() >= MOST_RETURNS:
        raise Refused(
            _("The file has been returned %(limit)s times, which is the maximum. Contact the secretariat.")
            % {"limit": MOST_RETURNS}
        )
    returned = ReturnedTranslation.objects.create(
        translation=travelling,
        file=store_upload(file, kinds=WORD_FILES),
        file_name=file.name,
        returned_by=actor,
    )
    returned.job = request_job(
        kind=BACK,
        key=str(returned.pk),
        arguments={"returned_id": returned.pk, "said_in": get_language() or "en"},
        requested_by=actor,
    )
    returned.save(update_fields=["job"])
    return returned
