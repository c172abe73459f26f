"""Expected answers of the pages of comparisons, by role; part of the table of `documents`."""

from typing import Any

from django.utils import timezone

from documents import services
from documents.comparing.services import request_comparison
from documents.versions import draft_key, find_version, issue_key
from foundation.jobs.services import run_job
from tests.access import DELEGATIONS, EDITORS, READERS, SIGNED_IN, Row, only
from tests.factories.documents import make_draft, make_issued
from tests.factories.membership import make_staff

WRITERS = (*EDITORS, "translator")
ALL = ("anonymous", *SIGNED_IN)
MISSING = dict.fromkeys(ALL, 404)


def two_issues(**more: Any) -> dict[str, str]:
    """Return the keys of an issue and of the issue of its revision."""
    original = make_issued(["One paragraph."], **more)
    revision = services.create_revision(document=original, actor=None)
    services.issue_document(document=revision, language="en", actor=None)
    services.release_document(document=revision, actor=None)
    return {"old": issue_key(original.issues.get()), "new": issue_key(revision.issues.get())}


def issue_and_draft() -> dict[str, str]:
    original = make_issued(["One paragraph."])
    revision = services.create_revision(document=original, actor=None)
    return {"old": issue_key(original.issues.get()), "new": draft_key(revision, "en")}


def asked(keys: dict[str, str]) -> str:
    return "&".join(f"{name}={key}" for name, key in keys.items())


def made(keys: dict[str, str]) -> dict[str, Any]:
    now, editor = timezone.now(), make_staff("editor")
    old, new = find_version(keys["old"], editor, now), find_version(keys["new"], editor, now)
    row = request_comparison(old=old, new=new, actor=None)
    run_job(str(row.job_id))
    return {"pk": row.pk}


def requested(keys: dict[str, str]) -> dict[str, Any]:
    now, editor = timezone.now(), make_staff("editor")
    old, new = find_version(keys["old"], editor, now), find_version(keys["new"], editor, now)
    return {"pk": request_comparison(old=old, new=new, actor=None).pk}


def draft() -> dict[str, Any]:
    return {"pk": make_draft().pk}


SIGNED = dict.fromkeys(SIGNED_IN, 200) | {"anonymous": 302}
RESTRICTED = dict.fromkeys(SIGNED_IN, 404) | dict.fromkeys((*READERS, *DELEGATIONS), 200) | {"anonymous": 302}
WRITING = dict.fromkeys(SIGNED_IN, 404) | dict.fromkeys(WRITERS, 200) | {"anonymous": 302}

ROWS = [
    Row("documents:compare", None, "GET", MISSING, case="of nothing"),
    Row("documents:comparison-request", None, "POST", MISSING | {"anonymous": 302}, case="of nothing"),
    Row("documents:comparison-file", lambda: requested(two_issues()), "GET", SIGNED, case="public"),
    Row(
        "documents:comparison-file",
        lambda: requested(two_issues(symbol="IC/2010/6", audience="delegations")),
        "GET",
        RESTRICTED,
        case="restricted",
    ),
    Row("documents:comparison-file", lambda: requested(issue_and_draft()), "GET", WRITING, case="with a draft"),
    Row("documents:comparison-download", lambda: made(issue_and_draft()), "GET", WRITING, case="with a draft"),
    Row(
        "documents:comparison-download",
        lambda: requested(two_issues()),
        "GET",
        MISSING | {"anonymous": 302},
        case="not made",
    ),
    Row("documents:draft-save-point", draft, "POST", only(*EDITORS, status=302), {"label": "First"}),
    Row("documents:draft-save-point", draft, "POST", only(*EDITORS, status=400), {"label": ""}, case="without a name"),
]
