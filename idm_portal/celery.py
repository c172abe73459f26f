"""The Celery application. Messages carry only the id of a job row, which is the record (see `foundation.jobs`)."""

import os

from celery import Celery
from celery.signals import worker_process_init
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idm_portal.settings")

app = Celery("idm_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# All schedules are here, each with its purpose.
app.conf.beat_schedule = {
    # Find jobs that the broker lost, whose worker died, or whose time has come.
    "sweep-jobs": {"task": "foundation.jobs.sweep", "schedule": 5.0, "options": {"expires": 5}},
    # Act on passed deadlines, for example close ballots, compute results and move held survey responses.
    "follow-deadlines": {"task": "foundation.jobs.follow_deadlines", "schedule": 15.0, "options": {"expires": 15}},
}


@worker_process_init.connect
def close_inherited_connections(**_kwargs: object) -> None:
    """Close the database connections that a forked worker shares with its parent."""
    connections.close_all()
