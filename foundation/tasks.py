"""Celery's tasks of the foundation; Celery looks for them here."""

from foundation.anonymity.rewriting import rewrite_tables
from foundation.editing.submissions import sweep_submissions
from foundation.housekeeping import clean, request_housekeeping
from foundation.jobs.tasks import follow_deadlines, heartbeat, run
from foundation.tables.uploads import import_by_job, sweep_uploads

__all__ = [
    "clean",
    "follow_deadlines",
    "heartbeat",
    "import_by_job",
    "request_housekeeping",
    "rewrite_tables",
    "run",
    "sweep_submissions",
    "sweep_uploads",
]
