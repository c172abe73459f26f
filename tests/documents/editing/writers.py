"""A writer's window without a browser: what static/js/editor does with steps, in the words of the model test.

Every letter that is typed is one that was never typed before, so that one that is lost can be named.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from prosemirror.model import Fragment, Node, Slice
from prosemirror.transform import Mapping, ReplaceStep, Step, Transform

from documents.editing.authority import Behind, steps_since, take_steps
from documents.ids import new_id
from documents.models import Text
from documents.schema import WITH_ID, schema

FIRST_LETTER = 0x4E00
# id -> (textblock, its position)
Blocks = dict[str, tuple[Node, int]]


def letters_of(node: Node) -> set[str]:
    return {letter for letter in node.text_content if ord(letter) >= FIRST_LETTER}


def letters_in(words: Fragment) -> set[str]:
    return letters_of(schema.top_node_type.create(None, words))


def fits(made: Transform, step: Step) -> bool:
    """Does the step where it can be done. The library refuses some that cannot with an error of its own."""
    try:
        return not made.maybe_step(step).failed
    except ValueError:
        return False


def textblocks(doc: Node) -> Blocks:
    """Those that bear an id, the first holder of each."""
    found: Blocks = {}

    def visit(node: Node, position: int, parent: Node | None, index: int) -> None:
        if node.is_textblock and node.type.name in WITH_ID:
            found.setdefault(node.attrs["id"], (node, position))

    doc.descendants(visit)
    return found


@dataclass
class Own:
    """A step that the server has not confirmed yet. `act`: what its writer meant by it."""

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
    cuts: dict[str, list[Node]] = field(default_factory=dict)
    orphans: dict[str, tuple[Fragment, Fragment]] = field(default_factory=dict)
    # Letters of this window that went because somebody took away the place where they stood.
    swallowed: set[str] = field(default_factory=set)
    on_sent: Callable[[list[str]], None] = lambda acts: None

    # --- Writing ------------------------------------------------------------------------------------------------------
    def do(self, act: str, *steps: Step, undoing: bool = False) -> bool:
        """One act of one or several steps; nothing of it where one does not fit."""
        made = Transform(self.doc)
        for step in steps:
            if not fits(made, step):
                return False
        self.with_ids(made)
        for step, before in zip(made.steps, made.docs, strict=True):
            self.pending.append(Own(step, step.invert(before), act))
        self.history = [mapped for old in self.history if (mapped := old.map(made.mapping)) is not None]
        # What was moved comes back by being moved again; the browser's history is tried in the browser.
        if not undoing and act in {"type", "split", "mark"}:
            self.history.extend(step.invert(before) for step, before in zip(made.steps, made.docs, strict=True))
        self.doc = made.doc
        return True

    def with_ids(self, made: Transform) -> None:
        """As the browser's plugin does: what has no id, or holds one a second time, gets a fresh one."""
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

    def remember_cut(self, blocks: Iterable[Node]) -> None:
        for block in blocks:
            self.cuts[block.attrs["id"]] = [block, block]

    def pasted(self, piece: Slice) -> Slice:
        """What was cut comes back with what others wrote into it before the cut arrived."""

        def whole(node: Node) -> Node:
            seen, now = self.cuts.get(node.attrs.get("id", ""), (None, None))
            return node.copy(now.content) if seen and seen.content.eq(node.content) else node

        nodes = [whole(node) for node in piece.content.content]
        return Slice(Fragment.from_array(nodes), piece.open_start, piece.open_end)

    # --- Sending and receiving ----------------------------------------------------------------------------------------
    def send(self, *, most: int = 100, answer_is_lost: bool = False) -> None:
        if not self.pending:
            return
        batch = self.pending[:most]
        try:
            taken = take_steps(
                text_id=self.text.pk,
                version=self.version,
                client=self.name,
                steps=[own.step.to_json() for own in batch],
                person=self.person,
            )
        except Behind as behind:
            self.on_sent([])
            if not answer_is_lost:
                self.receive(behind.missed)
            return
        self.on_sent([own.act for own in batch[: taken.count]])
        if not answer_is_lost:
            self.receive([{"client": self.name}] * taken.count + taken.added)

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
        """prosemirror-collab's receiveTransaction, and then the letters whose block was moved away under them."""
        ours = 0
        while ours < len(entries) and entries[ours]["client"] == self.name:
            ours += 1
        confirmed = self.confirmed
        for own in self.pending[:ours]:
            confirmed = own.step.apply(confirmed).doc
        self.pending = self.pending[ours:]
        self.version += len(entries)
        foreign = [Step.from_json(schema, entry["step"]) for entry in entries[ours:]]
        before, self.confirmed = confirmed, confirmed
        for step in foreign:
            self.confirmed = step.apply(self.confirmed).doc
        if foreign:
            self.rebase(before, foreign)

    def rebase(self, before: Node, foreign: list[Step]) -> None:
        old, made = self.doc, Transform(self.doc)
        for own in reversed(self.pending):
            made.step(own.inverted)
        for step in foreign:
            made.step(step)
        kept: list[Own] = []
        start = len(self.pending)
        for own in self.pending:
            mapped = own.step.map(made.mapping.slice(start))
            start -= 1
            if mapped is None or not fits(made, mapped):
                continue
            made.mapping.set_mirror(start, len(made.steps) - 1)
            self.grow_cuts(made.docs[-1], made.doc)
            kept.append(Own(mapped, mapped.invert(made.docs[-1]), own.act))
        self.doc, self.pending = made.doc, kept
        self.history = [mapped for step in self.history if (mapped := step.map(made.mapping)) is not None]
        self.follow(before, old, made.mapping)
        mine = letters_of(old) - letters_of(before)
        waiting = {letter for _was, words in self.orphans.values() for letter in letters_in(words)}
        self.swallowed |= mine - letters_of(self.doc) - waiting

    def grow_cuts(self, before: Node, after: Node) -> None:
        """What is cut here goes with what others wrote into it before."""
        here = {block.attrs["id"] for block in after.content.content}
        for block in before.content.content:
            if block.attrs["id"] in self.cuts and block.attrs["id"] not in here:
                self.cuts[block.attrs["id"]][1] = block

    def follow(self, base: Node, old: Node, mapping: Mapping) -> None:
        """What was written into a block that somebody moved at that moment goes where the block went."""
        known, mine = textblocks(base), textblocks(old)
        for held, (words, position) in unsplit(mine, known).items():
            changed = not words.eq(known[held][0].content)
            if changed and mapping.map_result(position + 1).deleted:
                self.orphans[held] = (known[held][0].content, words)
        here = textblocks(self.doc)
        for held in [held for held in self.orphans if held in here]:
            was, words = self.orphans.pop(held)
            step = added_again(was, words, *here[held])
            if step:
                self.do("type", step)


def unsplit(mine: Blocks, known: Blocks) -> dict[str, tuple[Fragment, int]]:
    """The words of the blocks that the server knows, with those of the blocks that this window has parted from them."""
    found: dict[str, tuple[Fragment, int]] = {}
    last = ""
    for held, (node, position) in mine.items():
        if held in known:
            found[held] = (node.content, position)
            last = held
        elif last:
            found[last] = (found[last][0].append(node.content), found[last][1])
    return found


def added_again(was: Fragment, words: Fragment, now: Node, position: int) -> Step | None:
    """The step that puts into `now` what `words` has more than `was`."""
    start = was.find_diff_start(words)
    end = was.find_diff_end(words)
    if start is None or end is None:
        return None
    overlap = max(0, start - min(end["a"], end["b"]))
    was_to, words_to = end["a"] + overlap, end["b"] + overlap
    if words_to <= start:
        return None
    inside = position + 1
    piece = Slice(words.cut(start, words_to), 0, 0)
    if now.content.eq(was):
        return ReplaceStep(inside + start, inside + was_to, piece)
    place = inside + min(start, now.content.size)
    return ReplaceStep(place, place, piece)
