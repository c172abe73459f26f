"""Name a state of a draft, and request the PDF of a comparison."""

import datetime as dt
import functools
import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from documents.models import Comparison, Document, SavedPoint
from documents.permissions import EDITORS, require_role
from documents.renditions import toolchain_stamp
from documents.versions import Version
from foundation.jobs.services import request_job
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from texts.material import hash_of

JOB_KIND = "documents.compare"


@functools.cache
def _code_hash() -> str:
    """Return a hash of the code, templates and tools that a comparison's bytes depend on."""
    digest = hashlib.sha256(toolchain_stamp().encode())
    templates = Path(settings.BASE_DIR) / "templates" / "documents"
    for folder in (Path(__file__).parent, templates / "comparing", templates / "print"):
        for path in sorted(file for file in folder.iterdir() if file.suffix in {".py", ".html"}):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@transaction.atomic
def save_point(*, document: Document, label: str, actor: Any, now: dt.datetime | None = None) -> SavedPoint:
    """Give the present state of a draft a name, so that later states can be compared with it.

    Names are cut at 120 characters. Raises `Refused` for an empty name or a withdrawn document.
    """
    require_role(actor, *EDITORS)
    if document.is_withdrawn:
        raise Refused(_("This document has been withdrawn."))
    if not label.strip():
        raise Refused(_("Enter a name for this version."))
    moment = now or database_now()
    return SavedPoint.objects.create(document=document, label=label.strip()[:120], person=actor, at=moment)


@transaction.atomic
def request_comparison(*, old: Version, new: Version, actor: Any) -> Comparison:
    """Return the comparison of the present contents of both versions, in the active language.

    Requests the job that renders its PDF unless the file exists or a job is under way. Raises `NothingToShow` if a
    version has no text in its language.
    """
    material = {"old": old.material(), "new": new.material()}
    language = (translation.get_language() or "en")[:2]
    language = language if language in LANGUAGES else "en"
    hashed = hash_of(material, language, old.label, new.label, _code_hash())
    name = _("%(new)s compared with %(old)s") % {"new": new.document, "old": old.document}
    row, _created = Comparison.objects.select_related("job", "file").get_or_create(
        older=old.key,
        newer=new.key,
        hash=hashed,
        defaults={
            "language": language,
            "name": f"{name} ({new.language.upper()})"[:200],
            "material": {**material, "labels": {"old": old.label, "new": new.label}},
        },
    )
    if not row.is_ready and (row.job is None or row.job.is_finished):
        row.job = request_job(kind=JOB_KIND, key=str(row.pk), arguments={"comparison_id": row.pk}, requested_by=actor)
        row.save(update_fields=["job"])
    return row
