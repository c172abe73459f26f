"""Statements that each connection plans once: planning takes PostgreSQL longer than carrying such a statement out."""

import itertools
import weakref
from typing import Any

from django.db import connection

_numbers = itertools.count(1)
# Connection of psycopg2 -> names prepared on it. A connection that is lost takes its statements along.
_prepared: weakref.WeakKeyDictionary[Any, set[str]] = weakref.WeakKeyDictionary()


class PreparedStatement:
    """`sql` has its values as $1, $2, …; `types` are theirs in PostgreSQL's words, where it cannot tell by itself.

    It needs a session of its own at the server: a pooler that lends connections by the transaction would break it.
    """

    def __init__(self, sql: str, *types: str, values: int | None = None) -> None:
        """`values`: how many, where `types` does not say it."""
        self.name = f"portal_{next(_numbers)}"
        places = ", ".join(["%s"] * (values or len(types)))
        typed = f"({', '.join(types)})" if types else ""
        self._prepare = f"PREPARE {self.name} {typed} AS {sql}"
        self._execute = f"EXECUTE {self.name}({places})" if places else f"EXECUTE {self.name}"

    def rows(self, *values: Any) -> list[tuple]:
        with connection.cursor() as cursor:
            session = connection.connection
            known = _prepared.setdefault(session, set())
            if self.name not in known:
                # Outlasts a transaction that is rolled back, so once a session is enough. Not the cursor above, whose
                # statements are counted as the page's queries.
                with connection.wrap_database_errors, session.cursor() as plain:
                    # Else PostgreSQL may plan anew at every call, which took some of these longer than running them.
                    plain.execute("SET plan_cache_mode = force_generic_plan")
                    plain.execute(self._prepare)
                known.add(self.name)
            cursor.execute(self._execute, values)
            return cursor.fetchall()

    def first(self, *values: Any) -> tuple | None:
        """The first row of a statement that has its order or answers with one row alone."""
        rows = self.rows(*values)
        return rows[0] if rows else None
