"""Metrics for operators: how much work is waiting and for how long. Computed for each request, not stored."""

import math

from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from foundation.jobs.models import Job
from foundation.jobs.sweeper import idle_queues
from foundation.mail.models import Mail
from foundation.time.clock import database_now


class PortalCollector(Collector):
    def collect(self) -> list[GaugeMetricFamily]:
        now = database_now()
        jobs = GaugeMetricFamily("portal_jobs", "Jobs by queue, kind and state", labels=["queue", "kind", "state"])
        by = ("queue", "kind", "state")
        for row in Job.objects.values(*by).annotate(n=Count("pk")).order_by(*by):
            jobs.add_metric([row[name] for name in by], row["n"])
        waiting = GaugeMetricFamily(
            "portal_job_oldest_waiting_seconds", "Age of the oldest waiting job", labels=["queue"]
        )
        oldest = Job.objects.filter(state=Job.State.WAITING).values("queue").annotate(at=Min("requested_at"))
        for row in oldest.order_by("queue"):
            waiting.add_metric([row["queue"]], (now - row["at"]).total_seconds())
        taking = GaugeMetricFamily(
            "portal_queue_taken_seconds", "Time since a worker of the queue took a message", labels=["queue"]
        )
        for queue, seconds in idle_queues().items():
            taking.add_metric([queue], math.inf if seconds is None else seconds)
        mails = GaugeMetricFamily("portal_mails", "Mails by state", labels=["state"])
        for row in Mail.objects.values("state").annotate(n=Count("pk")).order_by("state"):
            mails.add_metric([row["state"]], row["n"])
        return [jobs, waiting, taking, mails]


def exposition() -> bytes:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(PortalCollector())
    return generate_latest(registry)
