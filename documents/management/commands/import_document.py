"""Import a Word file as a draft, from the command line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.importing.services import draft_from_word
from documents.models import UNSYMBOLED, Kind
from foundation.jobs.registry import JobRefused
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from foundation.uploads.checks import check_size
from foundation.uploads.kinds import LARGEST_WORD_FILE
from foundation.uploads.refusals import FileRefused
from texts.schema import ContentRefused
from texts.word.reader import read_word


class Command(BaseCommand):
    help = "Create a draft from a Word file and print what could not be imported."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a .docx file")
        parser.add_argument("--symbol", required=True, help="symbol of the draft, for example IC/2010/9")
        parser.add_argument("--language", required=True, choices=LANGUAGES)
        parser.add_argument(
            "--kind", default="", choices=["", *(kind for kind in Kind.values if kind not in UNSYMBOLED)],
            help="default: the kind in the file's masthead, or a discussion note",
        )  # fmt: skip
        parser.add_argument("--title", default="", help="default: the title in the file, or its name")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            check_size(path.stat().st_size, LARGEST_WORD_FILE)
            imported = read_word(path.read_bytes(), options["language"])
        except OSError as error:
            raise CommandError(f"{path.name} cannot be read: {error.strerror}") from error
        except (FileRefused, JobRefused, ContentRefused) as refused:
            raise CommandError(f"{path.name} was not imported: {refused}") from refused
        try:
            document = draft_from_word(
                imported=imported,
                actor=None,
                language=options["language"],
                symbol=options["symbol"],
                kind=options["kind"],
                title=options["title"],
                file_name=path.stem,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{document.symbol}: draft {document.pk}, {len(imported.parts)} parts")
        for notice in imported.notices:
            self.stdout.write(f"Note: {notice}")
        if imported.left_out:
            self.stdout.write("Not imported:")
            for line in imported.left_out:
                self.stdout.write(f"- {line}")
        else:
            self.stdout.write("Everything was imported.")
