import logging

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.utils.log import log_response

from foundation.pages.logs import NoTraceOfRefusals


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
