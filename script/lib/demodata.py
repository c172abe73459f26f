"""Load the demonstration data when data or code has changed, and empty the database for `--fresh`.

A fingerprint of what was loaded is stored as the comment of the database, so that it is dropped with the database.
"""

import hashlib
from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2 import errors, sql

from script.lib import servers
from script.lib.assets import files, fingerprint
from script.lib.django import manage
from script.lib.environment import ROOT, RefusalError

NOTE = "IDM portal demonstration "
STEPS = (
    ("Making the tables …", ["migrate", "--verbosity=0"]),
    ("Loading the IDM 2010–2011 data …", ["load_demo"]),
)


def load(known: dict[str, str]) -> None:
    """Migrate and load the demonstration, unless the database has been loaded from the same data and code."""
    wanted = NOTE + wish(known["DEMO_PASSWORD"])
    url = known["DATABASE_URL"]
    if comment_of(url) == wanted:
        return
    for text, words in STEPS:
        print(text, flush=True)
        manage(known, *words)
    write_comment(url, wanted)


def wish(password: str) -> str:
    sources = files("data/**/*", "*/**/*.py", "requirements.txt")
    relevant = [path for path in sources if path.relative_to(ROOT).parts[0] not in {"tests", "bench", "script"}]
    return fingerprint(relevant, hashlib.sha256(password.encode()).hexdigest())


def comment_of(url: str) -> str | None:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        (comment,) = cursor.fetchone()
    connection.close()
    return comment


def note_on(cursor, url: str, comment: str | None) -> None:
    name = sql.Identifier(unquote(urlsplit(url).path.lstrip("/")))
    cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(comment)))


def write_comment(url: str, comment: str) -> None:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            note_on(cursor, url, comment)
    except errors.InsufficientPrivilege:
        # Only the owner of a database may set its comment. Without it, the loader runs at every start.
        return
    finally:
        connection.close()


def empty(addresses, known: dict[str, str]) -> None:
    """Empty the demonstration's database.

    A database named by DATABASE_URL is emptied only if script/demo has filled it; otherwise raises RefusalError.
    """
    if addresses.local:
        servers.drop_databases(addresses, servers.database_name())
        servers.ensure_database(addresses, servers.database_name())
        return
    connection = psycopg2.connect(known["DATABASE_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            (tables,) = cursor.fetchone()
            if tables and not (comment_of(known["DATABASE_URL"]) or "").startswith(NOTE):
                raise RefusalError("--fresh would empty the database at DATABASE_URL, which script/demo did not fill.")
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            # The database itself is not dropped here, so its comment has to be removed.
            note_on(cursor, known["DATABASE_URL"], None)
    finally:
        connection.close()
