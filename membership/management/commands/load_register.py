import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from foundation.refusals import Refused
from foundation.tables.importing import CHANGED, NEW, UNCHANGED, WHOLE, Plan, plan_of, read_for
from foundation.uploads.checks import check_file
from foundation.uploads.kinds import LARGEST_TABLE, TABLES
from foundation.uploads.refusals import FileRefused
from membership.entities.imports import RegisterImport
from membership.entities.list_import import SHIPPED

HELP = """Loads States and organizations into the register. Loading the same file twice changes nothing.

Without FILE it loads the list that comes with the portal: the Member States of the United Nations, the Holy See and
the State of Palestine, with names in English, French and Spanish and without a status. A FILE is CSV or Excel; its
columns are described in docs/operations.md. Lines with errors are listed, and then nothing is loaded."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED, metavar="FILE", help="CSV or XLSX")
        parser.add_argument(
            "--correct",
            action="store_true",
            help="also change entries that the register already has; otherwise they are left as they are",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what each line would do, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        source = RegisterImport("", {"correct": options["correct"]})
        try:
            with transaction.atomic():
                source.lock()
                plan = self._planned(source, options["file"])
                self._refuse_errors(plan)
                self._say(plan, every_line=options["dry_run"])
                if not options["dry_run"]:
                    source.write([row.values for row in plan.written], actor=None)
        except Refused as refused:
            raise CommandError(f"{refused} Nothing was changed.") from refused
        if options["dry_run"]:
            self.stdout.write("Nothing was changed, because of --dry-run.")
        elif not options["correct"]:
            self._say_what_differs(options["file"])

    def _planned(self, source: RegisterImport, path: Path) -> Plan:
        try:
            content = path.read_bytes()
            file = check_file(name=path.name, content=content, kinds=TABLES, largest=LARGEST_TABLE, is_served=False)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except FileRefused as refused:
            raise CommandError(f"{path}: {refused}") from refused
        return plan_of(source, read_for(source, file), None)

    def _refuse_errors(self, plan: Plan) -> None:
        refused = [row for row in plan.rows if row.is_refused]
        for row in refused:
            for column, sentences in row.problems.items():
                place = f"Line {row.number}" if column == WHOLE else f"Line {row.number}, {column}"
                self.stderr.write(f"{place}: {' '.join(sentences)}")
        if refused:
            raise CommandError(f"{len(refused)} of {len(plan.rows)} lines have errors. Nothing was changed.")

    def _say(self, plan: Plan, *, every_line: bool) -> None:
        for row in plan.rows if every_line else ():
            changes = ", ".join(
                f"{name}: {was or '(none)'} → {now or '(none)'}" for name, (was, now) in row.changes.items()
            )
            self.stdout.write(
                f"Line {row.number}: {row.outcome} {row.values['code']}{': ' if changes else ''}{changes}"
            )
        counts = Counter(row.outcome for row in plan.rows)
        self.stdout.write(", ".join(f"{counts[name]} {name}" for name in (NEW, CHANGED, UNCHANGED)))

    def _say_what_differs(self, path: Path) -> None:
        """Name the entries that the register has in another form, because without --correct they are not changed."""
        plan = self._planned(RegisterImport("", {"correct": True}), path)
        codes = [row.values["code"] for row in plan.rows if row.outcome == CHANGED]
        if codes:
            self.stdout.write(
                f"{len(codes)} entries differ from the file and were left as they are ({', '.join(codes)}). "
                "Run the command again with --correct to change them."
            )
