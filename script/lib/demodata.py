"""Load the demonstration data when data or code has changed, and empty the database for `--fresh`.

A fingerprint of what was loaded is stored as the comment of the database, so that it is dropped with the database.
"""

import contextlib
import hashlib
from collections.abc import Iterator

import psycopg2
from psycopg2 import errors, sql

from script.lib import servers
from script.lib.assets import files, fingerprint
from script.lib.django import manage
from script.lib.environment import ROOT, RefusalError

NOTE = "IDM portal demonstration "


def load(known: dict[str, str]) -> None:
    """Migrate and load, unless the database says that exactly this was done."""
    sources = files("data/**/*", "*/**/*.py", "requirements.txt")
    relevant = [path for path in sources if path.relative_to(ROOT).parts[0] not in {"tests", "bench", "script"}]
    wanted = NOTE + fingerprint(relevant, hashlib.sha256(known["DEMO_PASSWORD"].encode()).hexdigest())
    with cursor_of(known["DATABASE_URL"]) as cursor:
        if comment_of(cursor) == wanted:
            return
    print("Making the tables …", flush=True)
    manage(known, "migrate", "--verbosity=0")
    print("Loading the IDM 2010–2011 data …", flush=True)
    manage(known, "load_demo")
    # Only the owner of a database may set its comment. Without it, the loader runs at every start.
    with contextlib.suppress(errors.InsufficientPrivilege), cursor_of(known["DATABASE_URL"]) as cursor:
        write_comment(cursor, wanted)


@contextlib.contextmanager
def cursor_of(url: str) -> Iterator[psycopg2.extensions.cursor]:
    """Yield a cursor in one transaction."""
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        yield cursor


def comment_of(cursor) -> str:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()")
    return cursor.fetchone()[0] or ""


def write_comment(cursor, comment: str) -> None:
    name = sql.Identifier(cursor.connection.info.dbname)
    cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(comment)))


def empty(addresses, known: dict[str, str]) -> None:
    """Empty the demo's database. A database that the caller named must be empty or filled by a demo.

    Raises RefusalError otherwise.
    """

    if addresses.local:
        servers.drop_databases(addresses, servers.database_name())
        servers.ensure_database(addresses, servers.database_name())
        return
    with cursor_of(known["DATABASE_URL"]) as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone()[0] and not comment_of(cursor).startswith(NOTE):
            raise RefusalError("--fresh would empty the database at DATABASE_URL, which script/demo did not fill.")
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        write_comment(cursor, "")  # this database is not dropped, so its comment has to be removed
