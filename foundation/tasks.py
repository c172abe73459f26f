"""Celery's tasks of the foundation; Celery looks for them here."""

from foundation.editing.submissions import sweep_submissions
from foundation.jobs.tasks import follow_deadlines, run, sweep

__all__ = ["follow_deadlines", "run", "sweep", "sweep_submissions"]
