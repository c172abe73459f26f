import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from foundation.pages.middleware import DatabaseAwayMiddleware


def answer(method: str, failures: int, error: Exception) -> tuple[int, int]:
    """(status, how often the view was asked) where the database fails so many times before it answers."""
    asked = []

    def respond(request):
        asked.append(request.method)
        if len(asked) <= failures:
            # As Django does it: an exception of the view is offered to the middleware, which may answer.
            handled = middleware.process_exception(request, error)
            if handled is None:
                raise error
            return handled
        return HttpResponse("whole")

    middleware = DatabaseAwayMiddleware(respond)
    return middleware(RequestFactory().generic(method, "/")).status_code, len(asked)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "failures", "outcome"),
    [
        ("GET", 0, (200, 1)),
        ("GET", 1, (200, 2)),
        ("GET", 2, (503, 2)),
        # What was sent is not sent twice: the sender decides.
        ("POST", 1, (503, 1)),
    ],
)
def test_reading_is_tried_once_more_and_writing_never(method, failures, outcome):
    assert answer(method, failures, OperationalError("server closed the connection")) == outcome


@pytest.mark.django_db(transaction=True)
def test_other_faults_are_not_taken_for_a_lost_database():
    with pytest.raises(ValueError, match="a fault"):
        answer("GET", 1, ValueError("a fault"))


@pytest.mark.django_db(transaction=True)
def test_503_says_when_to_come_back():
    response = DatabaseAwayMiddleware(lambda request: HttpResponse()).process_exception(
        RequestFactory().post("/"), OperationalError()
    )
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "5", "no-store")
