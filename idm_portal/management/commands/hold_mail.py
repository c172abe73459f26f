from typing import Any

from django.core.management.base import BaseCommand

from foundation.mail.restored import hold_waiting


class Command(BaseCommand):
    help = (
        "Holds all mail that still waits, for an administrator to send or drop: after a backup was restored in place."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{hold_waiting()} mails are held; an administrator decides on them at /operations/mail/")
