"""The Celery application. Messages carry only the id of a job row, which is the record (see `foundation.jobs`)."""

import os

from celery import Celery
from celery.signals import worker_process_init
from django.db import connections

from foundation.jobs.watch import Watch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idm_portal.settings")

app = Celery("idm_portal", task_cls="foundation.jobs.watch:WatchedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(Watch)

# All schedules are here, each with its purpose. Lost jobs are found by a process of its own (foundation.jobs.sweeper).
app.conf.beat_schedule = {
    # Act on passed deadlines, for example close ballots, compute results and move held survey responses.
    "follow-deadlines": {"task": "foundation.jobs.follow_deadlines", "schedule": 15.0, "options": {"expires": 15}},
}


@worker_process_init.connect
def close_inherited_connections(**_kwargs: object) -> None:
    """Close the database connections that a forked worker shares with its parent."""
    connections.close_all()
