from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from documents import services
from documents.importing.archive import LARGEST_FILE, NotWord
from documents.importing.word import read_word
from documents.models import Document, Kind, Part
from documents.schema import ContentRefused
from foundation.jobs.registry import JobRefused
from foundation.text import LANGUAGES


class Command(BaseCommand):
    help = "Makes a draft of a Word file and prints what could not be carried over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a .docx")
        parser.add_argument("--symbol", required=True, help="IC/2010/9")
        parser.add_argument("--language", required=True, choices=LANGUAGES)
        parser.add_argument("--kind", default=Kind.NOTE, choices=Kind.values)
        parser.add_argument("--title", default="", help="else the name of the file")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise CommandError(f"The file is larger than {LARGEST_FILE >> 20} MB.")
            imported = read_word(path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path.name} cannot be read: {error.strerror}") from error
        except (NotWord, JobRefused, ContentRefused) as refused:
            raise CommandError(f"{path.name} was not imported: {refused}") from refused
        try:
            document = self._draft(imported, options, path)
        except services.Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{document.symbol}: draft {document.pk}, {1 + len(imported.annexes)} parts")
        if imported.left_out:
            self.stdout.write("Not carried over:")
            for line in imported.left_out:
                self.stdout.write(f"- {line}")
        else:
            self.stdout.write("Everything was carried over.")

    @transaction.atomic
    def _draft(self, imported: Any, options: dict[str, Any], path: Path) -> Document:
        language = options["language"]
        document = services.create_document(
            actor=None,
            kind=options["kind"],
            symbol=options["symbol"],
            original_language=language,
            dated=timezone.now().date(),
            **{f"title_{code}": (options["title"] or path.stem)[:400] for code in {"en", language}},
        )
        main = document.parts.get(kind=Part.Kind.MAIN)
        services.set_text(part=main, language=language, content=imported.main, actor=None)
        for title, content in imported.annexes:
            part = services.add_annex(document=document, actor=None, titles={language: title[:500]})
            services.set_text(part=part, language=language, content=content, actor=None)
        return document
