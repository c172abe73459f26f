"""A stamp that changes whenever the code does, for ETags."""

import functools
import hashlib

from django.conf import settings

KINDS = {".html", ".txt", ".py", ".css", ".js", ".po"}
APPS = (
    "foundation",
    "membership",
    "texts",
    "documents",
    "schedule",
    "workshops",
    "council",
    "votes",
    "surveys",
    "dialogue",
    "idm_portal",
)


@functools.cache
def build_stamp() -> str:
    """Return a hash of the code, templates, styles and translations that this process runs. It is part of ETags."""
    digest = hashlib.sha256()
    for folder in (*APPS, "templates", "static", "locale"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
