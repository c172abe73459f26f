import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from foundation.jobs.services import prepare_to_publish
from foundation.jobs.sweeper import sweep_until


class Command(BaseCommand):
    help = "Looks for lost jobs every few seconds, until it is stopped. Runs beside the workers, not in one of them."

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        prepare_to_publish()
        sweep_until(stop)
