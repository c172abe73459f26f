"""Record who has a text open, and in which block. Each window reports every few seconds, and each poll reads it."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, QuerySet
from django.db.models.functions import JSONObject, Now

from documents.models import Text
from documents.models.presence import PRESENT_FOR, EditorPresence

_LIMIT = ExpressionWrapper(Now() - PRESENT_FOR, output_field=DateTimeField())


def record_presence(*, text: Text, person: Any, client: str, block: str) -> None:
    """Record that this window has the text open, with its cursor in `block`."""
    EditorPresence.objects.bulk_create(
        [EditorPresence(text=text, person=person, client=client, block=block, seen_at=Now())],
        update_conflicts=True,
        unique_fields=["text", "client"],
        update_fields=["person", "block", "seen_at"],
    )


def remove_presence(*, text: Text, person: Any, client: str) -> None:
    """Remove a window from the text, and all windows that stopped reporting."""
    EditorPresence.objects.filter(text=text, person=person, client=client).delete()
    EditorPresence.objects.filter(text=text, seen_at__lt=_LIMIT).delete()


def with_people(texts: QuerySet) -> QuerySet:
    """Return the texts annotated, in the same query, with `people`: who has each of them open.

    An entry is {"client", "person", "first", "last", "email", "block"}.
    """
    present = EditorPresence.objects.filter(text=OuterRef("pk"), seen_at__gte=_LIMIT).order_by("person_id", "client")
    entry = JSONObject(
        client=F("client"),
        person=F("person_id"),
        first=F("person__first_name"),
        last=F("person__last_name"),
        email=F("person__email"),
        block=F("block"),
    )
    return texts.annotate(people=ArraySubquery(present.values(entry=entry)))


def presence_entries(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the people for the browser: one entry for each window, with a name to show."""
    return [
        {
            "client": entry["client"],
            "person": entry["person"],
            "name": " ".join(part for part in (entry["first"], entry["last"]) if part) or entry["email"],
            "block": entry["block"],
        }
        for entry in people
    ]
