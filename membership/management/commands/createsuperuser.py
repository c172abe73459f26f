from typing import Any, NoReturn

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandError


class Command(createsuperuser.Command):
    """Replaces Django's command: what a person may do follows from dated roles, never from `is_superuser`."""

    help = "Is not used in this portal. Use: manage.py create_administrator EMAIL"

    def execute(self, *args: Any, **options: Any) -> NoReturn:
        raise CommandError(
            "This portal has no superusers. To open the first account, run: manage.py create_administrator EMAIL"
        )
