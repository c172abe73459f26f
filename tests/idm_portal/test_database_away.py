"""A restart of PostgreSQL between two requests goes unnoticed. While it is unavailable, pages answer 503."""

import http.cookies

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import path, reverse

from foundation.pages.access import public
from foundation.pages.errors import is_database_away, server_error
from idm_portal import urls
from membership.models import Group
from tests.factories.membership import make_delegate, make_person
from tests.factories.surveys import held_answers, make_link
from tests.factories.surveys import make_open as make_open_survey
from tests.factories.votes import make_open as make_open_ballot
from tests.factories.votes import receipt_address
from tests.running import free_port
from tests.votes.test_views import token_in
from votes.models import Vote

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"


def ask(client: Client, address: str, data: dict | None = None):
    """Send a request as a gunicorn thread does, with the signals at which Django checks its connections.

    Django's test client omits them.
    """
    factory = RequestFactory()
    request = factory.get(address) if data is None else factory.post(address, data)
    cookies = http.cookies.SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
    environ = request.environ | {"HTTP_COOKIE": cookies.output(header="", sep=";").strip()}
    if "csrftoken" in client.cookies:
        environ["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
    response = WSGIHandler()(environ, lambda status, headers: None)
    response.close()
    return response


def restart_postgresql() -> None:
    """Simulate a restart for this connection: end its server process."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


def test_connection_outlasts_a_request():
    """The tests below rely on this."""
    client = Client()
    ask(client, "/")
    first = connection.connection
    ask(client, "/")
    assert first is not None and connection.connection is first


def test_first_vote_after_a_restart_is_taken(sign_in):
    head = make_delegate("au", "head")
    make_open_ballot("topics")
    client = sign_in(head)
    answer, send_to = (reverse(f"votes:{name}", args=["topics"]) for name in ("answer", "answer_send"))
    client.get(answer)
    form = {"choices": ["A", "C"], "token": token_in(client.post(answer, {"choices": ["A", "C"]}))}
    ask(client, "/votes/")
    restart_postgresql()
    sent = ask(client, send_to, form)
    assert (sent.status_code, sent["Location"]) == (302, receipt_address("topics", 2))
    assert Vote.objects.get().choices == ["A", "C"]


def test_first_answer_to_a_survey_after_a_restart_is_taken():
    link = f"/s/{make_link(make_open_survey().invitations.first())}/"
    client = Client()
    assert ask(client, link).status_code == 200
    restart_postgresql()
    sent = ask(client, link, {"here": "review", "to": "send", "q-overall": "4"})
    assert (sent.status_code, held_answers()) == (200, [{"overall": "4"}])


def test_first_sign_in_after_a_restart_succeeds():
    make_person("jane@idm.example", password=PASSWORD)
    client = Client()
    client.get("/accounts/login/")
    ask(client, "/")
    restart_postgresql()
    answer = ask(client, "/accounts/login/", {"login": "jane@idm.example", "password": PASSWORD})
    assert (answer.status_code, answer["Location"], "sessionid" in answer.cookies) == (302, "/", True)


@public
def restarting(request):
    with transaction.atomic():
        Group.objects.create(code="made", kind="group")
        restart_postgresql()
        Group.objects.count()


urlpatterns = [path("restarting/", restarting), *urls.urlpatterns]
handler500 = server_error


@pytest.mark.urls(__name__)
def test_restart_within_a_request_undoes_it_and_is_answered_with_503():
    """Nothing is repeated: the sender decides."""
    answer = ask(Client(), "/restarting/")
    assert (answer.status_code, answer["Retry-After"], Group.objects.count()) == (503, "5", 0)
    assert ask(Client(), "/votes/").status_code == 200


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("method", ["get", "post"])
def test_database_that_is_away_is_a_clean_503(editor, monkeypatch, method, signed_in):
    client = Client(raise_request_exception=False)
    if signed_in:
        client.force_login(editor)
    address = "/votes/" if method == "get" else "/accounts/login/"
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "PORT", free_port())
        response = getattr(client, method)(address, {"login": "jane@idm.example", "password": PASSWORD})
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "no-store" in response["Cache-Control"]
    assert "The portal is temporarily unavailable" in response.text
    assert client.get("/votes/").status_code == 200


def error(code: str | None, kind: type[Exception] = OperationalError) -> Exception:
    caused = Exception()
    caused.pgcode = code
    raised = kind("said by PostgreSQL")
    raised.__cause__ = caused
    return raised


@pytest.mark.parametrize(
    ("raised", "away"),
    [
        (error(None), True),  # no connection
        (error("57P01"), True),  # the server is shut down
        (error("57P03"), True),  # it is starting
        (error("08006"), True),  # the connection failed
        (error(None, InterfaceError), True),  # the connection is closed already
        (error("40P01"), False),  # a deadlock
        (error("55P03"), False),  # a lock that could not be taken
        (error("53100"), False),  # the disk is full
        (error("57014"), False),  # a statement took too long
        (ValueError("a fault"), False),
        (None, False),
    ],
)
def test_only_a_lost_database_is_taken_for_one(raised, away):
    assert is_database_away(raised) is away


def test_fault_of_the_portal_stays_a_500(rf):
    try:
        raise ValueError("a fault")
    except ValueError:
        response = server_error(rf.get("/"))
    assert response.status_code == 500
