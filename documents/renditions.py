"""Renditions: files of a document, requested in a transaction, made by a job and stored under a hash of their input."""

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

import texts
from documents.assembly import assemble
from documents.models import Document, Issue, Rendition
from foundation.jobs.models import Job
from foundation.jobs.services import request_job
from texts.material import Material, hash_of

JOB_KIND = "documents.render"
# Formats that are made of every issue at once; the others are made on request.
OF_EVERY_ISSUE = (Rendition.Format.PDF, Rendition.Format.DOCX, Rendition.Format.ARCHIVE)
_HERE = Path(__file__).parent
_TEXTS = Path(texts.__file__).parent
_LIBRARIES = ("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "pillow", "babel", "num2words")


@functools.cache
def toolchain_stamp() -> str:
    """Return a hash of the templates, styles, fonts, code and libraries that determine the bytes of a rendition."""
    digest = hashlib.sha256()
    files = [
        *_TEXTS.rglob("*"),
        *(_HERE / f"{name}.py" for name in ("assembly", "masthead", "house_styles")),
        *(Path(settings.BASE_DIR) / "templates" / "texts" / "print").glob("*.html"),
        *(Path(settings.BASE_DIR) / "static" / "fonts").glob("*.woff2"),
    ]
    for path in sorted(file for file in files if file.suffix in {".py", ".css", ".html", ".woff2"}):
        digest.update(path.name.encode() + path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library}={version(library)}".encode())
    return digest.hexdigest()


@transaction.atomic
def request_rendition(*, document: Document, language: str, format: str, actor: Any = None) -> Rendition:
    """Return the rendition of the present document, requesting a job for it if it has not been made yet.

    The same input is never rendered twice. Raises `NothingToShow` if there is no text in `language`.
    """
    issue = None
    if document.issued_at is not None:
        issue = Issue.objects.filter(document=document, language=language).order_by("-number").first()
    if issue is not None:
        # Files of an issue never change: a newer toolchain does not replace them.
        made = Rendition.objects.select_related("job", "file").filter(issue=issue, format=format).first()
        if made is not None:
            return _with_job(made, actor)
        material, hashed = issue.content, hash_of({"issue": issue.content_hash}, format, toolchain_stamp())
    else:
        material = assemble(document, language)
        hashed = hash_of(material, format, toolchain_stamp())
    rendition, _created = Rendition.objects.select_related("job", "file").get_or_create(
        document=document,
        language=language,
        format=format,
        hash=hashed,
        defaults={"issue": issue, "material": material},
    )
    return _with_job(rendition, actor)


@transaction.atomic
def request_preview(*, document: Document, material: Material, actor: Any = None) -> Rendition:
    """Return the PDF preview of a technical reissue, marked as a draft; it belongs to no issue."""
    shown = {**material, "draft": True}
    rendition, _created = Rendition.objects.select_related("job", "file").get_or_create(
        document=document,
        language=material["language"],
        format=Rendition.Format.PDF,
        hash=hash_of(shown, "preview", toolchain_stamp()),
        defaults={"issue": None, "material": shown},
    )
    return _with_job(rendition, actor)


def _with_job(rendition: Rendition, actor: Any) -> Rendition:
    """Request a job if the file is neither made nor in progress; a failed job is thus tried again."""
    if rendition.is_ready or (rendition.job and not rendition.job.is_finished):
        return rendition
    rendition.job = request_job(
        kind=JOB_KIND, key=str(rendition.pk), arguments={"rendition_id": rendition.pk}, requested_by=actor
    )
    rendition.save(update_fields=["job"])
    return rendition


def failed(rendition: Rendition) -> bool:
    return (
        not rendition.is_ready
        and rendition.job is not None
        and rendition.job.state
        in {
            Job.State.FAILED,
            Job.State.SET_ASIDE,
        }
    )
