"""The database's clock decides what is open and closed: one clock for all web processes and workers."""

import datetime as dt

from django.db import connection
from django.db.models import DateTimeField, Func


def database_now() -> dt.datetime:
    """Return the current time of the database's clock, in UTC. It advances inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(dt.UTC)


class ClockTimestamp(Func):
    """The database's clock, read in the query that fetches the rows."""

    function = "clock_timestamp"
    output_field = DateTimeField()
