import io
import json
import logging
import re

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.log import log_response

from foundation.jobs import registry, services
from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler
from foundation.logs import JsonFormatter, LineFormatter
from foundation.pages.logs import DropPersonalLinks, NoTraceOfRefusals
from foundation.text.masking import masked, reason_of
from tests.access import addresses

TOKEN = "Qx7" * 9


def logged(caplog, status, fault):
    response = Client().get("/healthz")
    response.status_code = status
    try:
        raise fault
    except type(fault) as raised:
        log_response("refused", response=response, request=RequestFactory().get("/"), exception=raised)
    record = caplog.records[-1]
    assert NoTraceOfRefusals().filter(record)
    return logging.Formatter("%(levelname)s %(message)s").format(record)


def test_a_refusal_is_one_line_and_a_fault_has_its_traceback(caplog):
    assert logged(caplog, 403, PermissionDenied("no")) == "WARNING refused"
    assert "Traceback" in logged(caplog, 500, ValueError("broken"))
    assert "refusals" in settings.LOGGING["handlers"]["console"]["filters"]


def test_browsers_find_the_icon_at_the_top():
    answer = Client().get("/favicon.ico")
    assert (answer.status_code, b"".join(answer.streaming_content)[:4]) == (200, b"\0\0\1\0")


# --- Formats ----------------------------------------------------------------------------------------------------------


class Written:
    """What the console would show, in both formats."""

    def __init__(self) -> None:
        self.text, self.json = io.StringIO(), io.StringIO()

    def everything(self) -> str:
        return self.text.getvalue() + self.json.getvalue()

    def objects(self, logger: str) -> list[dict]:
        found = [json.loads(line) for line in self.json.getvalue().splitlines()]
        return [entry for entry in found if entry["logger"] == logger]


@pytest.fixture
def written(settings):
    """Log as in production, into memory."""
    settings.ACCESS_LOG = True
    root, shown = logging.getLogger(), Written()
    handlers = []
    for stream, formatter in (
        (shown.text, LineFormatter("%(levelname)s %(name)s %(message)s")),
        (shown.json, JsonFormatter()),
    ):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handler.addFilter(DropPersonalLinks())
        handler.addFilter(NoTraceOfRefusals())
        handlers.append(handler)
        root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield shown
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def with_tokens() -> list[str]:
    """Return every address that holds a token, with this file's token."""
    found = []
    for name, entry in addresses():
        names = set(entry.pattern.regex.groupindex) or set(getattr(entry.pattern, "converters", {}))
        if names & {"token", "key"}:
            given = {"material_id": 1, "uidb36": "a", "token": TOKEN, "key": TOKEN, "number": 1}
            found.append(reverse(name, kwargs={known: given[known] for known in names}))
    return found


@pytest.mark.django_db
def test_no_log_line_holds_a_token_an_address_or_what_was_typed(written):
    browser = Client(REMOTE_ADDR="203.0.113.77", raise_request_exception=False)
    tokens = with_tokens()
    assert len(tokens) >= 7
    for path in tokens:
        for translated in (path, f"/fr{path}"):
            browser.get(translated)
            browser.post(translated, {"password1": "typed-words"})
    browser.get("/search/", {"q": "typed-words"})
    browser.get("/nowhere/jane@idm.example/")
    browser.post("/accounts/login/", {"login": "jane@idm.example", "password": "typed-words"})
    browser.post("/accounts/login/code/", {"email": "jane@idm.example"})
    logged = written.everything()
    assert "/search/" in logged and "Not Found" in logged
    assert [word for word in (TOKEN, "jane@", "typed-words", "203.0.113.77") if word in logged] == []


@pytest.mark.django_db
def test_access_log_has_the_route_and_the_id_that_the_answer_has(written):
    answer = Client().get("/votes/no-such-ballot/")
    [entry] = written.objects("portal.access")
    assert {name: entry[name] for name in ("level", "method", "route", "status", "request")} == {
        "level": "INFO",
        "method": "GET",
        "route": "/votes/<slug:slug>/",
        "status": 404,
        "request": answer["X-Request-ID"],
    }
    assert entry["bytes"] == len(answer.content) and entry["milliseconds"] > 0
    assert re.search(
        r"INFO portal.access GET /votes/<slug:slug>/ 404 .* request=\w{16}$", written.text.getvalue(), re.M
    )


@pytest.mark.django_db
def test_cached_page_is_logged_with_its_address_and_an_unknown_one_without(written):
    browser = Client()
    for path in ("/votes/", "/votes/", "/nowhere/", "/fr/nowhere/"):
        browser.get(path)
    assert [entry["route"] for entry in written.objects("portal.access")] == ["/votes/", "/votes/", "-", "-"]


@pytest.mark.django_db
def test_links_of_surveys_static_files_and_checks_are_not_in_the_access_log(written):
    for path in (f"/s/{TOKEN}/", f"/fr/s/{TOKEN}/", "/healthz", "/readyz", "/static/x.css"):
        Client().get(path)
    assert written.objects("portal.access") == []


@pytest.mark.parametrize(("proxies", "is_taken"), [(0, False), (1, True)])
@pytest.mark.django_db
def test_id_of_the_proxy_is_used_only_behind_a_proxy(settings, proxies, is_taken):
    settings.TRUSTED_PROXY_COUNT = proxies
    answer = Client().get("/healthz", headers={"X-Request-ID": "proxy-id-1"})
    assert (answer["X-Request-ID"] == "proxy-id-1") is is_taken
    for bad in ("x", "a b c d e f g h", "jane@idm.example", "x" * 65):
        assert Client().get("/healthz", headers={"X-Request-ID": bad})["X-Request-ID"] != bad


@pytest.mark.django_db
def test_lines_of_a_job_have_its_id_and_its_request_leads_to_it(written, monkeypatch):
    monkeypatch.setattr(registry, "_handlers", {})
    job_handler("test.logs")(lambda context: logging.getLogger("test.logs").info("working"))
    job = services.request_job(kind="test.logs", key="one", arguments={})
    services.run_job(str(job.pk))
    assert [entry["job"] for entry in written.objects("test.logs")] == [str(job.pk)]
    [requested] = written.objects("foundation.jobs.services")
    assert requested["message"] == f"job {job.pk} of kind test.logs is requested"


@pytest.mark.django_db
def test_error_of_a_job_is_logged_and_stored_without_the_values_of_its_row(written, monkeypatch):
    monkeypatch.setattr(registry, "_handlers", {})

    def fail(context):
        raise IntegrityError(
            'value "CHOICE" of jane@idm.example refused\nDETAIL:  Failing row contains (1, CHOICE, secret).'
        )

    job_handler("test.logs")(fail)
    job = services.request_job(kind="test.logs", key="one", arguments={})
    services.run_job(str(job.pk))
    assert Job.objects.get().error == "IntegrityError: value … of … refused"
    [entry] = [entry for entry in written.objects("foundation.jobs.services") if entry["level"] == "ERROR"]
    assert entry["job"] == str(job.pk) and "Traceback" in entry["traceback"]
    assert [word for word in ("secret", "jane@") if word in written.everything()] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to jane.doe+x@mail.idm.example.", "to …."),
        ("{'head.au@idm.example': (550, b'no')}", "{'…': (550, b'no')}"),
        ("from 203.0.113.7:443 and 2001:db8:0:0:0:0:0:1", "from …:443 and …"),
        ("by 2001:db8::1, not by std::map or a::text", "by …, not by std::map or a::text"),
        ("redis://127.0.0.1:6379/0 at 10:37:10,123", "redis://127.0.0.1:6379/0 at 10:37:10,123"),
        ("DETAIL:  Key (choices)=(A) exists.", "DETAIL: …"),
        (f"/workshops/s/{TOKEN}/materials/3/", "/workshops/s/…/materials/3/"),
        ("nothing to hide: 3 of 4", "nothing to hide: 3 of 4"),
    ],
)
def test_what_is_masked(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("no paper"), "ValueError: no paper"),
        (KeyError("A"), "KeyError: …"),
        (OSError(), "OSError"),
        (ValueError("l'option 'A' n'existe pas"), "ValueError: l'option … n'existe pas"),
        (ValueError("one\ntwo"), "ValueError: one"),
    ],
)
def test_reason_of_a_failed_job_names_no_value(error, reason):
    assert reason_of(error) == reason
