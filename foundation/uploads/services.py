"""Store files on disk and in the database."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from foundation.uploads.checks import CheckedFile, accepted_files
from foundation.uploads.kinds import FileKind
from foundation.uploads.models import StoredFile
from foundation.uploads.refusals import FileRefused

# The hashes of files written by this request or job; see `foundation.uploads.orphans`.
written: ContextVar[list[str] | None] = ContextVar("written", default=None)


def store_upload(file: CheckedFile, *, kinds: Sequence[FileKind]) -> StoredFile:
    """Store an uploaded file. Raises FileRefused if its kind is not among `kinds`.

    It accepts only checked files, so a refused file never reaches the disk.
    """
    if file.kind not in kinds:
        raise FileRefused(_("Upload a file of one of these types: %(endings)s.") % {"endings": accepted_files(kinds)})
    return store_bytes(content=file.content, media_type=file.kind.media_type)


def store_bytes(*, content: bytes, media_type: str) -> StoredFile:
    """Write bytes to disk, then create their row. After a crash in between, the next call uses the existing file.

    This is for files that the portal made; uploads go through `store_upload`. The file cannot be discarded until the
    caller's transaction ends.
    """
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredFile(sha256=digest, size=len(content), media_type=media_type)
    with transaction.atomic():
        lock_digest(digest)
        if not stored.path.exists():
            _write(stored.path, content)
            _note(digest)
        values = {"size": len(content), "media_type": media_type}
        return StoredFile.objects.get_or_create(sha256=digest, defaults=values)[0]


@transaction.atomic
def discard_stored(stored: StoredFile) -> bool:
    """Delete a file and its row unless another row refers to it, and return whether it was deleted.

    The file is deleted before the commit. A crash in between leaves an unused row without a file; storing the same
    bytes again writes the file.
    """
    lock_digest(stored.sha256)
    try:
        with transaction.atomic():
            StoredFile.objects.filter(pk=stored.pk).delete()
            connection.check_constraints()
    except (ProtectedError, IntegrityError):
        return False
    stored.path.unlink(missing_ok=True)
    return True


def lock_digest(digest: str) -> None:
    """Prevent other transactions from storing or discarding files with this hash until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])


def _note(digest: str) -> None:
    digests = written.get()
    if digests is not None:
        digests.append(digest)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=settings.MEDIA_ROOT, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
