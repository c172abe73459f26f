"""Expected answers of the root addresses, by role."""

from typing import Any

from documents.models import ShortAddress
from foundation.jobs.models import Job
from foundation.mail.models import DemoMail
from tests.access import Row, everybody, only


def mail() -> dict[str, Any]:
    return {"mail_id": DemoMail.objects.create(recipient="a@idm.example", subject="Receipt", text="words").pk}


def alias() -> dict[str, Any]:
    return {"alias": ShortAddress.objects.create(alias="societies", target="/workshops/").alias}


def set_aside() -> dict[str, Any]:
    Job.objects.create(kind="test.work", key="one", state=Job.State.SET_ASIDE)
    return {}


ROWS = [
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
