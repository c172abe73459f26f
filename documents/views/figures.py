"""The list of figures of a draft or an issue, as a page and as a CSV or Excel file."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.assembly import NothingToShow, assemble
from documents.figure_lists import exhibit_rows, figure_rows
from documents.models import Document
from documents.permissions import EDITORS
from documents.views.public import document_revision, issue_of
from foundation.pages.access import public
from foundation.tables.exports import table_response
from membership.permissions import role_required
from texts.material import Material

KINDS = ("csv", "xlsx")


@public(revision=document_revision)
@require_safe
def figures(request: HttpRequest, symbol: str, language: str) -> HttpResponse:
    issue = issue_of(request, symbol, language)
    if isinstance(issue, HttpResponse):
        return issue
    place = {"symbol": symbol, "language": language}
    as_of = dt.datetime.fromisoformat(issue.content["frozen_at"])
    return _page(request, issue.document, issue.content, as_of, "documents:figures", place)


@public
@require_safe
def figures_file(request: HttpRequest, symbol: str, language: str, kind: str) -> HttpResponse:
    issue = issue_of(request, symbol, language)
    if isinstance(issue, HttpResponse):
        return issue
    as_of = dt.datetime.fromisoformat(issue.content["frozen_at"])
    return _table(request, issue.document, issue.content, as_of, kind)


def _draft(request: HttpRequest, pk: int, language: str) -> tuple[Document, Material]:
    drafts = Document.objects.visible_to(request.viewer, timezone.now()).drafts()
    document = get_object_or_404(drafts, pk=pk)
    try:
        return document, assemble(document, language)
    except NothingToShow as nothing:
        raise Http404 from nothing


@role_required(*EDITORS)
@require_safe
def draft_figures(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    document, material = _draft(request, pk, language)
    place = {"pk": pk, "language": language}
    return _page(request, document, material, timezone.now(), "documents:draft-figures", place)


@role_required(*EDITORS)
@require_safe
def draft_figures_file(request: HttpRequest, pk: int, language: str, kind: str) -> HttpResponse:
    document, material = _draft(request, pk, language)
    return _table(request, document, material, timezone.now(), kind)


def _page(
    request: HttpRequest,
    document: Document,
    material: Material,
    as_of: dt.datetime,
    name: str,
    place: dict[str, Any],
) -> HttpResponse:
    rows = figure_rows(material)
    context = {
        "document": document,
        "language": material["language"],
        "rows": rows,
        "exhibits": exhibit_rows(material),
        "as_of": as_of,
        "csv_url": reverse(f"{name}-file", kwargs={**place, "kind": "csv"}),
        "xlsx_url": reverse(f"{name}-file", kwargs={**place, "kind": "xlsx"}),
    }
    return render(request, "documents/figures.html", context)


def _table(request: HttpRequest, document: Document, material: Material, as_of: dt.datetime, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    header = [
        _("Shown as"), _("Figure"), _("Key"), _("n"), _("of"), _("Source"), _("Web address of the source"),
        _("Paragraphs"), _("Citations"), _("As of (UTC)"),
    ]  # fmt: skip
    moment = as_of.astimezone(dt.UTC).isoformat(timespec="minutes")
    rows = [
        [r.reads, r.label, r.key, r.n, r.total, r.source, r.source_url, r.where, r.times, moment]
        for r in figure_rows(material)
    ]
    rows += [[e.title, _("exhibit"), e.key, None, None, e.source, "", "", None, moment] for e in exhibit_rows(material)]
    name = f"{(document.symbol or f'draft {document.pk}').replace('/', '-')} {_('figures')} {material['language']}"
    return table_response(kind=kind, name=name, header=header, rows=rows, viewer=getattr(request, "viewer", None))
