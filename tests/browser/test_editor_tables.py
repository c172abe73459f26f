# ruff: noqa: F811 - fixtures of the other file are named again as arguments
"""Editing tables by keyboard and by buttons, with the result seen in a second browser."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from documents.models import Text
from tests.browser.test_editor import open_editor, text  # noqa: F401 - fixtures
from tests.factories.membership import make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]

# Return the table as rows of cells. Headings begin with #; joined cells give their number of columns and rows.
SHAPE = """() => [...document.querySelectorAll(".document-text table tr")].map((row) => [...row.cells].map((cell) => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll(".other-writer").forEach((element) => element.remove());
    const joined = cell.colSpan > 1 || cell.rowSpan > 1 ? ` ${cell.colSpan}x${cell.rowSpan}` : "";
    return (cell.tagName === "TH" ? "#" : "") + copy.textContent.trim() + joined;
}))"""


def stored(text: Text) -> list[list[str]]:
    text.refresh_from_db()
    table = next(block for block in text.content["content"] if block["type"] == "table")
    return [[_cell(cell) for cell in row["content"]] for row in table["content"]]


def _cell(cell: dict[str, Any]) -> str:
    words = "".join(
        piece.get("text", "") for block in cell["content"] for piece in block.get("content", ()) if "text" in piece
    )
    across, down = cell["attrs"]["colspan"], cell["attrs"]["rowspan"]
    joined = f" {across}x{down}" if across > 1 or down > 1 else ""
    return ("#" if cell["type"] == "table_header" else "") + words + joined


class Table:
    """One table, open in two browsers."""

    def __init__(self, here: Page, there: Page, text: Text) -> None:
        self.here, self.there, self.text = here, there, text

    def press(self, keys: str) -> None:
        for key in keys.split():
            self.here.keyboard.press(key)

    def button(self, name: str) -> None:
        self.here.locator(f"[data-about=table] [data-command=table-{name}]").click()

    def reads(self, *rows: str) -> None:
        """Check that both browsers and the portal show the same table."""
        wanted = [row.split("|") for row in rows]
        for page in (self.here, self.there):
            until = time.monotonic() + 10
            while (shown := page.evaluate(SHAPE)) != wanted and time.monotonic() < until:
                page.wait_for_timeout(100)
            assert shown == wanted
        expect(self.here.locator("[data-status]")).to_have_attribute("data-state", "saved", timeout=10_000)
        assert stored(self.text) == wanted


@pytest.fixture
def table(open_editor: Open, text: Text) -> Table:
    """A table of three columns and three rows with a heading row, filled in with the Tab key."""
    there = open_editor(make_staff("publisher"))
    here = open_editor(make_staff("editor"))
    here.locator("[data-id=second]").click()
    here.wait_for_timeout(100)
    made = Table(here, there, text)
    made.press("Alt+Shift+T")
    for n, word in enumerate(["A", "B", "C", "a", "b", "c", "x", "y", "z"]):
        if n:
            here.keyboard.press("Tab")
        here.keyboard.type(word)
    made.reads("#A|#B|#C", "a|b|c", "x|y|z")
    return made


def test_cells_by_tab_and_a_new_row_behind_the_last(table: Table) -> None:
    table.press("Tab")
    table.here.keyboard.type("new")
    table.press("Shift+Tab")
    table.here.keyboard.type("last")

    table.reads("#A|#B|#C", "a|b|c", "x|y|last", "new||")


def test_rows_and_columns_by_the_buttons(table: Table) -> None:
    table.press("Shift+Tab Shift+Tab Shift+Tab Shift+Tab")
    table.button("rowBefore")
    table.reads("#A|#B|#C", "||", "a|b|c", "x|y|z")
    table.button("rowAfter")
    table.reads("#A|#B|#C", "||", "a|b|c", "||", "x|y|z")
    table.button("columnBefore")
    table.reads("#A|#|#B|#C", "|||", "a||b|c", "|||", "x||y|z")
    table.button("columnAfter")
    table.reads("#A|#|#B|#|#C", "||||", "a||b||c", "||||", "x||y||z")
    table.button("deleteColumn")
    table.reads("#A|#|#|#C", "|||", "a|||c", "|||", "x|||z")
    table.press("Control+z")
    table.button("deleteRow")
    table.reads("#A|#|#B|#|#C", "||||", "||||", "x||y||z")


def test_the_heading_row_comes_and_goes(table: Table) -> None:
    table.press("Shift+Tab")
    table.button("headerRow")
    table.reads("A|B|C", "a|b|c", "x|y|z")
    table.button("headerRow")
    table.reads("#A|#B|#C", "a|b|c", "x|y|z")


def test_cells_are_joined_and_split_by_keyboard(table: Table) -> None:
    """Shift and arrow keys select cells; Tab in the toolbar reaches the commands."""
    table.press("Shift+ArrowLeft")
    # The browser reports a changed selection with its next frame, which is faster than anybody types.
    table.here.wait_for_timeout(150)
    table.press("Shift+ArrowLeft")
    expect(table.here.locator(".selectedCell")).to_have_count(2)
    table.press("Alt+F10")
    join = table.here.locator("[data-command=table-mergeCells]")
    for _more in range(40):
        if join.evaluate("(button) => button === document.activeElement"):
            break
        table.press("Tab")
    expect(join).to_be_focused()
    expect(join).to_have_attribute("aria-disabled", "false")
    table.press("Enter")
    table.reads("#A|#B|#C", "a|b|c", "x|yz 2x1")
    expect(join).to_be_focused()
    expect(join).to_have_attribute("aria-disabled", "true")

    table.press("Tab Enter")
    table.reads("#A|#B|#C", "a|b|c", "x|yz|")
    table.press("Escape")
    expect(table.here.locator(".document-text")).to_be_focused()


def test_the_table_goes_whole_and_comes_back(table: Table) -> None:
    # Changes made within a moment are undone together.
    table.here.wait_for_timeout(700)
    table.button("deleteTable")
    for page in (table.here, table.there):
        expect(page.locator(".document-text table")).to_have_count(0, timeout=10_000)
    table.press("Control+z")
    table.reads("#A|#B|#C", "a|b|c", "x|y|z")


PASTE = """(html) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector(".document-text").dispatchEvent(event);
}"""
JOINED = """<table><tr><td colspan="2">wide</td><td rowspan="2">tall</td></tr><tr><td>p</td><td>q</td></tr>
<tr><td>r</td><td>s</td><td>t</td></tr></table>"""


def test_joined_cells_from_elsewhere_take_rows_and_columns(open_editor: Open, text: Text) -> None:
    there, here = open_editor(make_staff("publisher")), open_editor(make_staff("editor"))
    here.locator("[data-id=third]").click()
    here.keyboard.press("End")
    here.keyboard.press("Enter")
    here.evaluate(PASTE, JOINED)
    table = Table(here, there, text)
    table.reads("wide 2x1|tall 1x2", "p|q", "r|s|t")

    here.locator(".document-text td", has_text="q").click()
    here.wait_for_timeout(100)
    table.button("rowAfter")
    table.reads("wide 2x1|tall 1x2", "p|q", "||", "r|s|t")
    table.button("rowBefore")
    table.reads("wide 2x1|tall 1x3", "|", "p|q", "||", "r|s|t")
    table.button("columnBefore")
    table.reads("wide 3x1|tall 1x3", "||", "p||q", "|||", "r||s|t")
    table.button("deleteColumn")
    table.reads("wide 2x1|tall 1x3", "|", "p|", "||", "r||t")
    here.locator(".document-text td", has_text="p").click()
    here.wait_for_timeout(100)
    table.button("deleteRow")
    table.reads("wide 2x1|tall 1x2", "|", "||", "r||t")


def test_a_row_here_and_a_column_there_at_the_same_time(table: Table) -> None:
    """The window that is later finds one cell missing, and adds it once."""
    table.there.locator(".document-text td", has_text="b").click()
    table.there.wait_for_timeout(100)
    table.here.context.set_offline(True)
    table.button("columnAfter")
    other = table.there.locator("[data-about=table] [data-command=table-rowAfter]")
    other.click()
    table.there.keyboard.press("ArrowDown")
    table.there.keyboard.type("new")
    expect(table.there.locator("[data-status]")).to_have_attribute("data-state", "saved", timeout=10_000)
    table.here.context.set_offline(False)

    table.reads("#A|#B|#C|#", "a|b|c|", "|new||", "x|y|z|")
    steps = table.text.step_number
    table.here.wait_for_timeout(4_000)
    table.text.refresh_from_db()
    assert table.text.step_number == steps
