"""The Organization's logo and the stylesheet with its colour, which every page links to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.pages import organization
from foundation.pages.access import public
from foundation.uploads.responses import file_response

# Addresses change with the content, so browsers need not ask again.
FOR_EVER = "public, max-age=31536000, immutable"


@public
@require_safe
def stylesheet(request: HttpRequest, number: int) -> HttpResponse:
    """Return the colour of the Organization as custom properties. `number` is the version of its row."""
    row = organization.current()
    if not row.colour or number != row.edit_version:
        raise Http404
    context = {"shades": row.accent}
    response = render(request, "idm_portal/setup/colour.css", context, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = FOR_EVER
    return response


@public
@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the logo; `digest` is its hash. As all uploads it is an attachment, which an image on a page may be."""
    row = organization.current()
    if row.logo is None or digest != row.logo.sha256:
        raise Http404
    response = file_response(row.logo, name=f"logo.{row.logo.media_type.rpartition('/')[2]}")
    response["Cache-Control"] = FOR_EVER
    return response
