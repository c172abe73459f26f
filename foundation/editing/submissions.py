"""A form that creates something is taken once: a double click or a second process creates nothing more.

Every form carries a token (`{% csrf_token %}` renders it beside Django's own). A view that creates is marked
`@sent_once`, below its access decorator: it refuses a form without a token, and writes a `Submission` in the
transaction that creates. The sender of a copy waits for that transaction at the unique constraint and is then led to
the same place. A form that was refused (a validation error, a clash) leaves no row, so it can be corrected and sent
again.
"""

import datetime as dt
import functools
import hashlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac

from foundation.editing.models import Submission
from foundation.jobs.registry import follows_deadlines

View = Callable[..., HttpResponse]

FIELD = "submission"
# A page may be open this long before its form is sent; what was taken is remembered a day longer.
ACCEPTED_FOR = dt.timedelta(days=7)
REMEMBERED_FOR = ACCEPTED_FOR + dt.timedelta(days=1)
# What a form carries beside its content.
_NOT_CONTENT = frozenset({FIELD, "csrfmiddlewaretoken"})
_signer = TimestampSigner(salt="foundation.editing.submissions")


def new_token(person_id: int | None) -> str:
    """Return a token for one form on one page of this person (None: nobody is signed in)."""
    return _signer.sign(f"{person_id or 0}-{secrets.token_urlsafe(12)}")


def person_of(token: str) -> int | None:
    """Return the id of the person whose page carried the token, 0 for nobody, None for a wrong or an old token."""
    try:
        whose, _dash, _random = _signer.unsign(token, max_age=ACCEPTED_FOR).partition("-")
    except BadSignature:
        return None
    return int(whose) if whose.isdecimal() else None


def sent_once(view: View | None = None, *, unless: str = "") -> Any:
    """Mark a view whose POST creates something: it is then run once for each form, in one transaction.

    The view tells that it created by a redirect, or by setting `request.created` to the address that shows the result.
    `unless` names a button of the page that must not be pressed inside a transaction.
    """
    if view is None:
        return functools.partial(sent_once, unless=unless)

    @functools.wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or (unless and unless in request.POST):
            return view(request, *args, **kwargs)
        token, viewer = request.POST.get(FIELD, ""), getattr(request, "viewer", None)
        if person_of(token) != (viewer.pk if viewer else 0):
            return expired(request)
        content = _content_of(request)
        with transaction.atomic():
            # The second sender waits here until the first has committed or given up.
            submission, is_first = Submission.objects.get_or_create(
                key=_hashed(token, request.get_full_path()), defaults={"content": content}
            )
            if not is_first:
                return _sent_before(request, submission, content)
            response = view(request, *args, **kwargs)
            url = _address_of_result(request, response)
            if url:
                Submission.objects.filter(pk=submission.pk).update(result_url=url)
            else:
                submission.delete()
        return response

    once.sent_once = True
    return once


def expired(request: HttpRequest) -> HttpResponse:
    """Say that the page is too old to be sent, and show what was typed."""
    return render(request, "errors/expired.html", {"typed": request.POST}, status=409)


def _sent_before(request: HttpRequest, submission: Submission, content: str) -> HttpResponse:
    """To the result of the same form; a form whose content was changed afterwards is not dropped but asked about."""
    if submission.content == content:
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": submission.result_url})
        return redirect(submission.result_url)
    context = {
        "result_url": submission.result_url,
        "typed": request.POST,
        "pairs": [pair for pair in _pairs(request) if pair[0] not in _NOT_CONTENT],
        "has_files": bool(request.FILES),
    }
    return render(request, "editing/sent_before.html", context, status=409)


def _address_of_result(request: HttpRequest, response: HttpResponse) -> str:
    created = getattr(request, "created", "")
    if created:
        return str(created)
    if response.status_code in {302, 303}:
        return response["Location"]
    return response.get("HX-Redirect", "")


def _pairs(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        for value in values:
            yield name, value


def _content_of(request: HttpRequest) -> str:
    parts = [f"{name}={value}" for name, value in _pairs(request) if name not in _NOT_CONTENT]
    for name, files in request.FILES.lists():
        for file in files:
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
            parts.append(f"{name}={file.name}:{digest.hexdigest()}")
    return _hashed(*sorted(parts))


def _hashed(*parts: str) -> str:
    return salted_hmac("foundation.editing.submissions", "\0".join(parts), algorithm="sha256").hexdigest()


@follows_deadlines("submissions")
def sweep_submissions(now: dt.datetime) -> None:
    """Forget forms whose token is no longer accepted."""
    Submission.objects.filter(created_at__lt=now - REMEMBERED_FOR).delete()
