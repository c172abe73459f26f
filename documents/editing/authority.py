"""The server side of collaborative editing: accept steps in order, and return the steps that a client has missed.

The protocol is that of `prosemirror-collab`. A client sends its steps with the step number of the text that it made
them against.

If two people move the same paragraph at the same moment, both copies remain and have the same id. After each batch the
portal gives every duplicate a new id, in steps of its own, and the editor marks paragraphs whose copies still have the
same text.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from prosemirror.model import Node, Slice
from prosemirror.transform import AttrStep, ReplaceStep
from prosemirror.transform import Step as Change

from documents.assembly import NothingToShow
from documents.editing.rebase import rebase_typing
from documents.editing.step_shape import shape_error
from documents.editing.text_cache import cache, content_update, parsed_text
from documents.models import Issue, Reissue, Step, Text
from documents.versions import content_at_step
from foundation.refusals import Refused
from foundation.text.letters import UNSEEN
from texts.ids import is_id, new_id
from texts.schema import NOT_APPLIED, WITH_ID, ContentRefused, parse, schema

BATCH_LIMIT = 200  # steps
BATCH_BYTES = 1_000_000
# Steps sent in one answer. A client that has missed more asks again.
MISSED_LIMIT = 5_000
PORTAL = "portal"


class StepsRefused(Refused):
    """The steps can never be applied to this text; the message tells the writer why."""


class TextClosed(Refused):
    """The text can no longer be edited; the message tells the writer why."""


class StepsOutdated(Exception):
    """The steps were made against an older text and none was applied; `missed` are the steps to rebase them over."""

    def __init__(self, since: int, missed: list[dict[str, Any]]) -> None:
        super().__init__(since)
        self.since, self.missed = since, missed


@dataclass(frozen=True)
class Accepted:
    """The result of an accepted batch.

    `step_number` is the text's number afterwards, `missed` the steps of others that came before the batch, and `added`
    the steps that the portal itself appended to it.
    """

    step_number: int
    missed: list[dict[str, Any]]
    added: list[dict[str, Any]]


def editable_texts() -> Any:
    """Return texts with their documents, annotated with `is_issued`.

    It is true if the text's language has been issued and is not open for a technical reissue.
    """
    same_text = {"document": OuterRef("part__document"), "language": OuterRef("language")}
    # A technical reissue in progress opens its texts again.
    reopened = Reissue.objects.filter(**same_text, issue=None, given_up_at=None)
    closed = Exists(Issue.objects.filter(**same_text)) & ~Exists(reopened)
    return Text.objects.select_related("part__document").annotate(is_issued=closed)


def refuse_closed(text: Any) -> None:
    """Raise `TextClosed` if the text has been issued or its document withdrawn. Takes a row of `editable_texts()`."""
    if text.is_issued:
        raise TextClosed(_("This text has been issued and cannot be changed. Create a revision of the document."))
    if text.part.document.is_withdrawn:
        raise TextClosed(_("This document has been withdrawn. Its texts cannot be changed."))


def steps_since(*, text_id: int, since: int) -> list[dict[str, Any]]:
    """Return the steps after step number `since`, oldest first, as {"step", "client"}; at most `MISSED_LIMIT`.

    Steps of every client are included, also those of the one that asks. Raises `TextClosed` if the next step no longer
    exists.
    """
    rows = Step.objects.filter(text_id=text_id, number__gt=since).order_by("number")[:MISSED_LIMIT]
    missed = list(rows.values_list("number", "content", "client"))
    if missed and missed[0][0] != since + 1:
        raise TextClosed(_("This text was replaced while you were editing. Reload the page."))
    return [{"step": content, "client": client} for _number, content, client in missed]


def text_at(*, text_id: int, number: int) -> dict[str, Any]:
    """Return the content of the text at step number `number`.

    The editor needs it to recover unsent steps of a window that was closed. Raises `TextClosed` if that state can no
    longer be restored.
    """
    try:
        content = content_at_step(text_id, number)
    except (NothingToShow, ContentRefused):
        content = None
    if content is None:
        raise TextClosed(_("This text was replaced while you were editing. Reload the page."))
    return content


def replacement(*, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the step that replaces the whole content `before` with `after`, so that open editors can follow it."""
    whole = {"stepType": "replace", "from": 0, "to": parse(before).content.size}
    return {**whole, "slice": {"content": after["content"]}}


@transaction.atomic
def accept_steps(*, text_id: int, version: int, client: str, steps: list[Any], person: Any) -> Accepted:
    """Apply a batch of steps to the text and store it: all of them or none.

    Plain typing that was made against an older text is rebased here; for anything else the client must rebase, and
    `StepsOutdated` carries the steps that it missed. A batch that is sent again because its answer was lost also raises
    `StepsOutdated`, with the client's own steps among the missed ones.

    Raises `TextClosed` if the text cannot be edited, and `StepsRefused` if `version` is unknown or a step is malformed,
    does not fit the text or makes it exceed the limits of the schema.
    """
    text = Text.objects.select_for_update().defer("content").get(pk=text_id)
    # Checked only once the lock is held, so that an issue made in the meantime is seen.
    refuse_closed(editable_texts().defer("content").get(pk=text_id))
    missed = steps_since(text_id=text_id, since=version) if version < text.step_number else []
    if missed:
        moved = rebase_typing(steps, missed, client=client)
        if moved is None:
            raise StepsOutdated(version, missed)
        steps = moved
    if version > text.step_number:
        raise StepsRefused(_("Your changes were made to an unknown version of the text. Reload the page."))
    if client == PORTAL:
        raise StepsRefused(_(NOT_APPLIED))
    before = parsed_text(text_id=text_id, number=text.step_number)
    changes, doc = _apply(before.doc, steps)
    added: list[dict[str, Any]] = []
    try:
        after = before.at(text.step_number + len(changes), doc)
        if not after.has_unique_ids:
            repairs = _id_repairs(after.doc)
            for repair in repairs:
                doc = repair.step.apply(doc).doc
            added = [{"step": repair.json, "client": PORTAL} for repair in repairs]
            after = after.at(after.number, doc)
        if UNSEEN.search(json.dumps(steps, ensure_ascii=False)):
            removals = _letter_removals(doc)
            for removal in removals:
                doc = removal.apply(doc).doc
            added += [{"step": removal.to_json(), "client": PORTAL} for removal in removals]
            after = after.at(after.number, doc)
    except ContentRefused as refused:
        raise StepsRefused(str(refused)) from refused
    accepted = [{"step": change.to_json(), "client": client} for change in changes] + added
    after = replace(after, number=text.step_number + len(accepted))
    Step.objects.bulk_create(
        Step(
            text_id=text_id,
            number=text.step_number + place,
            content=entry["step"],
            client=entry["client"],
            person=None if entry["client"] == PORTAL else person,
        )
        for place, entry in enumerate(accepted, 1)
    )
    Text.objects.filter(pk=text_id).update(
        content=content_update(before, after), step_number=after.number, changed_at=Now()
    )
    transaction.on_commit(lambda: cache.put(text_id, after))
    return Accepted(after.number, missed, added)


def _apply(document: Node, steps: Iterable[Any]) -> tuple[list[Change], Node]:
    """Return the parsed steps and the document after them. Raises `StepsRefused`."""
    changes = []
    for step in steps:
        wrong = shape_error(step)
        if wrong:
            raise StepsRefused(wrong)
        change, document = _apply_one(document, step)
        changes.append(change)
    return changes, document


def _apply_one(document: Node, step: Any) -> tuple[Change, Node]:
    try:
        change = Change.from_json(schema, step)
        result = change.apply(document)
    # prosemirror-py has no single exception for invalid steps. All of these mean that the step is at fault.
    except UnicodeEncodeError as error:  # half a character
        raise StepsRefused(_("The text contains characters that cannot be printed. Remove them.")) from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, RecursionError) as error:
        raise StepsRefused(_(NOT_APPLIED)) from error
    if result.failed or result.doc is None:
        raise StepsRefused(_(NOT_APPLIED)) from ValueError(result.failed)
    return change, result.doc


@dataclass(frozen=True)
class Repair:
    """A step that gives a block a new id, because it had none or repeated the id of another block (`doubles`)."""

    step: AttrStep
    doubles: str

    @property
    def json(self) -> dict[str, Any]:
        return {**self.step.to_json(), **({"doubles": self.doubles} if self.doubles else {})}


def _id_repairs(document: Node) -> list[Repair]:
    """Return a repair for every block that has no valid id or repeats one that occurs earlier in the document."""
    seen: set[str] = set()
    repairs: list[Repair] = []

    def visit(node: Node, position: int, parent: Node | None, index: int) -> None:
        if node.type.name not in WITH_ID:
            return
        block_id = node.attrs["id"]
        if is_id(block_id) and block_id not in seen:
            seen.add(block_id)
            return
        new = new_id()
        seen.add(new)
        repairs.append(Repair(AttrStep(position, "id", new), block_id if is_id(block_id) else ""))

    document.descendants(visit)
    return repairs


def _letter_removals(document: Node) -> list[ReplaceStep]:
    """Return steps, from the end to the start, that remove invisible and reversing characters from the text."""
    found: list[tuple[int, int]] = []

    def visit(node: Node, position: int, parent: Node | None, index: int) -> None:
        for match in UNSEEN.finditer(node.text) if node.is_text else ():
            start = position + _units(node.text[: match.start()])
            found.append((start, start + _units(match[0])))

    document.descendants(visit)
    return [ReplaceStep(start, end, Slice.empty) for start, end in sorted(found, reverse=True)]


def _units(words: str) -> int:
    """Return the length of a text as browsers count it."""
    return len(words.encode("utf-16-le")) // 2


def duplicated_blocks(*, text: Text) -> list[list[str]]:
    """Return [first id, second id] of each pair of duplicated blocks whose text is still the same."""
    pairs = Step.objects.filter(text=text, client=PORTAL, content__has_key="doubles").values_list(
        "content__doubles", "content__value"
    )
    if not pairs:
        return []
    texts: dict[str, str] = {}
    parse(text.content).descendants(
        lambda node, position, parent, index: texts.update(
            {node.attrs["id"]: node.text_content} if node.type.name in WITH_ID else {}
        )
    )
    return [[first, second] for first, second in pairs if first in texts and texts[first] == texts.get(second)]
