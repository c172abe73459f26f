import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from foundation.uploads.checks import CheckedFile
from foundation.uploads.models import StoredFile


def store_upload(file: CheckedFile) -> StoredFile:
    """Store a file from outside. Only what was checked can be given; refused files never reach the disk."""
    return store_bytes(content=file.content, media_type=file.kind.media_type)


def store_bytes(*, content: bytes, media_type: str) -> StoredFile:
    """Put bytes on disk, then their row. A crash in between leaves a file that the next store adopts.

    For what the portal made itself; uploads go through `store_upload`.
    """
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredFile(sha256=digest, size=len(content), media_type=media_type)
    if not stored.path.exists():
        _write(stored.path, content)
    return StoredFile.objects.get_or_create(sha256=digest, defaults={"size": len(content), "media_type": media_type})[0]


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
