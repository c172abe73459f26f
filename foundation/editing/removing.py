"""The page that asks before something is deleted, and asks again if it has changed since the page was opened.

The form carries the version of the row and its content as it was shown. If somebody changed the row in the meantime,
nothing is deleted: the page is shown again with each changed field, before and now, and asks once more.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from foundation.editing.history import last_actor
from foundation.editing.locking import Clash
from foundation.editing.merging import OPENED
from foundation.editing.pages import Crumbs, confirm_page, posted_version
from foundation.refusals import Refused
from foundation.text import LANGUAGES, Language

# Columns that change without anybody changing what the row says.
_NOT_CONTENT = frozenset({"edit_version", "position"})


class Change(NamedTuple):
    """A field that somebody changed since the page was opened, with its text before and now."""

    label: str
    before: str
    now: str


def removal_page(
    request: HttpRequest,
    row: Any,
    remove: Callable[[int], object],
    *,
    consequences: Sequence[str],
    action_label: str,
    crumbs: Crumbs,
    back_url: str,
    heading: Callable[[Any], str] = str,
    version_of: Callable[[Any], int] | None = None,
    content_of: Callable[[Any], dict[str, str]] | None = None,
    done: str = "",
) -> HttpResponse:
    """Ask for confirmation and, on POST, call `remove(version)` with the version that was shown.

    `remove` raises Clash if the row has changed since, or Refused with the reason why it cannot be deleted.
    `version_of` and `content_of` are for rows without the column `edit_version`. `done` is said once it is deleted.
    """
    version_of, content_of = version_of or (lambda held: held.edit_version), content_of or content
    problem, changes = "", []
    if request.method == "POST":
        try:
            remove(posted_version(request))
        except Clash as clash:
            if clash.current is None:
                messages.info(request, _("This has already been removed."))
                return redirect(back_url)
            row = clash.current
            problem = _clash_sentence(row)
            changes = _changes(row, request.POST.get(OPENED, ""), content_of(row))
        except Refused as refusal:
            problem = str(refusal)
        else:
            if done:
                messages.success(request, done)
            return redirect(back_url)
    return confirm_page(
        request,
        heading=heading(row),
        consequences=consequences,
        action_label=action_label,
        crumbs=crumbs,
        cancel_url=back_url,
        version=version_of(row),
        opened=json.dumps(content_of(row), ensure_ascii=False),
        problem=problem,
        changes=changes,
    )


def content(row: Model) -> dict[str, str]:
    """Return what the row says, by column, as text; links to other rows are shown by their names."""
    names = {field.name for field in row._meta.concrete_fields}
    held = {}
    for field in row._meta.concrete_fields:
        is_translated = f"{field.name}_{Language.ENGLISH}" in names
        if not field.editable or field.primary_key or is_translated or field.name in _NOT_CONTENT:
            continue
        shown = getattr(row, f"get_{field.name}_display", None)
        value = shown() if shown else getattr(row, field.name)
        held[field.name] = _text(value)
    return held


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)


def _changes(row: Any, opened: str, now: dict[str, str]) -> list[Change]:
    try:
        before = json.loads(opened)
    except (ValueError, RecursionError):
        return []
    if not isinstance(before, dict):
        return []
    pairs = ((name, str(before.get(name, "")), text) for name, text in now.items())
    return [Change(_label(row, name), was, text) for name, was, text in pairs if was != text]


def _label(row: Any, name: str) -> str:
    """Return the name of a column as forms show it, for example `Title in French`."""
    stem, _dash, code = name.rpartition("_")
    columns = {field.name: field for field in row._meta.concrete_fields}
    if stem in columns and code in LANGUAGES:
        field = capfirst(str(columns[stem].verbose_name))
        return _("%(field)s in %(language)s") % {"field": field, "language": Language(code).label}
    return capfirst(str(columns[name].verbose_name)) if name in columns else capfirst(name)


def _clash_sentence(row: Any) -> str:
    who = last_actor(row)
    if who:
        words = _("%(name)s changed this while your page was open. Nothing was removed. Check it before you continue.")
        return words % {"name": who}
    return _("Someone else changed this while your page was open. Nothing was removed. Check it before you continue.")
