"""Accept each form that creates something only once, so that a double click creates one thing.

Every form carries a token, which `{% csrf_token %}` renders beside Django's. A view that creates something is marked
`@sent_once`, below its access decorator. It refuses forms without a token, and writes a `Submission` in the transaction
that creates. A duplicate request waits for that transaction at the unique constraint and is then redirected to the same
result. A form that was refused (a validation error or a clash) leaves no row, so it can be corrected and sent again.
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
from django.utils import timezone
from django.utils.crypto import salted_hmac

from foundation.editing.models import Submission
from foundation.jobs.registry import follows_deadlines

View = Callable[..., HttpResponse]

FIELD = "submission"
# How long a page may be open before its form is sent. Accepted forms are remembered a day longer.
ACCEPTED_FOR = dt.timedelta(days=7)
REMEMBERED_FOR = ACCEPTED_FOR + dt.timedelta(days=1)
# Fields that are not content.
_NOT_CONTENT = frozenset({FIELD, "csrfmiddlewaretoken"})
_signer = TimestampSigner(salt="foundation.editing.submissions")


def new_token(person_id: int | None) -> str:
    """Return a token for one form on one page of this person (None if nobody is signed in)."""
    return _signer.sign(f"{person_id or 0}-{secrets.token_urlsafe(12)}")


def person_of(token: str) -> int | None:
    """Return the id of the person whose page had the token (0 for nobody), or None if it is invalid or too old."""
    try:
        whose, _dash, _random = _signer.unsign(token, max_age=ACCEPTED_FOR).partition("-")
    except BadSignature:
        return None
    return int(whose) if whose.isdecimal() else None


def sent_once(view: View | None = None, *, unless: str = "", again_after: dt.timedelta | None = None) -> Any:
    """Decorate a view whose POST creates something, so that it runs once for each form, in one transaction.

    The view reports success by redirecting, or by setting `request.created` to the address of the result. A POST with
    the button `unless` is passed on unchanged, because it must not be handled inside a transaction. `again_after` is
    for forms that only ask for an email, which people send again with "Back" if no email arrives: the same content is
    accepted again after that time, and other content at once.
    """
    if view is None:
        return functools.partial(sent_once, unless=unless, again_after=again_after)

    @functools.wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or (unless and unless in request.POST):
            return view(request, *args, **kwargs)
        token, viewer = request.POST.get(FIELD, ""), getattr(request, "viewer", None)
        if person_of(token) != (viewer.pk if viewer else 0):
            return expired(request)
        content = _content_of(request)
        with transaction.atomic():
            # A duplicate request waits here until the first one has committed or rolled back.
            key = _hashed(token, request.get_full_path(), *([content] if again_after else []))
            submission, is_first = Submission.objects.select_for_update().get_or_create(
                key=key, defaults={"content": content}
            )
            now = timezone.now()
            if not is_first and (again_after is None or now < submission.created_at + again_after):
                return _sent_before(request, submission, content)
            response = view(request, *args, **kwargs)
            url = _address_of_result(request, response)
            if url:
                Submission.objects.filter(pk=submission.pk).update(result_url=url, created_at=now)
            else:
                submission.delete()
        return response

    once.sent_once = True
    return once


def expired(request: HttpRequest) -> HttpResponse:
    """Show a page that says that the form has expired, with what was typed."""
    return render(request, "errors/expired.html", {"typed": request.POST}, status=409)


def _sent_before(request: HttpRequest, submission: Submission, content: str) -> HttpResponse:
    """Redirect to the result of the earlier form, or ask what to do if the content differs now."""
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
    """Delete forms whose token is no longer accepted."""
    Submission.objects.filter(created_at__lt=now - REMEMBERED_FOR).delete()
