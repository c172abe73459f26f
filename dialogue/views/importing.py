"""Contributions from a file: choose it, look at each line, import."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dialogue.forms import ImportForm
from dialogue.imports import ContributionImport
from dialogue.models import Dialogue
from dialogue.views.common_pages import manage_crumbs, staff_dialogue
from foundation.editing.submissions import sent_once
from foundation.tables.pages import ImportPages, cancel_import, import_page, refused_table, upload_page
from foundation.uploads.bodies import takes_files
from membership.permissions import role_required

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
editors = role_required("editor")


def _pages(dialogue: Dialogue) -> ImportPages:
    def address(page: str, upload: Any) -> str:
        return reverse(f"dialogue:import_{page}", args=[dialogue.slug, upload.pk])

    return ImportPages(
        source=ContributionImport(str(dialogue.pk), {}),
        title=_("Import contributions"),
        crumbs=manage_crumbs(dialogue),
        start_url=reverse("dialogue:import", args=[dialogue.slug]),
        done_url=reverse("dialogue:manage", args=[dialogue.slug]),
        address=address,
    )


@editors
@GET_OR_POST
@sent_once
@takes_files
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    return upload_page(request, _pages(staff_dialogue(slug)), form)


@editors
@GET_OR_POST
@sent_once
def preview(request: HttpRequest, slug: str, upload_id: UUID) -> HttpResponse:
    return import_page(request, _pages(staff_dialogue(slug)), upload_id)


@editors
@require_safe
def refused(request: HttpRequest, slug: str, upload_id: UUID) -> HttpResponse:
    return refused_table(request, _pages(staff_dialogue(slug)), upload_id)


@editors
@require_POST
def cancel(request: HttpRequest, slug: str, upload_id: UUID) -> HttpResponse:
    return cancel_import(request, _pages(staff_dialogue(slug)), upload_id)
