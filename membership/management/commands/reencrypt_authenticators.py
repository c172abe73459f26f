"""Encrypt the secrets of all second factors with the current secret key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from membership.authenticators import reencrypt


class Command(BaseCommand):
    help = "After SECRET_KEY was replaced: encrypts the secrets of second factors with it, so that the old key can go."

    def handle(self, *args: Any, **options: Any) -> None:
        done, unreadable = reencrypt()
        self.stdout.write(f"Second factors encrypted with the current key: {done}.")
        if unreadable:
            raise CommandError(
                f"{unreadable} could not be read with any key. Put the key that encrypted them into "
                "SECRET_KEY_FALLBACKS, or reset these second factors."
            )
