"""Create the key files of a new portal, or a new sealing key for an old one."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.anonymity import sealing
from votes import keys


class Command(BaseCommand):
    """Management command."""

    help = "Creates SIGNING_KEY_FILE and SEALING_KEY_FILE. Files that exist are left as they are."
    requires_system_checks: list[str] = []  # they fail without the keys

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer the renewal of the sealing key."""
        renewal = parser.add_mutually_exclusive_group()
        renewal.add_argument(
            "--new-sealing-key",
            action="store_true",
            help="add a sealing key that is used from now on; former ones still open what was sealed to them",
        )
        renewal.add_argument(
            "--remove-former-sealing-keys",
            action="store_true",
            help="remove former sealing keys, so that nobody can open what backups hold; refused while rows wait",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Create what is missing, or renew the sealing key."""
        try:
            if options["new_sealing_key"]:
                self.stdout.write(f"{settings.SEALING_KEY_FILE}: new key {sealing.add_key()}")
            elif options["remove_former_sealing_keys"]:
                removed = sealing.remove_former_keys()
                self.stdout.write(f"{settings.SEALING_KEY_FILE}: removed {', '.join(removed) or 'none'}")
            else:
                self._create()
        except sealing.KeyProblem as problem:
            raise CommandError(str(problem)) from problem

    def _create(self) -> None:
        signing = keys.create(Path(settings.SIGNING_KEY_FILE))
        self.stdout.write(f"{settings.SIGNING_KEY_FILE}: {'created' if signing else 'exists'}")
        sealed = sealing.create_key()
        self.stdout.write(f"{settings.SEALING_KEY_FILE}: {f'created, key {sealed}' if sealed else 'exists'}")
