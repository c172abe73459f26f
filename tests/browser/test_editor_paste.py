# ruff: noqa: F811 - fixtures of the other file are named again as arguments
"""Pasting from Word, LibreOffice, Google Docs and web pages: structure is kept, everything else is dropped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from documents.models import Text
from tests.browser.test_editor import go_to_the_end_of, open_editor, saved, text  # noqa: F401 - fixtures
from tests.factories.membership import make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Open = Callable[..., Page]

CLIPBOARDS = Path(__file__).parent / "clipboards"


def outlined(node: dict[str, Any]) -> Any:
    """Return type and text of each block, nested like the blocks."""
    kind = node["type"]
    attrs = node.get("attrs", {})
    if kind == "text":
        marks = "".join(mark["type"][0] for mark in node.get("marks", ()))
        return f"{node['text']}<{marks}>" if marks else node["text"]
    inside = [outlined(child) for child in node.get("content", ())]
    name = {"paragraph": "n" if attrs.get("numbered") else "p", "heading": f"h{attrs.get('level')}"}.get(kind, kind)
    name += f" {attrs['style']}" if "style" in attrs else ""
    name += f" {attrs['colspan']}" if attrs.get("colspan", 1) > 1 else ""
    if name in {"n", "p", "h1", "h2", "h3", "footnote"}:
        parts = [part if isinstance(part, str) else f"[{part[1]}]" for part in inside]
        return [name, "".join(parts)]
    return [name, *inside]


EXPECTED = {
    "Word": (
        "word.html",
        [
            ["h1", "A note"],
            ["h1", "First part"],
            ["n", "The first paragraph[See the list<e>.] goes on."],
            ["n", "The second<s> one:"],
            [
                "lettered_list letters",
                ["list_item", ["p", "a measure;"], ["lettered_list roman", ["list_item", ["p", "within it;"]]]],
                ["list_item", ["p", "another."]],
            ],
            ["bullet_list", ["list_item", ["p", "a point"]]],
            ["quotation", ["p", "Said by somebody."]],
            ["table", ["table_row", ["table_cell", ["p", "State"]], ["table_cell 2", ["p", "28 of 178"]]]],
            ["p", "A link<l>"],
            ["n", "Typed by hand."],
        ],
    ),
    "LibreOffice": (
        "libreoffice.html",
        [
            ["h2", "Second part"],
            ["n", "A paragraph[Its note.]."],
            ["bullet_list", ["list_item", ["p", "point"], ["bullet_list", ["list_item", ["p", "inner"]]]]],
        ],
    ),
    "Google Docs": (
        "google-docs.html",
        [
            ["h1", "Part"],
            ["p", "Plain bold<s> slanted<e>"],
            [
                "lettered_list letters",
                ["list_item", ["p", "one"], ["lettered_list roman", ["list_item", ["p", "deep"]]]],
            ],
        ],
    ),
    # In the fields that LibreOffice writes for a note exported by the portal.
    "characters that cannot be printed": ("unprintable.html", [["n", "Before and after a field."]]),
    "a document of the portal": ("portal-page.html", [["n", "The third paragraph."], ["p", "A plain one."]]),
    "a web page": (
        "web-page.html",
        [
            ["h2", "News"],
            ["p", "Words here and there."],
            ["lettered_list numbers", ["list_item", ["p", "first"]], ["list_item", ["p", "second"]]],
            ["quotation", ["p", "Quoted"]],
        ],
    ),
}


@pytest.mark.parametrize(("file", "expected"), EXPECTED.values(), ids=EXPECTED)
def test_structure_is_pasted_and_the_rest_dropped(
    open_editor: Open, text: Text, file: str, expected: list[Any]
) -> None:
    page = open_editor(make_staff("editor"))
    go_to_the_end_of(page, "third")
    page.keyboard.press("Enter")

    page.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            document.querySelector(".document-text").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        (CLIPBOARDS / file).read_text(encoding="utf-8"),
    )
    saved(page)

    text.refresh_from_db()
    blocks = [outlined(block) for block in text.content["content"][3:]]
    assert [block for block in blocks if block[1:] != [""]] == expected
    assert page.evaluate("window.broken") is None
