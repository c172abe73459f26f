"""Statements that each connection plans once: for a link, planning took six times as long as looking it up."""

import weakref
from collections.abc import Sequence
from typing import Any

from django.db import connection


class Prepared:
    """`sql` has its values as $1, $2, …; `types` are theirs, in PostgreSQL's words.

    It needs a session of its own at the server: a pooler that lends connections by the transaction would break it.
    """

    def __init__(self, name: str, types: Sequence[str], sql: str) -> None:
        self._prepare = f"PREPARE {name} ({', '.join(types)}) AS {sql}"
        self._execute = f"EXECUTE {name} ({', '.join(['%s'] * len(types))})"
        self._known_to: weakref.WeakSet[Any] = weakref.WeakSet()

    def row(self, *values: Any) -> tuple[Any, ...]:
        """The one row that the statement answers with."""
        with connection.cursor() as cursor:
            session = connection.connection
            if session not in self._known_to:
                # Outlasts a transaction that is rolled back, so once a session is enough.
                with connection.wrap_database_errors, session.cursor() as plain:
                    plain.execute(self._prepare)
                self._known_to.add(session)
            cursor.execute(self._execute, values)
            return cursor.fetchone()
