"""Queries of public pages that are made once.

Building a query out of its parts takes Django longer than PostgreSQL takes to answer it, and planning it takes
PostgreSQL longer than carrying it out; a page that is asked for all day does both each time. Here the SQL is made once
a process and prepared once a connection. The rules stay where they are, in querysets.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from foundation.prepared import PreparedStatement

# Two different values of each kind; small enough for the smallest column of whole numbers.
_SAMPLES: dict[type, Callable[[int], tuple[Any, Any]]] = {
    int: lambda n: (31000 + n, 32000 + n),
    str: lambda n: (f"first {n}", f"second {n}"),
    list: lambda n: ([31000 + n], [32000 + n]),
    dt.date: lambda n: (dt.date(1801, 1, 1 + n), dt.date(1802, 1, 1 + n)),
    dt.datetime: lambda n: (dt.datetime(1803, 1, 1 + n, tzinfo=dt.UTC), dt.datetime(1804, 1, 1 + n, tzinfo=dt.UTC)),
}


class CompiledQuery:
    """`build(**values)` gives a queryset of `values_list`; `rows(**values)` asks it as often as one likes.

    `kinds` names each value with its type (a list is one of ids, for `Among`). The SQL may not depend on a value, which
    is checked when it is made, and the columns must be plain: text, whole numbers, truth, moments. A value of None asks
    for nothing in SQL, and is refused. Of a model with translated columns begin with `objects.rewrite(False)`.
    """

    def __init__(self, build: Callable[..., QuerySet], **kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self.made: tuple[PreparedStatement, list[Any], dict[int, str]] | None = None
        self.compiler: SQLCompiler | None = None

    def rows(self, **values: Any) -> list[Any]:
        query, fixed, places = self.made or self._make()
        if None in values.values():
            raise ValueError("a compiled query takes no None")
        return query.rows(*(values[places[n]] if n in places else value for n, value in enumerate(fixed)))

    def first(self, **values: Any) -> Any:
        """The first row of a query that has its order or can find one row alone; None if there is none."""
        rows = self.rows(**values)
        return rows[0] if rows else None

    def _make(self) -> tuple[PreparedStatement, list[Any], dict[int, str]]:
        samples = {name: _SAMPLES[kind](n) for n, (name, kind) in enumerate(self.kinds.items())}
        compiler, sql, first = self._compiled({name: pair[0] for name, pair in samples.items()})
        _compiler, again, second = self._compiled({name: pair[1] for name, pair in samples.items()})
        if sql != again:
            raise ValueError("the query's SQL depends on what it is given")
        places = {}
        for n, pair in enumerate(zip(first, second, strict=True)):
            if pair[0] != pair[1]:
                name = next((name for name, sample in samples.items() if sample == pair), None)
                if name is None:
                    raise ValueError(f"the query changes what it is given: {pair[0]!r}")
                places[n] = name
        if set(places.values()) != set(self.kinds):
            raise ValueError("the query does not use all that it is given")
        # The compiler first, and whole: another thread may find the query made at any moment.
        self.compiler = compiler
        self.made = PreparedStatement(_numbered(sql, len(first)), values=len(first)), first, places
        return self.made

    def _compiled(self, values: dict[str, Any]) -> tuple[SQLCompiler, str, list[Any]]:
        rows = self.build(**values)
        if hasattr(rows, "original_fields"):
            raise ValueError("translated columns are shuffled: begin with objects.rewrite(False)")
        compiler = rows.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return compiler, sql, list(parameters)


def _numbered(sql: str, places: int) -> str:
    return (sql % tuple(f"${n}" for n in range(1, places + 1))) if places else sql.replace("%%", "%")


class CompiledObjects(CompiledQuery):
    """As `CompiledQuery`, of a queryset of whole objects, with those that its `select_related` names."""

    def rows(self, **values: Any) -> list[Any]:
        found = super().rows(**values)
        select, of = self.compiler.select, self.compiler.klass_info
        first, last = of["select_fields"][0], of["select_fields"][-1] + 1
        columns = [column[0].target.attname for column in select[first:last]]
        related = get_related_populators(of, select, connection.alias)
        objects = []
        for row in self.compiler.results_iter([found]):
            made = of["model"].from_db(connection.alias, columns, row[first:last])
            for populator in related:
                populator.populate(row, made)
            objects.append(made)
        return objects


class Among(Func):
    """For `filter(Among("entity_id", ids))`: one value, where `__in` has as many as there are ids."""

    template, arg_joiner = "(%(expressions)s))", " = ANY("

    def __init__(self, column: str, ids: list[int]) -> None:
        given = Value(ids, output_field=ArrayField(BigIntegerField()))
        super().__init__(F(column), given, output_field=BooleanField())
