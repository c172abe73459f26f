"""A writer without a browser: handles steps like static/js/editor, for the model test.

Every typed letter is a new character, so that a lost letter can be named.
"""

from dataclasses import dataclass, field
from typing import Any

from prosemirror.model import Node, Slice
from prosemirror.transform import Step, Transform

from documents.editing.authority import StepsOutdated, accept_steps, steps_since
from documents.models import Text
from tests.documents.editing.placing import Rebased, mended
from texts.ids import new_id
from texts.schema import WITH_ID, schema

FIRST_LETTER = 0x4E00
# id -> (text block, its position)
Blocks = dict[str, tuple[Node, int]]


def letters_of(node: Node) -> set[str]:
    return {letter for letter in node.text_content if ord(letter) >= FIRST_LETTER}


def fits(made: Transform, step: Step) -> bool:
    """Apply the step if possible. The library raises ValueError for some steps that do not fit."""
    try:
        return not made.maybe_step(step).failed
    except ValueError:
        return False


def textblocks(doc: Node) -> Blocks:
    """Return the text blocks by id; for a repeated id, the first."""
    found: Blocks = {}

    def visit(node: Node, position: int, parent: Node | None, index: int) -> None:
        if node.is_textblock and node.type.name in WITH_ID:
            found.setdefault(node.attrs["id"], (node, position))

    doc.descendants(visit)
    return found


@dataclass
class Own:
    """A step that the server has not confirmed yet; `act` is the kind of change it belongs to."""

    step: Step
    inverted: Step
    act: str


@dataclass
class Writer:
    name: str
    text: Text
    person: Any
    doc: Node
    confirmed: Node
    version: int
    pending: list[Own] = field(default_factory=list)
    history: list[Step] = field(default_factory=list)
    clipboard: Slice | None = None

    # --- Writing ------------------------------------------------------------------------------------------------------
    def do(self, act: str, *steps: Step, undoing: bool = False) -> bool:
        """Apply a change of one or more steps, or nothing if one does not fit."""
        made = Transform(self.doc)
        for step in steps:
            if not fits(made, step):
                return False
        self.with_ids(made)
        for step, before in zip(made.steps, made.docs, strict=True):
            self.pending.append(Own(step, step.invert(before), act))
        self.history = [mapped for old in self.history if (mapped := old.map(made.mapping)) is not None]
        # Moves are undone by moving again. The browser's own history is tested in the browser.
        if not undoing and act in {"type", "split", "mark"}:
            self.history.extend(step.invert(before) for step, before in zip(made.steps, made.docs, strict=True))
        self.doc = made.doc
        return True

    def with_ids(self, made: Transform) -> None:
        """Give new ids to blocks without an id or with a repeated one, as the browser's plugin does."""
        seen: set[str] = set()
        wanted: list[int] = []

        def visit(node: Node, position: int, parent: Node | None, index: int) -> None:
            if node.type.name in WITH_ID:
                if not node.attrs["id"] or node.attrs["id"] in seen:
                    wanted.append(position)
                seen.add(node.attrs["id"])

        made.doc.descendants(visit)
        for position in wanted:
            made.set_node_attribute(position, "id", new_id())

    def undo(self) -> bool:
        return bool(self.history) and self.do("undo", self.history.pop(), undoing=True)

    # --- Sending and receiving ----------------------------------------------------------------------------------------
    def send(self, *, most: int = 100, answer_is_lost: bool = False) -> None:
        if not self.pending:
            return
        batch = self.pending[:most]
        try:
            taken = accept_steps(
                text_id=self.text.pk,
                version=self.version,
                client=self.name,
                steps=[own.step.to_json() for own in batch],
                person=self.person,
            )
        except StepsOutdated as behind:
            if not answer_is_lost:
                self.receive(behind.missed)
            return
        if not answer_is_lost:
            self.receive([*taken.missed, *[{"client": self.name}] * len(batch), *taken.added])

    def poll(self) -> None:
        self.receive(steps_since(text_id=self.text.pk, since=self.version))

    def settle(self) -> None:
        for _ in range(200):
            self.poll()
            if not self.pending:
                return
            self.send()
        raise AssertionError(f"{self.name} never comes to rest")

    def receive(self, entries: list[dict[str, Any]]) -> None:
        """Apply received steps like prosemirror-collab's receiveTransaction, then restore what rebasing lost."""
        while entries:
            ours = foreign = 0
            while ours < len(entries) and entries[ours]["client"] == self.name:
                ours += 1
            foreign = ours
            while foreign < len(entries) and entries[foreign]["client"] != self.name:
                foreign += 1
            self.pending = self.pending[ours:]
            self.version += foreign
            if foreign > ours:
                self.rebase([Step.from_json(schema, entry["step"]) for entry in entries[ours:foreign]])
            entries = entries[foreign:]

    def rebase(self, foreign: list[Step]) -> None:
        made = Transform(self.doc)
        for own in reversed(self.pending):
            made.step(own.inverted)
        for step in foreign:
            made.step(step)
        pending: list[Own] = []
        again: list[int | None] = []
        start = len(self.pending)
        for own in self.pending:
            mapped = own.step.map(made.mapping.slice(start))
            start -= 1
            if mapped is None or not fits(made, mapped):
                again.append(None)
                continue
            again.append(len(made.steps) - 1)
            made.mapping.set_mirror(start, len(made.steps) - 1)
            pending.append(Own(mapped, mapped.invert(made.docs[-1]), own.act))
        rebased = Rebased(made, [own.step for own in self.pending], len(foreign), again)
        self.doc, self.pending = made.doc, pending
        self.history = [mapped for step in self.history if (mapped := step.map(made.mapping)) is not None]
        self.do("mend", *mended(rebased))
