"""A model test of the step protocol: several writers, each out of date or offline, edit, undo and move the same blocks.

Whatever they do, and in whatever order it arrives, in the end they all see what the server has stored.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from prosemirror.model import Fragment, Node, Slice
from prosemirror.transform import AddMarkStep, AttrStep, ReplaceStep, Step

from documents.editing.text_cache import cache
from documents.models import Document, Part, Text
from documents.models import Step as StoredStep
from tests.documents.editing.conftest import paragraph
from tests.documents.editing.writers import FIRST_LETTER, Writer, letters_of, textblocks
from tests.factories.membership import make_staff
from texts.schema import check_content, clean_content, parse, schema

WRITERS = 3
writers = st.integers(0, WRITERS - 1)
places = st.integers(0, 400)


def item(identity: str, words: str) -> dict[str, Any]:
    return {
        "type": "list_item",
        "attrs": {"id": f"i{identity}"},
        "content": [paragraph(identity, words, numbered=False)],
    }


BLOCKS = [
    paragraph("first", "One sentence."),
    {"type": "heading", "attrs": {"id": "head", "level": 1}, "content": [{"type": "text", "text": "Heading"}]},
    paragraph("second", "Another."),
    {"type": "bullet_list", "attrs": {"id": "list"}, "content": [item("one", "a point"), item("two", "a second")]},
    paragraph("third", "The end."),
]


class Together(RuleBasedStateMachine):
    """Three windows on one text. `gone` holds the letters deleted by somebody who had seen them."""

    execute: Callable[..., Any]

    @initialize()
    def open(self) -> None:
        document = Document.objects.create(title="A note", dated=dt.date(2010, 9, 1))
        part = Part.objects.create(document=document, key="maintext", kind="main", position=0)
        self.begun = clean_content({"type": "doc", "content": BLOCKS})
        self.text = Text.objects.create(part=part, language="en", content=self.begun)
        self.person = make_staff("editor")
        self.windows = [self.window(n) for n in range(WRITERS)]
        self.letters = 0
        self.gone: set[str] = set()

    def window(self, n: int) -> Writer:
        self.text.refresh_from_db()
        doc = parse(self.text.content)
        name = f"window-{n}-{StoredStep.objects.filter(text=self.text).count()}"
        return Writer(name, self.text, self.person, doc, doc, self.text.step_number)

    def block(self, writer: Writer, place: int) -> tuple[Node, int]:
        found = list(textblocks(writer.doc).values())
        return found[place % len(found)]

    # --- What people do -----------------------------------------------------------------------------------------------
    @rule(n=writers, place=places, offset=places, count=st.integers(1, 4))
    def types(self, n: int, place: int, offset: int, count: int) -> None:
        node, position = self.block(self.windows[n], place)
        at = position + 1 + offset % (node.content.size + 1)
        for more in range(count):
            letter = chr(FIRST_LETTER + self.letters)
            self.letters += 1
            piece = Slice(Fragment.from_(schema.text(letter)), 0, 0)
            assert self.windows[n].do("type", ReplaceStep(at + more, at + more, piece))

    @rule(n=writers, place=places, offset=places, size=st.integers(1, 12))
    def deletes(self, n: int, place: int, offset: int, size: int) -> None:
        writer = self.windows[n]
        node, position = self.block(writer, place)
        start = position + 1 + offset % (node.content.size + 1)
        end = min(start + size, position + 1 + node.content.size)
        self.meant(writer, lambda: end > start and writer.do("delete", ReplaceStep(start, end, Slice.empty)))

    def meant(self, writer: Writer, act: Callable[[], Any]) -> None:
        """Do something and count the letters it deletes.

        Counted, because two people may each delete one of two equal letters, and both then see the other one.
        """
        before = Counter(writer.doc.text_content)
        act()
        self.gone |= set(before - Counter(writer.doc.text_content))

    @rule(n=writers, place=places, offset=places)
    def splits(self, n: int, place: int, offset: int) -> None:
        node, position = self.block(self.windows[n], place)
        at = position + 1 + offset % (node.content.size + 1)
        halves = Fragment.from_array([node.copy(Fragment.empty), node.copy(Fragment.empty)])
        self.windows[n].do("split", ReplaceStep(at, at, Slice(halves, 1, 1), True))

    @rule(n=writers, place=places)
    def joins(self, n: int, place: int) -> None:
        writer = self.windows[n]
        node, position = self.block(writer, place)
        end = position + node.node_size
        after = writer.doc.resolve(end).node_after if end < writer.doc.content.size else None
        if after is not None and after.is_textblock:
            writer.do("join", ReplaceStep(end - 1, end + 1, Slice.empty, True))

    @rule(n=writers, place=places)
    def makes_strong(self, n: int, place: int) -> None:
        node, position = self.block(self.windows[n], place)
        mark = schema.marks["strong"].create()
        self.windows[n].do("mark", AddMarkStep(position + 1, position + 1 + node.content.size, mark))

    @rule(n=writers, place=places)
    def numbers(self, n: int, place: int) -> None:
        node, position = self.block(self.windows[n], place)
        if node.type.name == "paragraph":
            self.windows[n].do("attr", AttrStep(position, "numbered", not node.attrs["numbered"]))

    @rule(n=writers, place=places, goal=places)
    def moves(self, n: int, place: int, goal: int) -> None:
        """Move a block by keyboard or drag: one change of two steps."""
        doc = self.windows[n].doc
        if doc.child_count < 2:
            return
        index = place % doc.child_count
        node = doc.child(index)
        start = sum(doc.child(i).node_size for i in range(index))
        others = [i for i in range(doc.child_count) if i != index]
        stay = goal % (len(others) + 1)
        to = sum(doc.child(i).node_size for i in others[:stay])
        row = Slice(Fragment.from_(node), 0, 0)
        self.windows[n].do("move", ReplaceStep(start, start + node.node_size, Slice.empty), ReplaceStep(to, to, row))

    @rule(n=writers, place=places)
    def cuts(self, n: int, place: int) -> None:
        writer = self.windows[n]
        doc = writer.doc
        if writer.clipboard or doc.child_count < 2:
            return
        index = place % doc.child_count
        node = doc.child(index)
        start = sum(doc.child(i).node_size for i in range(index))
        writer.clipboard = doc.slice(start, start + node.node_size)
        writer.do("cut", ReplaceStep(start, start + node.node_size, Slice.empty))

    @rule(n=writers, place=places)
    def pastes(self, n: int, place: int) -> None:
        writer = self.windows[n]
        if not writer.clipboard:
            return
        doc = writer.doc
        at = sum(doc.child(i).node_size for i in range(place % (doc.child_count + 1)))
        if writer.do("paste", ReplaceStep(at, at, writer.clipboard)):
            writer.clipboard = None

    @rule(n=writers)
    def undoes(self, n: int) -> None:
        self.meant(self.windows[n], self.windows[n].undo)

    # --- What the network does ----------------------------------------------------------------------------------------
    @rule(n=writers, most=st.sampled_from([1, 2, 3, 100]))
    def sends(self, n: int, most: int) -> None:
        self.through(lambda: self.windows[n].send(most=most))

    @rule(n=writers)
    def sends_and_hears_nothing(self, n: int) -> None:
        """Send steps and lose the answer, so that the same steps are sent again."""
        self.through(lambda: self.windows[n].send(answer_is_lost=True))

    @rule(n=writers)
    def polls(self, n: int) -> None:
        self.through(self.windows[n].poll)

    @precondition(lambda self: not any(window.clipboard for window in self.windows))
    @rule(n=writers)
    def opens_anew(self, n: int) -> None:
        self.through(self.windows[n].settle)
        self.windows[n] = self.window(n)

    @rule()
    def another_process_answers(self) -> None:
        cache.clear()

    def through(self, act: Callable[[], None]) -> None:
        with self.execute():
            act()

    # --- At rest ------------------------------------------------------------------------------------------------------
    def teardown(self) -> None:
        if not hasattr(self, "windows"):
            return
        for n, writer in enumerate(self.windows):
            if writer.clipboard:
                self.pastes(n, 0)
        for _round in range(3):
            for writer in self.windows:
                self.through(writer.settle)
        self.text.refresh_from_db()
        assert check_content(self.text.content) == []
        for writer in self.windows:
            assert writer.doc.to_json() == self.text.content
        replayed = parse(self.begun)
        for content in StoredStep.objects.filter(text=self.text).order_by("number").values_list("content", flat=True):
            replayed = Step.from_json(schema, content).apply(replayed).doc
        assert replayed.to_json() == self.text.content
        typed = {chr(FIRST_LETTER + n) for n in range(self.letters)}
        assert sorted(typed - letters_of(replayed) - self.gone) == []
        assert self.text.step_number == StoredStep.objects.filter(text=self.text).count()


@pytest.fixture
def play(db: None, django_capture_on_commit_callbacks: Any) -> Callable[..., None]:
    """Return `play(examples)`, which runs this many random stories of three writers."""

    def play(examples: int, **more: Any) -> None:
        cache.clear()
        committing = staticmethod(lambda: django_capture_on_commit_callbacks(execute=True))
        machine = type("Together", (Together,), {"execute": committing})
        limits = settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            **more,
        )
        run_state_machine_as_test(machine, settings=limits)

    return play


def test_whatever_happens_all_see_the_same_in_the_end(play: Callable[..., None]) -> None:
    play(15, derandomize=True)


@pytest.mark.long
def test_many_stories_end_with_the_same_text_for_all(play: Callable[..., None]) -> None:
    """No letter is lost except those deleted by somebody who had seen them."""
    play(400)
