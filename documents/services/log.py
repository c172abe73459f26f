"""The log of acts."""

import datetime as dt
from typing import Any

from documents.models import Act, Document


def record(document: Document, kind: str, actor: Any, at: dt.datetime, note: str = "") -> Act:
    """Add an act to the log of the document."""
    return Act.objects.create(document=document, kind=kind, person=actor, at=at, note=note)
