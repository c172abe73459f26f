"""Models of the sub-packages, imported here for Django."""

from foundation.anonymity.models import TableRewrite
from foundation.editing.models import Submission
from foundation.jobs.models import Job, Worker
from foundation.mail.models import DatabaseHome, DemoMail, Mail
from foundation.pages.models import PublicChange, WrongLinks
from foundation.pages.organization import Organization
from foundation.tables.models import TableUpload
from foundation.uploads.models import StoredFile

__all__ = [
    "DatabaseHome",
    "DemoMail",
    "Job",
    "Mail",
    "Organization",
    "PublicChange",
    "StoredFile",
    "Submission",
    "TableRewrite",
    "TableUpload",
    "Worker",
    "WrongLinks",
]
