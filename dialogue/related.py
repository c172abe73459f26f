"""Dialogues on the page of their workshop."""

from typing import Any

from django.template.loader import render_to_string

from dialogue.figures import provide
from dialogue.models import Dialogue
from dialogue.permissions import sees_drafts
from foundation.pages.registries import related


@related("workshops.workshop")
def on_workshop(workshop: Any, viewer: Any) -> str:
    """Return HTML that lists the workshop's dialogues this person may see, or an empty string."""
    rows = list(Dialogue.objects.visible_to(sees_drafts(viewer)).filter(workshop=workshop))
    if not rows:
        return ""
    figures = provide({row.slug: {"topics", "visits"} for row in rows})
    shown = [
        {"dialogue": row, "topics": figures[row.slug, "topics"], "visits": figures[row.slug, "visits"]} for row in rows
    ]
    return render_to_string("dialogue/_related_workshop.html", {"rows": shown})
