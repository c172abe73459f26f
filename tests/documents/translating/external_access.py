"""Expected answers of the pages of external translation, by role."""

import datetime as dt
from typing import Any

from documents.translating import external
from foundation.jobs.services import run_job
from tests.access import Row, everybody, only
from tests.factories.documents import make_draft

EDITORS = ("editor", "publisher")
TRANSLATORS = (*EDITORS, "translator")


def draft() -> dict[str, Any]:
    return {"pk": make_draft().pk}


def asked() -> Any:
    return external.request_translation(
        document=make_draft(), language="fr", due_on=dt.date(2090, 1, 1), translator_name="T", actor=None
    )


def under_way() -> dict[str, Any]:
    assignment = asked()
    run_job(str(assignment.job_id))
    return {"pk": assignment.document_id, "assignment": assignment.pk}


def foreign() -> dict[str, Any]:
    return {**under_way(), **draft()}


def by_link() -> dict[str, Any]:
    return {"token": external.new_link(external.TranslationAssignment.objects.get(pk=under_way()["assignment"]))}


ROWS = [
    Row("documents:assignments", draft, "GET", only(*TRANSLATORS)),
    Row("documents:assignments", draft, "POST", only(*TRANSLATORS, status=400)),
    Row("documents:assignment", under_way, "GET", only(*TRANSLATORS)),
    Row("documents:assignment", foreign, "GET", only(*TRANSLATORS, status=404), case="of another draft"),
    Row("documents:assignment", under_way, "POST", only(*TRANSLATORS, status=400)),
    Row("documents:assignment-file", under_way, "GET", only(*TRANSLATORS)),
    Row("documents:assignment-close", under_way, "POST", only(*EDITORS, status=302)),
    Row("documents:translation-link", by_link, "GET", everybody(200)),
    Row("documents:translation-link", by_link, "POST", everybody(400)),
    Row("documents:translation-link", lambda: {"token": "guessed"}, "GET", everybody(404), case="guessed"),
    Row("documents:translation-link-file", by_link, "GET", everybody(200)),
]
