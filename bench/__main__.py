"""`script/bench [NAME]`: run one benchmark, or all of them, and print the results as tables."""

import os
import sys
from importlib import import_module
from urllib.parse import urlsplit, urlunsplit

NAMES = ("pages", "survey", "votes", "pdf", "editor")


def own_database() -> None:
    """Switch DATABASE_URL to a separate database for the benchmarks, creating it if needed."""
    import psycopg2
    from psycopg2 import sql

    url = os.environ["DATABASE_URL"]
    parts = urlsplit(url)
    name = parts.path.lstrip("/") + "_bench"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))


def main() -> int:
    wanted = sys.argv[1:] or list(NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; there are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "idm_portal.settings")
    os.environ["PORTAL_MODE"] = "demo"
    os.environ.setdefault("DEMO_PASSWORD", "only for measuring")
    os.environ["LOG_LEVEL"] = "WARNING"
    own_database()
    import django

    django.setup()
    from bench import data

    data.prepare()
    for name in wanted:
        import_module(f"bench.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
