"""Two pages for editors in all apps: the form of a row, and the confirmation of an action."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.editing.history import last_actor
from foundation.editing.locking import Clash
from foundation.editing.merging import save_merged
from foundation.editing.views import clash_response
from foundation.refusals import Refused

Crumbs = Sequence[tuple[str, str]]


def saved_form(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[[], object],
    *,
    title: str,
    crumbs: Crumbs,
    done_url: str,
    remove_url: str = "",
    lead: str = "",
    action_label: str = "",
    by: Callable[[Clash], object] | None = None,
    consequences: Callable[[], Sequence[str]] | None = None,
) -> HttpResponse:
    """Show the form; on POST, save it and redirect to `done_url`, or show its errors or the page of a clash.

    With `consequences`, a valid form is first shown again with what saving it will change, and is saved when it is sent
    with these same sentences. If they have become others in the meantime, the new ones are shown.

    `by` returns the person who saved in the meantime, if the app knows; the default is the history.
    """
    said = _consequences(request, form, consequences)
    if request.method == "POST" and form.is_valid() and not said:
        try:
            row = save_merged(form, save)
        except Clash as clash:
            who = by(clash) if by else last_actor(clash.current)
            return clash_response(request, clash, form=form, cancel_url=done_url, title=title, by=who)
        except Refused as refusal:
            refusal.add_to(form)
        else:
            if row is not None:
                say_merged(request, row)
            return redirect(done_url)
    context = {
        "form": form,
        "title": title,
        "crumbs": crumbs,
        "done_url": done_url,
        "remove_url": remove_url,
        "lead": lead,
        "action_label": action_label,
        "consequences": said,
        "agreed": mark_of(said),
    }
    template = "editing/form.html#form" if getattr(request, "htmx", False) else "editing/form.html"
    return render(request, template, context)


def _consequences(
    request: HttpRequest, form: BaseForm, consequences: Callable[[], Sequence[str]] | None
) -> Sequence[str]:
    """Return the sentences that the sender of a valid form has not seen yet."""
    if consequences is None or request.method != "POST" or not form.is_valid():
        return ()
    try:
        said = [str(sentence) for sentence in consequences()]
    except Refused as refusal:
        refusal.add_to(form)
        return ()
    return () if not said or request.POST.get("agreed") == mark_of(said) else said


def mark_of(said: Sequence[str]) -> str:
    """Return what a form sends to show that its sender has seen these consequences."""
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] if said else ""


def say_merged(request: HttpRequest, row: Model) -> None:
    """Tell the second of two editors that both changes were saved, and who made the other one if known."""
    who = last_actor(row)
    words = _("Your changes were saved together with changes that someone else made in the meantime.")
    if who:
        words = _("Your changes were saved together with changes by %(name)s.") % {"name": who}
    messages.success(request, words, fail_silently=True)


def confirm_page(
    request: HttpRequest,
    *,
    heading: str,
    consequences: Sequence[str],
    action_label: str,
    crumbs: Crumbs,
    cancel_url: str,
    version: int = 0,
    opened: str = "",
    affected: str = "",
    problem: str = "",
    changes: Sequence[Any] = (),
) -> HttpResponse:
    """Show what an action will do and whom it affects. The form carries the version of the row that was shown."""
    context = {
        "heading": heading,
        "consequences": consequences,
        "action_label": action_label,
        "crumbs": crumbs,
        "cancel_url": cancel_url,
        "version": version,
        "opened": opened,
        "affected": affected,
        "problem": problem,
        "changes": changes,
    }
    return render(request, "editing/confirm.html", context, status=409 if problem else 200)


def posted_version(request: HttpRequest) -> int:
    """Return the version that a form was made from, or 0 (which no row has) if it is not a number."""
    value = request.POST.get("edit_version", "")
    return int(value) if value.isdecimal() else 0
