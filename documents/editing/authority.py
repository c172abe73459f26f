"""The authority over the steps of a text: takes those made against its present step number, answers with missed ones.

Two people who move one paragraph at once leave it twice, and so an id. After each batch the second holder gets a fresh
id, by steps of a client that is the portal itself, and the editors are shown what stands twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from prosemirror.model import Node
from prosemirror.transform import AttrStep
from prosemirror.transform import Step as Change

from documents.assembly import NothingToShow
from documents.editing.rebase import typing_moved_over
from documents.editing.step_shape import shape_error
from documents.editing.text_cache import held_text, kept, stored_after
from documents.models import Issue, Reissue, Step, Text
from documents.versions import content_at_step
from foundation.refusals import Refused
from texts.ids import is_id, new_id
from texts.schema import WITH_ID, ContentRefused, parse, schema

BATCH_LIMIT = 200  # steps
BATCH_BYTES = 1_000_000
# More than this is read from a fresh page, not step by step.
MISSED_LIMIT = 5_000
PORTAL = "portal"


class StepsRefused(Refused):
    """The steps can never be taken; the message says why, in words."""


class TextClosed(Refused):
    """The text can no longer be edited; the message says why, in words."""


class Behind(Exception):
    """The steps were made against an older text. Nothing was taken; `missed` are the steps to move them over."""

    def __init__(self, since: int, missed: list[dict[str, Any]]) -> None:
        super().__init__(since)
        self.since, self.missed = since, missed


@dataclass(frozen=True)
class Taken:
    """The text's step number after a batch, the steps that came before it unseen, and those the portal added to it."""

    step_number: int
    missed: list[dict[str, Any]]
    added: list[dict[str, Any]]


def editable_texts() -> Any:
    """Texts with their document, each with `is_closed`: issued in its language, or withdrawn."""
    here = {"document": OuterRef("part__document"), "language": OuterRef("language")}
    # While a technical reissue is under way its texts are open again.
    reopened = Reissue.objects.filter(**here, issue=None, given_up_at=None)
    closed = Exists(Issue.objects.filter(**here)) & ~Exists(reopened)
    return Text.objects.select_related("part__document").annotate(is_issued=closed)


def refuse_closed(text: Any) -> None:
    if text.is_issued:
        raise TextClosed(_("This text has been issued and cannot be changed. Create a revision of the document."))
    if text.part.document.is_withdrawn:
        raise TextClosed(_("This document has been withdrawn. Its texts cannot be changed."))


def steps_since(*, text_id: int, since: int) -> list[dict[str, Any]]:
    """What others, or this client itself, have done to the text since that step number."""
    rows = Step.objects.filter(text_id=text_id, number__gt=since).order_by("number")[:MISSED_LIMIT]
    missed = list(rows.values_list("number", "content", "client"))
    if missed and missed[0][0] != since + 1:
        raise TextClosed(_("This text was replaced while you were editing. Reload it."))
    return [{"step": content, "client": client} for _number, content, client in missed]


def text_at(*, text_id: int, number: int) -> dict[str, Any]:
    """The text as it stood at that step number, on which a window that is gone had made its steps."""
    try:
        content = content_at_step(text_id, number)
    except (NothingToShow, ContentRefused):
        content = None
    if content is None:
        raise TextClosed(_("This text was replaced while you were editing. Reload it."))
    return content


def replacement(*, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The step that puts a whole text in the place of another, so that open windows follow."""
    whole = {"stepType": "replace", "from": 0, "to": parse(before).content.size}
    return {**whole, "slice": {"content": after["content"]}}


@transaction.atomic
def take_steps(*, text_id: int, version: int, client: str, steps: list[Any], person: Any) -> Taken:
    """Takes the steps, or none where one is at fault. A batch sent again after a lost answer comes back as missed.

    Mere typing against an older text is moved over what came since, as its window would do.
    """
    text = Text.objects.select_for_update().defer("content").get(pk=text_id)
    # Asked after the lock is held: whoever issued the text meanwhile is then seen.
    refuse_closed(editable_texts().defer("content").get(pk=text_id))
    missed = steps_since(text_id=text_id, since=version) if version < text.step_number else []
    if missed:
        moved = typing_moved_over(steps, missed, client=client)
        if moved is None:
            raise Behind(version, missed)
        steps = moved
    if version > text.step_number:
        raise StepsRefused(_("Your changes were made to an unknown version of the text. Reload the page."))
    if client == PORTAL:
        raise StepsRefused(_("The portal cannot read this change."))
    before = held_text(text_id=text_id, number=text.step_number)
    changes, doc = _applied(before.doc, steps)
    added: list[dict[str, Any]] = []
    try:
        after = before.at(text.step_number + len(changes), doc)
        if not after.has_single_ids:
            repairs = _single_ids(after.doc)
            for repair in repairs:
                doc = repair.step.apply(doc).doc
            added = [{"step": repair.json, "client": PORTAL} for repair in repairs]
            after = after.at(after.number, doc)
    except ContentRefused as refused:
        raise StepsRefused(str(refused)) from refused
    taken = [{"step": change.to_json(), "client": client} for change in changes] + added
    after = replace(after, number=text.step_number + len(taken))
    Step.objects.bulk_create(
        Step(
            text_id=text_id,
            number=text.step_number + place,
            content=entry["step"],
            client=entry["client"],
            person=None if entry["client"] == PORTAL else person,
        )
        for place, entry in enumerate(taken, 1)
    )
    Text.objects.filter(pk=text_id).update(
        content=stored_after(before, after), step_number=after.number, changed_at=Now()
    )
    transaction.on_commit(lambda: kept.put(text_id, after))
    return Taken(after.number, missed, added)


def _applied(document: Node, steps: Iterable[Any]) -> tuple[list[Change], Node]:
    changes = []
    for json in steps:
        wrong = shape_error(json)
        if wrong:
            raise StepsRefused(wrong)
        change, document = _one_applied(document, json)
        changes.append(change)
    return changes, document


def _one_applied(document: Node, json: Any) -> tuple[Change, Node]:
    try:
        change = Change.from_json(schema, json)
        result = change.apply(document)
    # The library refuses what does not fit in as many ways as it is written; none of them is a fault of the portal.
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError) as error:
        raise StepsRefused(_("This change does not fit the text: %(why)s") % {"why": str(error)[:200]}) from error
    if result.failed or result.doc is None:
        raise StepsRefused(_("This change does not fit the text: %(why)s") % {"why": str(result.failed)[:200]})
    return change, result.doc


@dataclass(frozen=True)
class Repair:
    """A fresh id for a block that has none or holds that of another (`doubles`)."""

    step: AttrStep
    doubles: str

    @property
    def json(self) -> dict[str, Any]:
        return {**self.step.to_json(), **({"doubles": self.doubles} if self.doubles else {})}


def _single_ids(document: Node) -> list[Repair]:
    seen: set[str] = set()
    repairs: list[Repair] = []

    def visit(node: Node, position: int, parent: Node | None, index: int) -> None:
        if node.type.name not in WITH_ID:
            return
        held = node.attrs["id"]
        if is_id(held) and held not in seen:
            seen.add(held)
            return
        fresh = new_id()
        seen.add(fresh)
        repairs.append(Repair(AttrStep(position, "id", fresh), held if is_id(held) else ""))

    document.descendants(visit)
    return repairs


def doubled_blocks(*, text: Text) -> list[list[str]]:
    """[first, second] ids of blocks that stand twice with the same words, because two people moved them at once."""
    pairs = Step.objects.filter(text=text, client=PORTAL, content__has_key="doubles").values_list(
        "content__doubles", "content__value"
    )
    if not pairs:
        return []
    words: dict[str, str] = {}
    parse(text.content).descendants(
        lambda node, position, parent, index: words.update(
            {node.attrs["id"]: node.text_content} if node.type.name in WITH_ID else {}
        )
    )
    return [[first, second] for first, second in pairs if first in words and words[first] == words.get(second)]
