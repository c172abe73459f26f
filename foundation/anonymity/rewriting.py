"""Write tables to new files, so that rows that were deleted for anonymity leave the disk.

PostgreSQL keeps deleted rows in the table's file, with the numbers of their transactions. `VACUUM FULL` writes the
rows that are left to a new file and removes the old one, indexes and long values included. It is safe for transactions
that run at the same time, `pg_dump` among them, and for the rows of other surveys and ballots in the same table, which
`TRUNCATE` is not.

A service requests the rewriting in the transaction that deletes the rows; the worker carries it out afterwards, and
repeats it until it is certain that no deleted row is left. It never waits for a lock, so nobody waits behind it.
"""

import datetime as dt
import logging
import time

from django.db import connection
from django.utils import timezone

from foundation.anonymity.models import TableRewrite
from foundation.jobs.registry import follows_deadlines

log = logging.getLogger(__name__)

# `VACUUM FULL` keeps deleted rows that an older transaction may still see. Most end within milliseconds.
ATTEMPTS, PAUSE = 20, 0.05
OVERDUE = dt.timedelta(hours=6)

# Whether any session, replica or prepared transaction may still see rows that were deleted before `number`. Ages of
# transactions grow into the past. The database's own horizon is compared in the same way in PostgreSQL's procarray.c.
_SEEN_BY_OLDER = """
SELECT EXISTS (
    SELECT FROM (
        SELECT backend_xmin AS number FROM pg_stat_activity WHERE pid <> pg_backend_pid()
        UNION ALL SELECT backend_xid FROM pg_stat_activity WHERE pid <> pg_backend_pid()
        UNION ALL SELECT xmin FROM pg_replication_slots
        UNION ALL SELECT transaction FROM pg_prepared_xacts
    ) AS others WHERE others.number IS NOT NULL AND age(others.number) > age(%s::text::xid)
)
"""


def request_rewrite(*tables: str) -> None:
    """Have tables rewritten after this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_tablerewrite (name, requests, since)"
            " SELECT unnest(%s::text[]), 1, clock_timestamp()"
            " ON CONFLICT (name) DO UPDATE SET requests = foundation_tablerewrite.requests + 1",
            [sorted(tables)],  # sorted, so that two of these never wait for each other
        )


@follows_deadlines("table rewrites")
def rewrite_tables(now: dt.datetime | None = None) -> list[str]:
    """Rewrite the tables that were requested, and return those that are done. The rest is tried again later."""
    if connection.in_atomic_block:
        return []  # VACUUM cannot run in a transaction
    done = []
    for request in TableRewrite.objects.order_by("name"):
        if _rewritten(request.name):
            # If another request came in the meantime, its row stays.
            TableRewrite.objects.filter(name=request.name, requests=request.requests).delete()
            done.append(request.name)
        elif (now or timezone.now()) - request.since > OVERDUE:
            log.error("%s could not be rewritten since %s: see docs/operations.md", request.name, request.since)
    return done


def _rewritten(table: str) -> bool:
    with connection.cursor() as cursor:
        # Every transaction that has requested this so far has a lower number.
        cursor.execute("SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::bigint %% 4294967296)::text", [])
        (number,) = cursor.fetchone()
        for attempt in range(ATTEMPTS):
            time.sleep(PAUSE if attempt else 0)
            cursor.execute(_SEEN_BY_OLDER, [number])
            if cursor.fetchone()[0]:
                continue
            before = _file_of(table)
            # The names come from services, never from people.
            cursor.execute(f"VACUUM (FULL, SKIP_LOCKED) {connection.ops.quote_name(table)}")
            if _file_of(table) != before:
                return True
    return False


def _file_of(table: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filenode(%s::regclass)", [connection.ops.quote_name(table)])
        return cursor.fetchone()[0]
