"""Delete stored files that nothing refers to: at once when their transaction fails, and daily what a crash left."""

import contextlib
import datetime as dt
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from foundation.uploads.models import StoredFile
from foundation.uploads.services import discard_stored, lock_digest, written

log = logging.getLogger(__name__)

STORED_NAME = re.compile(r"[0-9a-f]{64}")
# Seconds: no request or job takes as long, so such a file is not being stored at the moment.
LEFT_FOR = 24 * 3600


@contextlib.contextmanager
def leaving_no_orphans() -> Iterator[None]:
    """Delete at the end the files that were written meanwhile by a transaction that was rolled back."""
    digests: list[str] = []
    token = written.set(digests)
    try:
        yield
    finally:
        written.reset(token)
        for digest in digests:
            delete_if_orphaned(digest)


def delete_if_orphaned(digest: str) -> bool:
    """Delete the file with this hash unless it has a row, and return whether it was deleted."""
    try:
        with transaction.atomic():
            lock_digest(digest)
            path = StoredFile(sha256=digest).path
            if StoredFile.objects.filter(sha256=digest).exists() or not path.exists():
                return False
            path.unlink()
            return True
    except Exception:
        # The request has failed already, and its error must be shown. The daily job finds the file.
        log.exception("a file without a row was not deleted")
        return False


def delete_files_without_rows() -> int:
    """Delete files older than a day that have no row, and parts of files that were never stored whole."""
    before = time.time() - LEFT_FOR
    count = 0
    for path in Path(settings.MEDIA_ROOT).glob("**/*"):
        with contextlib.suppress(FileNotFoundError):
            if not path.is_file() or path.stat().st_mtime > before:
                continue
            if path.name.startswith("incoming-"):
                path.unlink()
                count += 1
            elif STORED_NAME.fullmatch(path.name):
                count += delete_if_orphaned(path.name)
    return count


def delete_rows_without_use(before: dt.datetime) -> int:
    """Delete files stored before that moment which no row refers to any more, with their rows."""
    unused = StoredFile.objects.filter(stored_at__lt=before)
    for field in StoredFile._meta.get_fields(include_hidden=True):
        if field.auto_created and field.one_to_many:
            uses = field.related_model._base_manager.filter(**{field.field.name: OuterRef("pk")})
            unused = unused.exclude(Exists(uses))
    return sum(discard_stored(stored) for stored in unused)
