# ruff: noqa: F811 - fixtures of the other file are named again as arguments
"""Review comments in the editor: the marked text, the panel with threads, and text that moves or is deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from documents import services
from documents.models import ReviewComment, Text
from tests.browser.test_editor import RULES, go_to_the_end_of, open_editor, saved, text  # noqa: F401 - fixtures
from tests.factories.membership import make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]


def marks(page: Page) -> Any:
    return page.locator(".comment-mark")


def panel(page: Page) -> Any:
    return page.get_by_role("complementary")


def test_comment_on_a_selection_follows_its_text_by_keyboard(open_editor: Open, text: Text) -> None:
    page = open_editor(make_staff("editor"))
    go_to_the_end_of(page, "second")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Control+Alt+m")
    page.keyboard.type("Which one?")
    page.keyboard.press("Control+Enter")
    expect(marks(page)).to_have_attribute("aria-label", "1 comment: paragraph 2")
    expect(panel(page)).to_contain_text("Which one?")
    assert ReviewComment.objects.get().quote == "Another sentence."
    assert Axe().run(page, options={"runOnly": RULES}).response["violations"] == []

    page.keyboard.press("Escape")
    expect(page.locator(".document-text")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(marks(page)).to_have_attribute("aria-label", "1 comment: paragraph 3")
    go_to_the_end_of(page, "second")
    page.keyboard.type(" And more.")
    expect(page.locator(".commented")).to_have_text("Another sentence.")


def test_a_comment_whose_text_went_keeps_its_words_and_a_resolved_one_hides(open_editor: Open, text: Text) -> None:
    author = make_staff("editor")
    common = {"document": text.part.document, "language": "en", "actor": author}
    services.comment_on(block="second", words="Needed?", **common)
    services.comment_on(block="third", words="An end?", **common)
    page = open_editor(author)
    expect(page.get_by_role("button", name="2 open comments")).to_be_visible()

    page.get_by_role("button", name="1 comment: paragraph 3").click()
    panel(page).get_by_role("button", name="Resolve").click()
    expect(marks(page)).to_have_count(1)
    expect(page.locator(".document-text")).to_be_focused()
    page.get_by_label("Show resolved comments").check()
    expect(marks(page)).to_have_count(2)

    go_to_the_end_of(page, "second")
    page.keyboard.press("Shift+Home")
    for _key in range(3):
        page.keyboard.press("Backspace")
    saved(page)
    page.get_by_role("button", name="1 open comment").click()
    expect(panel(page)).to_contain_text("Comments on deleted text")
    expect(panel(page).locator("blockquote")).to_have_text("Another sentence.")
