from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from foundation.mail.services import request_mail
from foundation.refusals import Refused
from foundation.text import Language
from foundation.time.clock import database_now
from membership.administrators import administrator_with, create_administrator, password_link
from membership.mails import FIRST_SIGN_IN
from membership.models import Person


class Command(BaseCommand):
    help = (
        "Opens an account for an administrator and prints a one-time link with which the person sets a password. "
        "After the first sign-in, the portal asks for a second factor."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--language", choices=Language.values, default="en", help="language of the person's emails")
        parser.add_argument("--send-email", action="store_true", help="send the link by email instead of printing it")
        parser.add_argument(
            "--new-link",
            action="store_true",
            help="for somebody who is an administrator already: another link, for example because the first expired",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                person = self._administrator(options)
                if options["send_email"]:
                    self._send(person)
        except Refused as refused:
            raise CommandError(f"{refused} Nothing was changed.") from refused
        if options["send_email"]:
            self.stdout.write(f"A link to set a password is sent to {person.email} as soon as a worker runs.")
            return
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        self.stdout.write(
            f"Set a password within {hours} hours with this link, which works once:\n{password_link(person)}"
        )

    def _administrator(self, options: dict[str, Any]) -> Person:
        if options["new_link"]:
            return administrator_with(options["email"])
        made = create_administrator(email=options["email"], language=options["language"])
        if not made.is_new_role:
            raise CommandError(
                f"{made.person.email} is already an administrator. Nothing was changed. "
                "For another link to set a password, add --new-link."
            )
        if made.is_new_account:
            self.stdout.write(f"The account {made.person.email} is open and has the role of administrator from today.")
        else:
            self.stdout.write(f"The account {made.person.email} has the role of administrator from today.")
        return made.person

    def _send(self, person: Person) -> None:
        request_mail(
            kind=FIRST_SIGN_IN,
            key=f"{FIRST_SIGN_IN}:{person.pk}:{database_now().isoformat()}",
            recipient=person.email,
            language=person.language,
            arguments={"person_id": person.pk},
        )
