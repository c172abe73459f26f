"""Confirm prose taken from another app after its source has changed."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from prosemirror.model import Node
from prosemirror.transform import AttrStep

from documents.editing.authority import accept_steps
from documents.models import Act, Document, Text
from documents.permissions import EDITORS, require_role
from documents.services.log import record
from foundation.refusals import Refused
from foundation.time.clock import database_now
from texts import registry
from texts.prose import prose_hash, prose_of
from texts.schema import parse

CLIENT = "confirmation"


@transaction.atomic
def confirm_source(*, document: Document, language: str, key: str, seen: str, actor: Any) -> int:
    """Mark paragraphs taken from `key` as checked against the present source; their words do not change.

    `seen` is the hash of the source that the actor was shown. Returns the number of paragraphs. The marks are set by
    steps, so that open editors follow. Raises `Refused` if the source has changed again or there is nothing to confirm.
    """
    require_role(actor, *EDITORS)
    figure = registry.resolve([key]).get(key)
    present = prose_hash(prose_of(figure, language)) if figure else ""
    if not figure or seen != present:
        raise Refused(_("The source has changed again. Check it before you confirm."))
    confirmed = 0
    texts = Text.objects.select_for_update().filter(part__document=document, language=language)
    for text in texts.order_by("pk"):
        steps = _steps(text, key, present)
        if steps:
            accept_steps(text_id=text.pk, version=text.step_number, client=CLIENT, steps=steps, person=actor)
            confirmed += len(steps)
    if not confirmed:
        raise Refused(_("There is no unconfirmed text from that source in this language. Reload the page."))
    record(document, Act.Kind.SOURCE_CONFIRMED, actor, database_now(), f"{language}: {figure.label}")
    return confirmed


def _steps(text: Text, key: str, present: str) -> list[Any]:
    """Return a step for each paragraph from `key` that is not yet marked with the hash `present`."""
    steps: list[Any] = []

    def visit(node: Node, position: int, parent: Node | None, index: int) -> None:
        if node.attrs.get("source") == key and node.attrs.get("source_hash") != present:
            steps.append(AttrStep(position, "source_hash", present).to_json())

    parse(text.content).descendants(visit)
    return steps
