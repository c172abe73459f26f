"""What lists and overviews of documents show: filters, rows, states, files with their sizes."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from documents.masthead import LANGUAGE_NAMES
from documents.models import Document, Issue, Rendition
from foundation.pages.languages import OWN_NAMES


@dataclass(frozen=True)
class State:
    """A code of foundation.pages.states, with a word of its own where that one would not say enough."""

    code: str
    label: Any = ""


@dataclass(frozen=True)
class DocumentRow:
    document: Document
    state: State
    languages: list[str]


@dataclass(frozen=True)
class IssueRow:
    """An issue with its files; a rendition may still be on its way."""

    issue: Issue
    language: str
    own_name: str
    files: list[Rendition]


_STATES: dict[str, Any] = {
    "draft": _("drafts"),
    "issued": _("issued, not released"),
    "released": _("released"),
    "restricted": _("restricted"),
    "withdrawn": _("withdrawn"),
}


def states(is_staff: bool) -> list[tuple[str, Any]]:
    """Only those who see more than what is released have states to choose among."""
    return list(_STATES.items()) if is_staff else []


def years(documents: QuerySet) -> list[int]:
    return [date.year for date in documents.dates("dated", "year", order="DESC")]


def filtered(documents: QuerySet, chosen: dict[str, str]) -> QuerySet:
    rows = documents.order_by("-dated", "symbol", "pk")
    if "kind" in chosen:
        rows = rows.filter(kind=chosen["kind"])
    if "body" in chosen:
        rows = rows.filter(body=chosen["body"])
    if "year" in chosen:
        rows = rows.filter(dated__year=int(chosen["year"]))
    state = chosen.get("state")
    if state == "draft":
        rows = rows.drafts()
    elif state == "issued":
        rows = rows.issued().filter(released_at=None)
    elif state == "released":
        rows = rows.exclude(released_at=None).in_force()
    elif state == "restricted":
        rows = rows.filter(distribution="restricted", derestricted_at=None)
    elif state == "withdrawn":
        rows = rows.exclude(withdrawn_at=None)
    return rows


def rows(documents: Iterable[Document], now: dt.datetime) -> list[DocumentRow]:
    """One query more for the languages, however many rows."""
    shown = list(documents)
    languages: dict[int, list[str]] = {}
    for pk, language in (
        Issue.objects.filter(document__in=shown).values_list("document_id", "language").distinct().order_by("language")
    ):
        languages.setdefault(pk, []).append(language)
    return [DocumentRow(document, state_of(document, now), languages.get(document.pk, [])) for document in shown]


def state_of(document: Document, now: dt.datetime) -> State:
    if document.is_withdrawn:
        return State("withdrawn")
    if document.is_draft:
        return State("draft")
    if not document.is_released(now):
        return State("issued", _("issued, not released"))
    if document.is_restricted(now):
        return State("closed", _("restricted"))
    return State("released")


def issues_with_files(document: Document) -> list[IssueRow]:
    """The languages in the order of the portal, with the files of each; two queries."""
    issues = {issue.language: issue for issue in document.issues.order_by("number").defer("content")}
    files: dict[str, list[Rendition]] = {}
    for rendition in document.renditions.filter(issue__isnull=False).select_related("file", "job").order_by("format"):
        if rendition.format != Rendition.Format.HTML:
            rendition.document = document
            files.setdefault(rendition.language, []).append(rendition)
    order = [language for language in LANGUAGE_NAMES if language in issues]
    return [
        IssueRow(
            issues[code], code, OWN_NAMES[code], sorted(files.get(code, []), key=lambda file: file.format != "pdf")
        )
        for code in order
    ]


def near(documents: QuerySet, asked: str) -> list[Document]:
    """Documents whose symbols look like what was asked for, else the latest."""
    symbols = list(documents.in_force().order_by("-dated").values_list("symbol", flat=True)[:2000])
    found = get_close_matches(asked.upper(), symbols, n=5, cutoff=0.6) or symbols[:3]
    return list(documents.filter(symbol__in=found).order_by("symbol"))
