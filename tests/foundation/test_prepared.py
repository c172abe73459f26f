"""Statements planned once a session: they outlast a rollback, and a lost session costs nothing but planning anew."""

import pytest
from django.db import OperationalError, connection, transaction

from foundation.prepared import PreparedStatement

pytestmark = pytest.mark.django_db(transaction=True)


class Stop(Exception):
    pass


def test_planned_once_a_session(django_assert_num_queries):
    twice = PreparedStatement("SELECT $1 * 2, $2", "int", "text")
    with django_assert_num_queries(2):
        assert [twice.first(number, "it's") for number in (3, 4)] == [(6, "it's"), (8, "it's")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [twice.name])
        assert cursor.fetchone() == (1,)


def test_a_rollback_leaves_it_planned():
    one = PreparedStatement("SELECT $1", "int")
    with pytest.raises(Stop), transaction.atomic():
        one.first(1)
        raise Stop
    assert one.first(2) == (2,)


def test_a_new_session_plans_it_anew():
    one = PreparedStatement("SELECT $1", "int")
    assert one.first(1) == (1,)
    connection.close()
    assert one.first(2) == (2,)


def test_a_lost_session_is_reported_as_djangos_own_error():
    one, two = PreparedStatement("SELECT $1", "int"), PreparedStatement("SELECT $1", "int")
    one.first(1)
    for statement in (one, two):
        ours = connection.connection.info.backend_pid
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [ours])
        other.close()
        with pytest.raises(OperationalError):
            statement.first(2)
        connection.close()
        assert statement.first(3) == (3,)
