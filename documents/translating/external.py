"""Translations sent out as Word files: request one, write its file, and accept the file that comes back."""

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
    TranslationAssignment,
    TranslationLink,
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
# How long the personal link works after the due date.
GRACE = dt.timedelta(days=30)
MOST_RETURNS = 20


@transaction.atomic
def request_translation(
    *,
    document: Document,
    language: str,
    due_on: dt.date,
    translator_name: str,
    actor: Any,
    translator_email: str = "",
    message: str = "",
    now: dt.datetime | None = None,
) -> TranslationAssignment:
    """Request the Word file for a translator and, if there is an address, email a personal link to it.

    Translators can only take a file for themselves; sending a document to somebody outside is for editors. Raises
    `NotAllowed` for other roles, and `Refused` if the language or the due date is not possible.
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
    assignment = TranslationAssignment.objects.create(
        document=document,
        language=language,
        translator_name=translator_name,
        translator_email=translator_email,
        due_on=due_on,
        message=message,
        requested_by=actor,
        expires_at=dt.datetime.combine(due_on, dt.time(23, 59), dt.UTC) + GRACE,
    )
    assignment.job = request_job(
        kind=OUT, key=str(assignment.pk), arguments={"travelling_id": assignment.pk}, requested_by=actor
    )
    assignment.save(update_fields=["job"])
    if translator_email:
        request_mail(
            kind=MAIL,
            key=f"{MAIL}:{assignment.pk}",
            recipient=translator_email,
            language=language,
            arguments={"travelling_id": assignment.pk},
        )
    return assignment


def make_file(assignment: TranslationAssignment) -> StoredFile:
    """Return the file for the translator; write it if it does not exist yet.

    It is never written again, because the returned file is compared with what was sent. Raises `JobRefused` if there is
    no original text.
    """
    if assignment.file_id:
        return assignment.file
    try:
        made = word_files.outgoing_file(
            document=assignment.document,
            language=assignment.language,
            identity=assignment.pk,
            due=assignment.due_on,
            translator=assignment.translator_name,
            message=assignment.message,
        )
    except NothingToShow as nothing:
        raise JobRefused(_("Write the original text first.")) from nothing
    with transaction.atomic():
        stored = store_bytes(content=made.content, media_type=WORD_MEDIA_TYPE)
        waiting = TranslationAssignment.objects.filter(pk=assignment.pk, file=None)
        waiting.update(file=stored, sent=made.sent, words=made.words)
    return stored


def new_link(assignment: TranslationAssignment) -> str:
    """Create a personal link and return its token. Only the token's hash is stored; the token is only in the email."""
    token = secrets.token_urlsafe(32)
    TranslationLink.objects.create(translation=assignment, token_hash=_hash(token))
    return token


def open_by_link(token: str, now: dt.datetime | None = None) -> TranslationAssignment | None:
    """Return the translation that a token opens.

    Returns None for an unknown token and for a translation that is closed or expired; callers cannot tell which.
    """
    links = TranslationLink.objects.select_related("translation__document", "translation__file", "translation__job")
    link = links.filter(token_hash=_hash(token)).first()
    return link.translation if link and is_open(link.translation, now or database_now()) else None


def is_open(assignment: TranslationAssignment, now: dt.datetime) -> bool:
    """Return whether the link works and a file can be returned: not closed, expired or withdrawn."""
    withdrawn = assignment.document.is_withdrawn
    return assignment.closed_at is None and now < assignment.expires_at and not withdrawn


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def close_translation(*, assignment: TranslationAssignment, actor: Any, now: dt.datetime | None = None) -> None:
    """Close the translation: its personal links stop working and no file is accepted any more."""
    require_role(actor, *EDITORS)
    TranslationAssignment.objects.filter(pk=assignment.pk, closed_at=None).update(closed_at=now or database_now())


@transaction.atomic
def return_file(
    *,
    assignment: TranslationAssignment,
    file: CheckedFile,
    actor: Any = None,
    now: dt.datetime | None = None,
) -> ReturnedTranslation:
    """Store a returned file and request the job that reads it.

    `actor` is None for somebody who uses the personal link. Raises `Refused` if the translation is closed or expired,
    or has been returned `MOST_RETURNS` times.
    """
    require_role(actor, *TRANSLATORS)
    if not is_open(assignment, now or database_now()):
        raise Refused(_("This translation is closed. You cannot return a file."))
    if assignment.returns.count() >= MOST_RETURNS:
        raise Refused(
            _("The file has been returned %(limit)s times, which is the maximum. Contact the secretariat.")
            % {"limit": MOST_RETURNS}
        )
    returned = ReturnedTranslation.objects.create(
        translation=assignment,
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
