"""The tables of the packages; Django looks for them here."""

from foundation.jobs.models import Job
from foundation.mail.models import KeptMail, Mail
from foundation.uploads.models import StoredFile

__all__ = ["Job", "KeptMail", "Mail", "StoredFile"]
