"""Rows and filters for the list and the overview pages of documents."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from documents.models import Clearance, Document, Issue, Rendition
from foundation.pages.languages import OWN_NAMES
from foundation.text import LANGUAGES


@dataclass(frozen=True)
class State:
    """A state for display: a code from foundation.pages.states and, if needed, a more specific label."""

    code: str
    label: Any = ""


@dataclass(frozen=True)
class DocumentRow:
    document: Document
    state: State
    languages: list[str]


@dataclass(frozen=True)
class IssueRow:
    """The last issue in a language with its files, which may still be in progress, and the earlier issues."""

    issue: Issue
    language: str
    own_name: str
    files: list[Rendition]
    url: str
    earlier: list[tuple[Issue, list[Rendition]]]


_STATES: dict[str, Any] = {
    "draft": _("drafts"),
    "in-review": _("drafts in review"),
    "issued": _("issued, not released"),
    "released": _("released"),
    "restricted": _("restricted"),
    "withdrawn": _("withdrawn"),
}


def states(edits: bool) -> list[tuple[str, Any]]:
    """Return the choices of the state filter; only editors get any, because others see released documents only."""
    return list(_STATES.items()) if edits else []


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
    elif state == "in-review":
        rows = rows.drafts().filter(Q(review_opened_at__isnull=False) | Q(clearances__isnull=False)).distinct()
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
    """Return a row for each document, in two more queries."""
    shown = list(documents)
    languages: dict[int, list[str]] = {}
    for pk, language in (
        Issue.objects.filter(document__in=shown).values_list("document_id", "language").distinct().order_by("language")
    ):
        languages.setdefault(pk, []).append(language)
    drafts = [document.pk for document in shown if document.is_draft]
    in_clearance = set(Clearance.objects.filter(document__in=drafts).values_list("document_id", flat=True))
    return [
        DocumentRow(document, state_of(document, now, document.pk in in_clearance), languages.get(document.pk, []))
        for document in shown
    ]


def state_of(document: Document, now: dt.datetime, in_clearance: bool = False) -> State:
    if document.is_withdrawn:
        return State("withdrawn")
    if document.is_draft and (in_clearance or document.review_opened_at):
        return State("waiting", _("in review"))
    if document.is_draft:
        return State("draft")
    if not document.is_released(now):
        return State("issued", _("issued, not released"))
    if document.is_unsymboled:
        is_over = document.expires_at is not None and document.expires_at <= now
        return State("closed", _("expired")) if is_over else State("info", _("for named readers"))
    if document.is_restricted(now):
        return State("closed", _("restricted"))
    return State("released")


def issues_with_files(document: Document) -> list[IssueRow]:
    """Return the last issue of each language, in the portal's order of languages, in two queries."""
    issues: dict[str, list[Issue]] = {}
    for issue in document.issues.order_by("-number").defer("content"):
        issues.setdefault(issue.language, []).append(issue)
    files: dict[int, list[Rendition]] = {}
    for rendition in document.renditions.filter(issue__isnull=False).select_related("file", "job").order_by("format"):
        if rendition.format != Rendition.Format.HTML:
            rendition.document = document
            files.setdefault(rendition.issue_id, []).append(rendition)
    rows = []
    for code in (language for language in LANGUAGES if language in issues):
        last, *earlier = issues[code]
        rows.append(
            IssueRow(
                last,
                code,
                OWN_NAMES[code],
                sorted(files.get(last.pk, []), key=lambda file: file.format != "pdf"),
                document.page_url(code),
                [(issue, [file for file in files.get(issue.pk, []) if file.is_ready]) for issue in earlier],
            )
        )
    return rows


def similar_documents(documents: QuerySet, asked: str) -> tuple[list[Document], bool]:
    """Return documents with a symbol similar to `asked` and True, or the three latest and False if there are none."""
    symbols = list(documents.in_force().exclude(symbol=None).order_by("-dated").values_list("symbol", flat=True)[:2000])
    similar = get_close_matches(asked.upper(), symbols, n=5, cutoff=0.6)
    return list(documents.filter(symbol__in=similar or symbols[:3]).order_by("symbol")), bool(similar)


def untranslated_languages(document: Document) -> list[tuple[str, str]]:
    """Return (code, own name) of the languages into which the document can still be translated."""
    issued = set(document.issues.values_list("language", flat=True))
    if document.concerns_language or document.is_withdrawn:
        return []
    others = (code for code in LANGUAGES if code != document.original_language and code not in issued)
    return [(code, OWN_NAMES[code]) for code in others]
