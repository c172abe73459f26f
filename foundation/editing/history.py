"""Who did what staff and delegates change: the history's events carry the actor of the service that wrote them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
from django.db import transaction


@contextmanager
def recorded(actor: Any) -> Iterator[None]:
    """One transaction whose events say who acted (nobody: a loader or what follows from a deadline)."""
    with transaction.atomic(), pghistory.context(actor=getattr(actor, "pk", None)):
        yield
