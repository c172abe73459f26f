"""SQL in the code: it names only tables of its own app, and has no effect beyond its transaction."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

OWN_APPS = (
    "foundation",
    "membership",
    "texts",
    "documents",
    "schedule",
    "workshops",
    "council",
    "votes",
    "surveys",
    "dialogue",
    "idm_portal",
)
# In transaction mode, a pooler gives the next transaction to another connection.
OUTLASTING = re.compile(
    r"\bPREP[A]RE\s+\w+|\bLISTEN\s+\w+|\bDISCARD\b|(^|;)\s*SET\s+(?!LOCAL|TRANSACTION)\w+"
    r"|\bpg_(try_)?advisory_(un)?lock|\bCREATE\s+(LOCAL\s+|GLOBAL\s+)?TEMP|\bWITH\s+HOLD\b|set_config\([^)]*false\s*\)"
)


def sources() -> Iterator[tuple[str, Path]]:
    """Return (app, file) for every Python file of the portal's apps."""
    for app in OWN_APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            yield app, path


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Return (line, text) for all strings except docstrings; of f-strings the constant parts."""
    tree = ast.parse(source)
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def foreign_tables(app: str, source: str, owners: dict[str, str]) -> list[tuple[int, str]]:
    """Return (line, table) for each string that names a table of another app."""
    return [
        (line, word)
        for line, text in strings(source)
        for word in re.findall(r"\w+", text)
        if owners.get(word, app) != app
    ]


def tables() -> dict[str, str]:
    """Return the app of each of the portal's tables."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model._meta.app_label for model in models if model._meta.app_label in OWN_APPS}


def test_sql_names_only_tables_of_its_own_app():
    owners = tables()
    found = {
        f"{path.relative_to(settings.BASE_DIR)}:{line}": table
        for app, path in sources()
        for line, table in foreign_tables(app, path.read_text(), owners)
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('SQL = "SELECT 1 FROM votes_ballot JOIN workshops_workshop w ON true"', [(1, "workshops_workshop")]),
        ('x = 1\nSQL = f"UPDATE {x} SET a = (SELECT max(id) FROM membership_entity)"', [(2, "membership_entity")]),
        ('"""About workshops_workshop."""\nSQL = "SELECT 1 FROM votes_ballot"', []),
        ("from workshops.models import Workshop as workshops_workshop", []),
    ],
)
def test_table_of_another_app_is_found(source, found):
    assert foreign_tables("votes", source, tables()) == found


def test_nothing_outlasts_a_transaction():
    found = {
        f"{path.relative_to(settings.BASE_DIR)}:{line}": match[0]
        for _app, path in sources()
        for line, text in strings(path.read_text())
        if (match := OUTLASTING.search(text))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("sql", "outlasts"),
    [
        ("PREP" + "ARE portal_1 AS SELECT 1", True),
        ("LISTEN jobs", True),
        ("SET plan_cache_mode = force_generic_plan", True),
        ("SELECT pg_advisory_lock(1)", True),
        ("SELECT set_config('a.b', 'c', false)", True),
        ("SELECT pg_advisory_xact_lock(1)", False),
        ("SET LOCAL synchronous_commit = off", False),
        ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", False),
        ("UPDATE votes_ballot SET revision = 2", False),
    ],
)
def test_what_outlasts_a_transaction_is_found(sql, outlasts):
    assert bool(OUTLASTING.search(sql)) is outlasts
