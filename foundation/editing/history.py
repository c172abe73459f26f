"""Record who changed a row: history events carry the actor of the service that caused them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model


@contextmanager
def recorded(actor: Any) -> Iterator[None]:
    """Run the block in one transaction whose history events name `actor`.

    `actor` is None for loaders and for changes that follow from deadlines.
    """
    with transaction.atomic(), pghistory.context(actor=getattr(actor, "pk", None)):
        yield


def last_actor(row: Model | None) -> Any:
    """Return the person who last changed the row according to its history, or None."""
    if row is None:
        return None
    events = next((model for model in pghistory.models.Event.__subclasses__() if _tracks(model, row)), None)
    event = events and events.objects.filter(pgh_obj_id=row.pk).select_related("pgh_context").order_by("pgh_id").last()
    actor = event.pgh_context.metadata.get("actor") if event and event.pgh_context else None
    return get_user_model().objects.filter(pk=actor).first() if actor else None


def _tracks(model: type[Model], row: Model) -> bool:
    return getattr(model, "pgh_tracked_model", None) is type(row)
