"""Statements planned once a session: they outlast a rollback, and a lost session costs nothing but planning anew."""

import pytest
from django.db import OperationalError, connection, transaction

from surveys.prepared import Prepared

pytestmark = pytest.mark.django_db(transaction=True)


class Stop(Exception):
    pass


def test_planned_once_a_session(django_assert_num_queries):
    twice = Prepared("test_twice", ["int", "text"], "SELECT $1 * 2, $2")
    with django_assert_num_queries(2):
        assert [twice.row(number, "it's") for number in (3, 4)] == [(6, "it's"), (8, "it's")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = 'test_twice'")
        assert cursor.fetchone() == (1,)


def test_a_rollback_leaves_it_planned():
    one = Prepared("test_rollback", ["int"], "SELECT $1")
    with pytest.raises(Stop), transaction.atomic():
        one.row(1)
        raise Stop
    assert one.row(2) == (2,)


def test_a_new_session_plans_it_anew():
    one = Prepared("test_session", ["int"], "SELECT $1")
    assert one.row(1) == (1,)
    connection.close()
    assert one.row(2) == (2,)


def test_a_lost_session_is_reported_as_djangos_own_error():
    one, two = Prepared("test_lost", ["int"], "SELECT $1"), Prepared("test_lost_too", ["int"], "SELECT $1")
    one.row(1)
    for statement in (one, two):
        ours = connection.connection.info.backend_pid
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [ours])
        other.close()
        with pytest.raises(OperationalError):
            statement.row(2)
        connection.close()
        assert statement.row(3) == (3,)
