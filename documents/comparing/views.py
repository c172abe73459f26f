"""Compare two versions in one text: the page, its PDF, and saved points of a draft."""

import functools
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.assembly import NothingToShow
from documents.comparing.services import request_comparison, save_point
from documents.models import Comparison, Document
from documents.permissions import EDITORS
from documents.versions import Version, find_version, versions_of
from foundation.editing.submissions import sent_once
from foundation.pages.access import public
from foundation.refusals import Refused
from foundation.uploads.responses import file_response
from membership.permissions import role_required, signed_in_required
from texts.comparing.comparison import Compared, NotComparable, compare
from texts.material import hash_of


def _version(request: HttpRequest, key: str) -> Version | None:
    return find_version(key, getattr(request, "viewer", None), timezone.now())


def _both(request: HttpRequest, older: str, newer: str) -> tuple[Version, Version]:
    """Return both versions, or raise Http404 if this person may not read one of them."""
    old, new = _version(request, older), _version(request, newer)
    if old is None or new is None:
        raise Http404
    return old, new


@public
@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """Show the comparison of the versions `old` and `new`; if only one is given, offer a choice for the other."""
    keys = {name: request.GET.get(name, "") for name in ("old", "new")}
    found = {name: _version(request, key) for name, key in keys.items()}
    if any(keys[name] and found[name] is None for name in keys) or not any(found.values()):
        raise Http404
    known = found["new"] or found["old"]
    assert known is not None
    offered = versions_of(known.document, known.language, getattr(request, "viewer", None), timezone.now())
    # Old states are not offered, but one in the address stays selected.
    offered += [v for v in found.values() if v and v.key not in {other.key for other in offered}]
    context: dict[str, Any] = {
        "document": known.document,
        "language": known.language,
        "versions": offered,
        "old": found["old"],
        "new": found["new"],
        "asked": urlencode(keys),
    }
    old, new = found["old"], found["new"]
    if old is None or new is None:
        return render(request, "documents/comparing/choose.html", context)
    if old.key == new.key:
        return _refused(request, context, _("These are the same version. Choose another one to compare it with."))
    try:
        context["compared"] = _compare_cached(old, new)
    except NotComparable as refused:
        return _refused(request, context, str(refused))
    except NothingToShow:
        return _refused(
            request,
            context,
            _("One of the two versions has no text in that language. Choose another version or language."),
        )
    return render(request, "documents/comparing/comparison.html", context)


def _refused(request: HttpRequest, context: dict[str, Any], reason: str) -> HttpResponse:
    return render(request, "documents/comparing/choose.html", {**context, "reason": reason}, status=400)


def _compare_cached(old: Version, new: Version) -> Compared:
    """Return the comparison, cached: readers arrive in groups and go back and forth between pages."""
    return _cached_comparison(_Pair(old.material(), new.material()))


class _Pair:
    """Cache key: two materials, equal to any others with the same hashes, and the language of the page."""

    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.old, self.new = old, new
        self.key = (hash_of(old), hash_of(new), translation.get_language())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and self.key == other.key


@functools.lru_cache(maxsize=16)
def _cached_comparison(pair: _Pair) -> Compared:
    return compare(pair.old, pair.new)


# --- As a file --------------------------------------------------------------------------------------------------------
@signed_in_required
@require_POST
def comparison_request(request: HttpRequest) -> HttpResponse:
    """Request the PDF of the comparison."""
    old, new = _both(request, request.POST.get("old", ""), request.POST.get("new", ""))
    if old.language != new.language or old.key == new.key:
        raise Http404
    try:
        row = request_comparison(old=old, new=new, actor=request.viewer)
    except NothingToShow as nothing:
        raise Http404 from nothing
    if request.htmx:
        return render(request, "documents/comparing/_file.html", {"row": row})
    return redirect("documents:comparison-file", pk=row.pk)


def _row(request: HttpRequest, pk: int) -> Comparison:
    """Return the comparison if this person may now read both versions, or raise Http404."""
    row = get_object_or_404(Comparison.objects.select_related("job", "file"), pk=pk)
    _both(request, row.older, row.newer)
    return row


@signed_in_required
@require_safe
def comparison_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the progress of the PDF: a page, or only the fragment for htmx."""
    row = _row(request, pk)
    template = "documents/comparing/_file.html" if request.htmx else "documents/comparing/file.html"
    back = f"{reverse('documents:compare')}?{urlencode({'old': row.older, 'new': row.newer})}"
    return render(request, template, {"row": row, "back": back})


@signed_in_required
@require_safe
def comparison_download(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the PDF."""
    row = _row(request, pk)
    if row.file is None:
        raise Http404
    return file_response(row.file, name=f"{row.name.replace('/', '-')}.pdf", inline=True)


# --- States of a draft ------------------------------------------------------------------------------------------------
@role_required(*EDITORS)
@require_POST
@sent_once
def draft_save_point(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the present state of a draft under a name."""
    documents = Document.objects.visible_to(request.viewer, timezone.now()).in_force()
    document = get_object_or_404(documents, pk=pk)
    try:
        save_point(document=document, label=request.POST.get("label", ""), actor=request.viewer)
    except Refused as refused:
        return HttpResponse(str(refused), status=400, content_type="text/plain; charset=utf-8")
    return redirect(document)
