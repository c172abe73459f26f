"""Render a document to a file, from the command line."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.assembly import NothingToShow
from documents.models import Document, Rendition
from documents.renditions import request_rendition
from foundation.jobs.models import Job
from foundation.text import LANGUAGES

POLL = 0.2


class Command(BaseCommand):
    help = "Render a document through the job queue, wait for the file and write it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("symbol", help="symbol of the document, for example IC/2010/9")
        parser.add_argument("--language", required=True, choices=LANGUAGES)
        parser.add_argument("--format", required=True, choices=Rendition.Format.values)
        parser.add_argument("--output", required=True, type=Path, help="the file to write")
        parser.add_argument("--wait", type=float, default=180, help="seconds to wait for the file (default: 180)")
        parser.add_argument(
            "--worker-wait", type=float, default=30, help="seconds to wait for a worker to start (default: 30)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        symbol, language, output = options["symbol"], options["language"], Path(options["output"])
        document = Document.objects.filter(symbol=symbol).first()
        if document is None:
            raise CommandError(f"There is no document with the symbol {symbol}.")
        if document.is_withdrawn:
            raise CommandError(f"{symbol} has been withdrawn: {document.withdrawal_reason}")
        if not output.absolute().parent.is_dir():
            raise CommandError(f"The folder {output.absolute().parent} does not exist.")
        try:
            rendition = request_rendition(document=document, language=language, format=options["format"])
        except NothingToShow as nothing:
            raise CommandError(f"{symbol} has no text in this language: {language}.") from nothing
        rendition = self._awaited(rendition, options["wait"], options["worker_wait"])
        try:
            output.write_bytes(rendition.file.read())
        except OSError as error:
            raise CommandError(f"The file could not be written: {error}") from error
        for line in rendition.report:
            self.stderr.write(line)
        pages = f", {rendition.pages} page{'s' if rendition.pages > 1 else ''}" if rendition.pages else ""
        self.stdout.write(f"{symbol} ({language}): {output}, {rendition.file.size} bytes{pages}")

    def _awaited(self, rendition: Rendition, wait: float, worker_wait: float) -> Rendition:
        """Wait for the rendition and return it with its file; report on stderr what it waits for."""
        began, reported = time.monotonic(), ""
        while not rendition.is_ready:
            job = rendition.job
            waited = time.monotonic() - began
            if job.state in {Job.State.FAILED, Job.State.SET_ASIDE}:
                raise CommandError(f"The rendering failed: {job.error or 'no reason was given'}")
            if job.state == Job.State.WAITING and job.attempt == 0 and waited > worker_wait:
                raise CommandError(
                    f"No worker of the queue {job.queue} answered within {worker_wait:g} seconds. "
                    "The job stays in the queue and will be done when one is running."
                )
            if waited > wait:
                raise CommandError(f"The rendering did not finish within {wait:g} seconds; its job is {job.state}.")
            now = f"Waiting for {'a worker' if job.state == Job.State.WAITING else 'the rendering'}"
            if now != reported and waited > 1:
                self.stderr.write(f"{now} …")
                reported = now
                sys.stderr.flush()
            time.sleep(POLL)
            rendition = Rendition.objects.select_related("job", "file").get(pk=rendition.pk)
        return rendition
