from urllib.parse import quote

import psycopg2
import pytest
from django.db import connection

from script.lib import demodata, servers
from script.lib.environment import RefusalError


@pytest.fixture
def named(db):
    """Create a database with one table at an address as a caller would name it."""
    settings = connection.settings_dict
    role = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}"
    place = f"host={quote(settings['HOST'] or 'localhost', safe='')}&port={settings['PORT'] or 5432}"
    name = f"{settings['NAME']}_named"
    addresses = servers.Addresses(f"postgresql://{role}@/{name}?{place}", "redis://localhost/0", local=False)
    servers.drop_databases(addresses, name)
    with servers.administrator(addresses) as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    execute(addresses.database, "CREATE TABLE kept (id int)")
    yield addresses, {"DATABASE_URL": addresses.database}
    servers.drop_databases(addresses, name)


def execute(url, statement):
    link = psycopg2.connect(url)
    with link, link.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    link.close()
    return rows


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def test_fresh_refuses_to_empty_a_named_database_that_no_demo_filled(named):
    addresses, known = named
    with pytest.raises(RefusalError) as refusal:
        demodata.empty(addresses, known)
    assert str(refusal.value) == ("--fresh would empty the database at DATABASE_URL, which script/demo did not fill.")
    assert execute(addresses.database, TABLES) == [("kept",)]


def test_fresh_empties_a_named_database_of_a_demo_with_the_note_of_what_was_loaded(named):
    addresses, known = named
    with demodata.cursor_of(addresses.database) as cursor:
        demodata.write_comment(cursor, demodata.NOTE + "abc")
    demodata.empty(addresses, known)
    assert execute(addresses.database, TABLES) == []
    with demodata.cursor_of(addresses.database) as cursor:
        assert demodata.comment_of(cursor) == ""
