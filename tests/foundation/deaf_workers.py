"""Faults of a worker's main process, by `DEAF`. A worker started by a test loads this file with `--include`."""

import os
import time

from kombu.transport.redis import QoS

from foundation.jobs.registry import job_handler

QUEUE = "deaf"
FAULT = os.environ.get("DEAF", "")


@job_handler("test.short", queue=QUEUE, limit=60)
def short(context):
    time.sleep(0.02)
    return {"attempt": context.attempt}


@job_handler("test.long", queue=QUEUE, limit=60)
def long(context):
    time.sleep(4)
    return {"attempt": context.attempt}


def lose(times: int) -> None:
    """Let so many acknowledgements time out, as they do when the broker stalls."""
    acknowledge, lost = QoS.ack, []

    def ack(self, delivery_tag):
        if len(lost) < times:
            lost.append(delivery_tag)
            raise TimeoutError("Timeout reading from socket")
        acknowledge(self, delivery_tag)

    QoS.ack = ack


def stop_taking(after: int) -> None:
    """Take nothing more after so many messages, for whatever reason, while the event loop goes on."""
    acknowledge, taken = QoS.ack, []

    def ack(self, delivery_tag):
        taken.append(delivery_tag)
        acknowledge(self, delivery_tag)

    QoS.ack = ack
    QoS.can_consume = lambda self: len(taken) < after


if FAULT == "lost ack":
    lose(1)
elif FAULT == "takes nothing":
    stop_taking(2)
