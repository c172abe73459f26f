"""A migrated, empty database that every test run copies, which is much faster than migrating."""

from psycopg2 import sql

from script.lib import servers
from script.lib.assets import files, fingerprint
from script.lib.django import manage
from script.lib.environment import exclusive

PREFIX = "idm_template_"


def test_template(addresses, known: dict[str, str]) -> str:
    """Return the name of the template for the migrations of this checkout, and drop older ones."""
    name = PREFIX + fingerprint(files("*/migrations/*.py", "requirements.txt"), "")[:16]
    with exclusive("template"):
        made = servers.databases_like(addresses, PREFIX)
        if name not in made:
            print("Making the tables that test databases are copied from …", flush=True)
            making = f"{name}_making"
            servers.drop_databases(addresses, making)
            url = servers.ensure_database(addresses, making)
            manage(known | {"DATABASE_URL": url, "PORTAL_MODE": "test"}, "migrate", "--verbosity=0")
            with servers.administrator(addresses) as cursor:
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                cursor.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
        servers.drop_databases(addresses, *(old for old in made if old != name))
    return name
