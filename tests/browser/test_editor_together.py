# ruff: noqa: F811 - fixtures of the other file are named again as arguments
"""Two browsers type in one text at random places while their connections fail."""

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from documents.models import Text
from tests.browser.test_editor import open_editor, text  # noqa: F401 - fixtures
from tests.documents.editing.conftest import words_of
from tests.factories.membership import make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]
BLOCKS = ("first", "second", "third")


def type_together(
    pages: list[Page], letters: int, seconds: float, *, cuts: int, seed: int, mover: Page | None = None
) -> None:
    """Let each page type this many letters at random places. From time to time one of them is offline."""
    chance = random.Random(seed)
    marks = "αβγδεζηθικλμ", "жзийклмнопрст"
    pause = 1000 * seconds / letters / len(pages)
    away: dict[int, int] = {}
    for n in range(letters):
        for index, page in enumerate(pages):
            if chance.random() < cuts / letters:
                page.context.set_offline(True)
                away[index] = n + letters // 15
            elif away.get(index) == n:
                page.context.set_offline(False)
            page.evaluate(PUT, [chance.choice(BLOCKS), chance.random(), marks[index][n % len(marks[index])]])
            page.wait_for_timeout(pause)
        if mover and n % 5 == 0:
            mover.locator(f".document-text [data-id={chance.choice(BLOCKS)}]").click()
            mover.keyboard.press(chance.choice(["Alt+ArrowUp", "Alt+ArrowDown"]))
    for page in pages:
        page.context.set_offline(False)


# Place the cursor somewhere in a block and type a letter there, as the browser's own editing does.
PUT = """([block, share, letter]) => {
    const element = document.querySelector(`.document-text [data-id=${block}]`);
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, {
        acceptNode: (node) => node.parentElement.closest("[contenteditable=false], .chip") ? 2 : 1,
    });
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    const node = nodes[Math.floor(share * nodes.length)];
    document.querySelector(".document-text").focus();
    document.getSelection().collapse(node, Math.floor(share * 997) % (node.length + 1));
    document.execCommand("insertText", false, letter);
}"""


def both_show_all(pages: list[Page], text: Text, letters: int) -> None:
    for page in pages:
        expect(page.locator("[data-status]")).to_have_attribute("data-state", "saved", timeout=60_000)
    letters_stored = "".join(words_of(text))
    for letter_set in ("αβγδεζηθικλμ", "жзийклмнопрст"):
        assert sum(letters_stored.count(letter) for letter in letter_set) == letters
    texts = ["".join(piece.get("text", "") for piece in block["content"]) for block in text.content["content"]]
    wanted = dict(zip([block["attrs"]["id"] for block in text.content["content"]], texts, strict=True))
    assert set(wanted) == set(BLOCKS)
    for page in pages:
        for block, words in wanted.items():
            page.wait_for_function(SHOWS, arg=[block, words], timeout=20_000)


SHOWS = """([block, words]) => {
    const copy = document.querySelector(`.document-text [data-id=${block}]`).cloneNode(true);
    copy.querySelectorAll(".chip, .other-writer, .doubled-note, img").forEach((element) => element.remove());
    return copy.textContent === words;
}"""


def test_two_browsers_type_at_random_places_and_both_show_every_letter(open_editor: Open, text: Text) -> None:
    pages = [open_editor(make_staff("editor")), open_editor(make_staff("publisher"))]

    type_together(pages, 60, 6, cuts=2, seed=3)

    both_show_all(pages, text, 60)


@pytest.mark.long
@pytest.mark.parametrize("seed", [11, 12])
def test_a_minute_of_five_hundred_letters_each_with_connections_cut(
    open_editor: Open,
    text: Text,
    seed: int,
) -> None:
    pages = [open_editor(make_staff("editor")), open_editor(make_staff("publisher"))]

    type_together(pages, 500, 60, cuts=6, seed=seed)

    both_show_all(pages, text, 500)


@pytest.mark.long
def test_a_third_moves_the_paragraphs_in_which_two_type_five_hundred_letters_each(
    open_editor: Open, text: Text
) -> None:
    pages = [open_editor(make_staff("editor")), open_editor(make_staff("publisher"))]
    mover = open_editor(make_staff("editor"))

    type_together(pages, 500, 60, cuts=6, seed=21, mover=mover)

    both_show_all([*pages, mover], text, 500)


@pytest.mark.long
def test_a_connection_that_was_away_for_five_minutes_catches_up(open_editor: Open, text: Text) -> None:
    """Five minutes are longer than any retry interval. Meanwhile the other person types four hundred letters."""
    one, other = open_editor(make_staff("editor")), open_editor(make_staff("publisher"))
    one.context.set_offline(True)
    one.evaluate(PUT, ["third", 0.5, "ж"])
    for n in range(400):
        other.evaluate(PUT, [BLOCKS[n % 3], (n * 7 % 100) / 100, "α"])
        other.wait_for_timeout(700)
    one.context.set_offline(False)

    for page in (one, other):
        expect(page.locator("[data-status]")).to_have_attribute("data-state", "saved", timeout=60_000)
    stored = "".join(words_of(text))
    assert (stored.count("α"), stored.count("ж")) == (400, 1)
    for page in (one, other):
        page.wait_for_function("() => document.querySelector('.document-text').textContent.split('α').length === 401")


def test_undo_takes_back_ones_own_words_though_others_wrote_around_them(open_editor: Open, text: Text) -> None:
    ada, ben = open_editor(make_staff("editor")), open_editor(make_staff("publisher"))
    ada.evaluate(PUT, ["second", 0.1, "жжж"])
    expect(ben.locator("[data-id=second]")).to_contain_text("жжж", timeout=10_000)
    ben.evaluate(PUT, ["second", 0.6, "ααα"])
    ben.evaluate(PUT, ["third", 0.1, "βββ"])
    expect(ada.locator("[data-id=third]")).to_contain_text("βββ", timeout=10_000)

    ada.locator("[data-id=second]").click()
    ada.keyboard.press("Control+z")
    ada.keyboard.press("Control+z")

    expect(ben.locator("[data-id=second]")).not_to_contain_text("ж", timeout=10_000)
    expect(ada.locator("[data-status]")).to_have_attribute("data-state", "saved", timeout=10_000)
    stored = "".join(words_of(text))
    assert (stored.count("ж"), stored.count("α"), stored.count("β")) == (0, 3, 3)


def test_words_written_where_somebody_took_the_paragraph_away_stand_by_themselves(
    open_editor: Open, text: Text
) -> None:
    """The words are kept, whether they were sent before or after the paragraph was deleted."""
    ada, ben = open_editor(make_staff("editor")), open_editor(make_staff("publisher"))
    ada.context.set_offline(True)
    ada.evaluate(PUT, ["second", 0.5, "жжж"])
    ada.evaluate(TAKE_AWAY, "third")
    ben.evaluate(TAKE_AWAY, "second")
    ben.evaluate(PUT, ["third", 0.5, "ααα"])
    expect(ben.locator("[data-status]")).to_have_attribute("data-state", "saved", timeout=10_000)

    ada.context.set_offline(False)

    expect(ada.locator("[data-status]")).to_have_attribute("data-state", "saved", timeout=20_000)
    assert words_of(text)[1:] == ["жжж", "ααα"]
    assert [block["attrs"]["id"] for block in text.content["content"]] == ["first", "second", "third"]
    for words in ("were moved to a new paragraph: жжж", "Their words were moved to a new paragraph: ααα"):
        expect(ada.locator("[data-alarm]")).to_contain_text(words)
    expect(ben.locator("[data-id=second]")).to_have_text("жжж", timeout=10_000)


def test_a_cursor_goes_along_when_somebody_moves_its_paragraph(open_editor: Open, text: Text) -> None:
    ada, ben = open_editor(make_staff("editor")), open_editor(make_staff("publisher"))
    ada.evaluate(PUT, ["second", 0.5, "ж"])
    ben.evaluate(PUT, ["second", 0.1, "α"])
    ben.keyboard.press("Alt+ArrowUp")
    expect(ada.locator(".document-text > :first-child")).to_have_attribute("data-id", "second", timeout=10_000)

    ada.keyboard.type("жж")

    expect(ben.locator("[data-id=second]")).to_contain_text("жжж", timeout=10_000)


def test_what_a_window_that_is_gone_wrote_into_a_paragraph_moved_since_is_there(open_editor: Open, text: Text) -> None:
    ada, ben = open_editor(make_staff("editor")), open_editor(make_staff("publisher"))
    ada.context.set_offline(True)
    ada.evaluate(PUT, ["second", 0.5, "жжж"])
    ada.wait_for_timeout(600)
    address, context = ada.url, ada.context
    ada.close()
    ben.evaluate(PUT, ["second", 0.1, "α"])
    ben.keyboard.press("Alt+ArrowUp")
    expect(ben.locator(".document-text > :first-child")).to_have_attribute("data-id", "second")
    ben.keyboard.type("αα")

    context.set_offline(False)
    again = context.new_page()
    again.goto(address)

    expect(again.locator("[data-status]")).to_have_attribute("data-state", "recovered", timeout=10_000)
    for words in ("жжж", "ααα"):
        expect(again.locator(".document-text > :first-child")).to_contain_text(words, timeout=10_000)


# Delete a whole block, as the browser does.
TAKE_AWAY = """(block) => {
    const element = document.querySelector(`.document-text [data-id=${block}]`);
    element.remove();
}"""
