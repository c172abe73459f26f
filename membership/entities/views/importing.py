"""A list of States and organizations from a file: choose it, look at each line, import."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.editing.submissions import sent_once
from foundation.tables.pages import ImportPages, cancel_import, import_page, refused_table, upload_page
from foundation.uploads.bodies import takes_files
from membership.entities.forms import RegisterImportForm
from membership.entities.imports import RegisterImport
from membership.permissions import role_required

# Administrators too, because they load the register when they set up the portal.
keepers = role_required("protocol", "administrator")
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _pages() -> ImportPages:
    def address(page: str, upload: Any) -> str:
        return reverse(f"membership:register_import_{page}", args=[upload.pk])

    return ImportPages(
        source=RegisterImport("", {}),
        title=_("Import entries"),
        crumbs=[(_("Register of States and organizations"), reverse("membership:register"))],
        start_url=reverse("membership:register_import"),
        done_url=reverse("membership:register"),
        address=address,
    )


@keepers
@read_or_send
@sent_once
@takes_files
def upload(request: HttpRequest) -> HttpResponse:
    return upload_page(request, _pages(), RegisterImportForm(request.POST or None, request.FILES or None))


@keepers
@read_or_send
@sent_once
def preview(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    return import_page(request, _pages(), upload_id)


@keepers
@require_safe
def refused(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    return refused_table(request, _pages(), upload_id)


@keepers
@require_POST
def cancel(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    return cancel_import(request, _pages(), upload_id)
