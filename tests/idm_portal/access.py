"""Expected answers of the root addresses, by role."""

from typing import Any

from documents.models import ShortAddress
from foundation.jobs.models import Job
from foundation.mail.models import DemoMail
from idm_portal.setup import services
from tests.access import Row, everybody, only
from tests.factories.membership import make_staff


def mail() -> dict[str, Any]:
    return {"mail_id": DemoMail.objects.create(recipient="a@idm.example", subject="Receipt", text="words").pk}


def alias() -> dict[str, Any]:
    return {"alias": ShortAddress.objects.create(alias="societies", target="/workshops/").alias}


def set_aside() -> dict[str, Any]:
    Job.objects.create(kind="test.work", key="one", state=Job.State.SET_ASIDE)
    return {}


def mail_test() -> dict[str, Any]:
    return {"mail_id": services.send_test(actor=make_staff("administrator"), recipient="a@idm.example").pk}


ADMINISTRATOR = "administrator"
SETUP = [
    Row("setup", None, "GET", only(ADMINISTRATOR)),
    Row("setup-dismiss", None, "POST", only(ADMINISTRATOR, status=302)),
    Row("setup-organization", None, "GET", only(ADMINISTRATOR)),
    Row("setup-organization", None, "POST", only(ADMINISTRATOR), case="empty form"),
    Row("setup-register", None, "GET", only(ADMINISTRATOR)),
    Row("setup-register", None, "POST", only(ADMINISTRATOR, status=302)),
    Row("setup-bodies", None, "GET", only(ADMINISTRATOR)),
    Row("setup-bodies", None, "POST", only(ADMINISTRATOR, status=302)),
    Row("setup-mail", None, "GET", only(ADMINISTRATOR)),
    Row("setup-mail", None, "POST", only(ADMINISTRATOR), case="empty form"),
    Row("setup-mail-status", mail_test, "GET", only(ADMINISTRATOR)),
    Row("organization-stylesheet", lambda: {"number": 1}, "GET", everybody(404), case="there is none"),
    Row("organization-logo", lambda: {"digest": "0" * 64}, "GET", everybody(404), case="there is none"),
]

ROWS = [
    *SETUP,
    Row("healthz", None, "GET", everybody(200)),
    Row("readyz", None, "GET", everybody(200)),
    Row("jobs-ready", None, "GET", everybody(503), case="no worker has run"),
    Row("metrics", None, "GET", everybody(404), case="no token is set"),
    Row("home", None, "GET", everybody(200)),
    Row("search", None, "GET", everybody(200)),
    Row("short-address", alias, "GET", everybody(302)),
    Row("demo-mail-list", None, "GET", everybody(200)),
    Row("demo-mail-detail", mail, "GET", everybody(200)),
    Row("undecided-jobs", None, "GET", only("administrator")),
    Row("undecided-jobs", set_aside, "POST", only("administrator", status=302), data={"act": "run"}),
    Row("undecided-mail", None, "GET", only("administrator")),
    Row("undecided-mail", None, "POST", only("administrator", status=302)),
    Row("styleguide", None, "GET", everybody(200)),
]
