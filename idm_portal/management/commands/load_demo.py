from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from foundation.tables.datafiles import DataFileError
from foundation.tables.demodata import DemoLoad
from foundation.time.clock import database_now

# From the lowest layer up, but documents last: the demonstration note cites the data of all other apps.
APPS = ("membership", "schedule", "workshops", "council", "votes", "surveys", "dialogue", "documents", "idm_portal")


class Command(BaseCommand):
    help = "Loads the IDM 2010-2011 cycle from data/register and data/demo. Loading it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "data" / "demo", help="the data files")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration is for demo and test mode; this is a production installation.")
        demo = DemoLoad(folder=options["folder"], now=database_now())
        try:
            with transaction.atomic():
                # Two simultaneous loads would conflict.
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_demo'))")
                for app in APPS:
                    if find_spec(f"{app}.demo"):
                        import_module(f"{app}.demo").load(demo)
                        self.stdout.write(f"{app}: loaded")
                # Links to rows that did not exist yet in the first pass, such as the papers of a meeting.
                for app in APPS:
                    if find_spec(f"{app}.demo") and hasattr(import_module(f"{app}.demo"), "link"):
                        import_module(f"{app}.demo").link(demo)
        except DataFileError as error:
            raise CommandError(f"{error}. Nothing was changed.") from error
        except FileNotFoundError as error:
            raise CommandError(f"{Path(error.filename).name} is missing. Nothing was changed.") from error
