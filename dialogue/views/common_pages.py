from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogue.models import Dialogue
from dialogue.permissions import sees_drafts

Crumbs = list[tuple[str, str]]


def found_dialogue(request: HttpRequest, slug: str) -> Dialogue:
    """Return the dialogue or raise 404. Only staff find drafts."""
    rows = Dialogue.objects.visible_to(sees_drafts(getattr(request, "viewer", None)))
    return get_object_or_404(rows.select_related("workshop__year"), slug=slug)


def staff_dialogue(slug: str) -> Dialogue:
    return get_object_or_404(Dialogue.objects.select_related("workshop__year"), slug=slug)


def found_in(rows: Any, slug: str, **wanted: Any) -> Model:
    """Return a row of this dialogue or raise 404."""
    return get_object_or_404(rows, dialogue__slug=slug, **wanted)


def list_crumbs() -> Crumbs:
    return [(_("Virtual Dialogue"), reverse("dialogue:list"))]


def dialogue_crumbs(dialogue: Dialogue) -> Crumbs:
    return [*list_crumbs(), (dialogue.title, dialogue.get_absolute_url())]


def manage_crumbs(dialogue: Dialogue) -> Crumbs:
    return [*dialogue_crumbs(dialogue), (_("Manage"), reverse("dialogue:manage", args=[dialogue.slug]))]


def staff_tabs(dialogue: Dialogue) -> list[tuple[str, str]]:
    """Return the tabs of an editor's sub-pages."""
    pages = ((_("Overview"), "manage"), (_("Selected comments"), "comments"), (_("Summary"), "summary"))
    return [(label, reverse(f"dialogue:{name}", args=[dialogue.slug])) for label, name in pages]


__all__ = [
    "dialogue_crumbs",
    "found_dialogue",
    "found_in",
    "list_crumbs",
    "manage_crumbs",
    "staff_dialogue",
    "staff_tabs",
]
