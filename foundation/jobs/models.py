"""The table of jobs."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, Unique


class Worker(models.Model):
    """A worker of a queue, and when it last proved that it takes jobs. One row for each of its queues."""

    name = models.CharField(max_length=255, help_text="Celery's name of the worker")
    queue = models.CharField(max_length=100)
    consumed_at = models.DateTimeField()

    class Meta:
        constraints = [
            Unique(fields=["name", "queue"], name="worker_one_per_queue", violation_error_message=NOT_SAVED),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.queue})"


class Job(models.Model):
    """A request for background work, written in the transaction that needs it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        SET_ASIDE = "set_aside", _("not completed")
        DROPPED = "dropped", _("not done (decision of an administrator)")

    UNFINISHED = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The work: the name of a registered handler, and arguments that are only ids.
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, help_text="unfinished jobs of one kind have different keys")
    arguments = models.JSONField(default=dict)
    queue = models.CharField(max_length=20, default="default")
    # State
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    from_backup = models.BooleanField(
        default=False, db_default=False, help_text="waited when a backup was restored: the original may have run it"
    )
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(
        default=0, help_text="increases with each take; earlier holders can no longer write"
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, help_text="a sentence for the person who requested the job")
    result = models.JSONField(default=dict)
    # Author and times
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            Unique(
                fields=["kind", "key"],
                condition=models.Q(state__in=("waiting", "running")),
                name="job_one_unfinished_per_key",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=~models.Q(state="running") | models.Q(lease_until__isnull=False),
                name="job_running_has_lease",
                violation_error_message=NOT_SAVED,
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "lease_until"],
                name="job_unfinished",
                condition=models.Q(state__in=("waiting", "running")),
            ),
            models.Index(fields=["requested_at"], name="job_requested_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.state})"

    @property
    def is_finished(self) -> bool:
        """Whether the job has ended, successfully or not."""
        return self.state not in self.UNFINISHED
