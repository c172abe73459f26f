"""The clock of the database, which all web processes and workers use to decide what is open or closed."""

import datetime as dt

from django.db import connection
from django.db.models import DateTimeField, Func


def database_now() -> dt.datetime:
    """Return the current time of the database's clock, in UTC. It advances inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(dt.UTC)


class ClockTimestamp(Func):
    """The clock of the database as an expression in a query."""

    function = "clock_timestamp"
    output_field = DateTimeField()
