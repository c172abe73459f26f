import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from votes.verifier import check_files


class Command(BaseCommand):
    help = "Checks an exported ledger without the database: exit 1 and the entry's number when anything was altered."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="ledger.json of the ballot")
        parser.add_argument("--key", type=Path, required=True, help="key.pem of the portal")
        parser.add_argument("--receipt", type=Path, help="a receipt that the ledger should hold")

    def handle(self, *args: Any, file: Path, key: Path, receipt: Path | None, **options: Any) -> None:
        code = check_files(file, key, receipt, self.stdout.write)
        if code:
            sys.exit(code)
