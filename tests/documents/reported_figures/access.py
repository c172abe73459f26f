"""Expected answers of the pages of reported figures, by role; part of the table of `documents`."""

from tests.access import EDITORS, Row, only
from tests.factories.reported import reported_visits


def known() -> dict[str, str]:
    return {"slug": reported_visits().slug}


def unknown() -> dict[str, str]:
    return {"slug": "nobody-knows"}


ROWS = [
    Row("documents:reported-list", None, "GET", only(*EDITORS)),
    Row("documents:reported-new", None, "GET", only(*EDITORS)),
    Row("documents:reported-new", None, "POST", only(*EDITORS), case="empty form"),
    Row("documents:reported", known, "GET", only(*EDITORS)),
    Row("documents:reported", unknown, "GET", only(*EDITORS, status=404), case="unknown"),
    Row("documents:reported-value", known, "GET", only(*EDITORS)),
    Row("documents:reported-value", known, "POST", only(*EDITORS), case="empty form"),
    Row("documents:reported-value", unknown, "GET", only(*EDITORS, status=404), case="unknown"),
]
