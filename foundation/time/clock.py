"""The database's clock decides what is open and what is closed: one clock for all web processes and workers."""

import datetime as dt

from django.db import connection


def database_now() -> dt.datetime:
    """The present moment by the database's clock, in UTC; it moves on inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(dt.UTC)
