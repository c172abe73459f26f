"""The editor in a real browser: two people at once, live figures, no text lost offline or signed out, keyboard only."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from documents.models import Step, Text
from membership.models import Person
from tests.documents.editing.conftest import make_text, paragraph, words_of
from tests.factories.membership import make_staff
from texts.registry import Figure, figure_provider, figure_subjects

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KEY = "documents_live.counted:one:people"
CHIP = {"type": "figure", "attrs": {"key": KEY, "reads": "auto", "capital": False, "gender": "m"}}
counted = {"people": 178}


@figure_provider("documents_live.counted", names={"people": "people"})
def _provide(asked: dict[str, set[str]]) -> dict[tuple[str, str], Figure]:
    return {("one", "people"): Figure("count", counted["people"], "participants", source="Register")}


@figure_subjects("documents_live.counted")
def _subjects(person: Any) -> list[tuple[str, str]]:
    return [("one", "The first workshop")]


@pytest.fixture
def text() -> Text:
    return make_text(
        [
            paragraph("first", "The workshop brought together ", CHIP, " people."),
            paragraph("second", "Another sentence."),
            paragraph("third", "The end."),
        ]
    )


Open = Callable[..., Page]


@pytest.fixture
def open_editor(live_server: Any, browser: Any, text: Text) -> Iterator[Open]:
    """Return `open_editor(person)`, which opens the text in that person's browser. Browser errors fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_editor(person: Person, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        sign_in(context, person)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: "Content Security" in message.text and complaints.append(message.text))
        page.goto(f"{live_server.url}/documents/drafts/{text.part.document_id}/{text.part.key}/en/edit/")
        expect(page.locator(".editor.is-ready")).to_be_visible()
        return page

    def sign_in(context: BrowserContext, person: Person) -> None:
        client = Client()
        client.force_login(person)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    open_editor.sign_in = sign_in
    yield open_editor
    for context in contexts:
        for page in context.pages:
            page.goto("about:blank")
        context.close()
    until_the_server_rests()
    assert complaints == []


def until_the_server_rests() -> None:
    """Wait for requests that windows send when they close, before the tables are emptied."""
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    quiet = 0
    deadline = time.monotonic() + 10
    while quiet < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
        with connection.cursor() as cursor:
            cursor.execute(f"{busy} AND state <> 'idle'")
            quiet = quiet + 1 if cursor.fetchone()[0] == 0 else 0


def go_to_the_end_of(page: Page, block: str, key: str = "End") -> None:
    page.locator(f"[data-id={block}]").click()
    page.keyboard.press(key)
    # The browser reports a moved cursor with its next frame, which is faster than anybody types.
    page.wait_for_timeout(150)


def write_after(page: Page, block: str, words: str) -> None:
    go_to_the_end_of(page, block)
    page.keyboard.type(words, delay=15)


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_attribute("data-state", "saved", timeout=10_000)


def shown(page: Page, block: str) -> Any:
    return expect(page.locator(f".document-text [data-id={block}]"))


def test_two_people_write_at_once_and_neither_loses_a_letter(open_editor: Open, text: Text) -> None:
    ada, ben = make_staff("editor"), make_staff("publisher")
    ada.first_name = "Ada"
    ada.save()
    one, other = open_editor(ada), open_editor(ben)

    for turn in range(3):
        write_after(one, "second", f" Ada {turn}.")
        write_after(other, "second" if turn == 1 else "third", f" Ben {turn}.")

    for page in (one, other):
        shown(page, "third").to_contain_text("The end. Ben 0. Ben 2.", timeout=10_000)
        shown(page, "second").to_contain_text("Ben 1.")
        shown(page, "second").to_contain_text("Ada 2.", timeout=10_000)
        saved(page)
    expect(other.locator("[data-people]")).to_have_text("Also editing: Ada")
    second, third = words_of(text)[1:]
    assert third == "The end. Ben 0. Ben 2."
    assert sorted(second) == sorted("Another sentence. Ada 0. Ada 1. Ada 2. Ben 1.")
    assert set(Step.objects.filter(text=text).values_list("person", flat=True)) == {ada.pk, ben.pk}

    # Undo takes back only the person's own words.
    other.keyboard.press("Control+z")
    shown(one, "third").not_to_contain_text("Ben 2.", timeout=10_000)
    shown(one, "second").to_contain_text("Ada 2.")


def test_a_figure_is_shown_live_and_put_in_from_the_picker(open_editor: Open, text: Text) -> None:
    counted["people"] = 178
    page = open_editor(make_staff("editor"))
    chip = page.locator(".chip").first
    expect(chip).to_have_text("178")

    counted["people"] = 177
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(chip).to_have_text("177")

    write_after(page, "third", " ")
    page.keyboard.press("Alt+Shift+g")
    dialog = page.get_by_role("dialog", name="Figure")
    dialog.get_by_role("searchbox").fill("people")
    dialog.get_by_role("radio", name="people 177").check()
    dialog.get_by_role("radio", name="spelled out").check()
    dialog.get_by_role("button", name="Insert").click()

    expect(page.locator("[data-id=third] .chip")).to_have_text("one hundred and seventy-seven")
    saved(page)
    text.refresh_from_db()
    assert text.content["content"][2]["content"][-1]["attrs"] == {**CHIP["attrs"], "reads": "words"}


def test_what_is_written_without_a_connection_arrives_later(open_editor: Open, text: Text) -> None:
    page = open_editor(make_staff("editor"))

    page.context.set_offline(True)
    write_after(page, "third", " Offline.")
    expect(page.locator("[data-status]")).to_contain_text("stored on this device")
    assert words_of(text)[2] == "The end."
    page.context.set_offline(False)

    saved(page)
    assert words_of(text)[2] == "The end. Offline."


def test_what_is_written_after_the_sign_in_ended_survives_even_the_window(open_editor: Open, text: Text) -> None:
    person = make_staff("editor")
    page = open_editor(person)
    context, address = page.context, page.url

    context.clear_cookies()
    write_after(page, "third", " Unsent.")
    expect(page.get_by_role("link", name="Sign in again in a new tab")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.close(run_before_unload=True)
    assert words_of(text)[2] == "The end."
    open_editor.sign_in(context, person)
    again = context.new_page()
    again.goto(address)

    shown(again, "third").to_have_text("The end. Unsent.")
    assert words_of(text)[2] == "The end. Unsent."
    assert again.evaluate("Object.keys(localStorage)") == []


def test_structure_by_keyboard(open_editor: Open, text: Text) -> None:
    page = open_editor(make_staff("editor"))
    go_to_the_end_of(page, "first", "Control+End")

    page.keyboard.press("Alt+Shift+f")
    page.keyboard.type("Below the line.")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.keyboard.type("A fourth paragraph with ")
    page.keyboard.press("Control+b")
    page.keyboard.type("weight")
    page.keyboard.press("Control+b")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("- a point")
    page.keyboard.press("Enter")
    page.keyboard.type("another")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+Shift+2")
    page.keyboard.type("A subheading")
    page.keyboard.press("Alt+ArrowUp")
    saved(page)

    text.refresh_from_db()
    blocks = text.content["content"]
    assert [block["type"] for block in blocks[2:]] == ["paragraph", "paragraph", "heading", "bullet_list"]
    assert [block["attrs"].get("numbered") for block in blocks[2:4]] == [True, True]
    assert blocks[2]["content"][-1]["content"] == [{"type": "text", "text": "Below the line."}]
    assert blocks[3]["content"][1] == {"type": "text", "text": "weight", "marks": [{"type": "strong"}]}
    assert len(blocks[5]["content"]) == 2
    identities = [block["attrs"]["id"] for block in blocks]
    assert len(set(identities)) == len(identities)
    expect(page.locator("[data-id=third]")).to_have_attribute("data-number", "3")
    page.keyboard.press("Alt+F10")
    assert page.evaluate("document.activeElement.dataset.command") == "undo"


def test_what_is_pasted_keeps_its_structure_and_nothing_else(open_editor: Open, text: Text) -> None:
    page = open_editor(make_staff("editor"))
    go_to_the_end_of(page, "third")
    page.keyboard.press("Enter")
    html = (
        '<h1 style="color:red">Title</h1><p onclick="x()">One <b style="font-weight:normal">plain</b> '
        '<span style="font-weight:700">bold</span> <a href="javascript:x()">link</a></p>'
        '<ul><li>point</li></ul><img src="x" onerror="window.broken=1"><script>window.broken=1</script>'
    )
    page.evaluate(
        """html => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            document.querySelector(".document-text").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        html,
    )
    saved(page)

    text.refresh_from_db()
    blocks = text.content["content"][3:]
    assert [block["type"] for block in blocks[:3]] == ["heading", "paragraph", "bullet_list"]
    assert [(piece["text"], piece.get("marks")) for piece in blocks[1]["content"]] == [
        ("One plain ", None),
        ("bold", [{"type": "strong"}]),
        (" link", None),
    ]
    assert page.evaluate("window.broken") is None


@pytest.mark.parametrize("width", [1280, 360])
def test_no_violation_and_no_horizontal_scroll(open_editor: Open, width: int) -> None:
    page = open_editor(make_staff("editor"), viewport={"width": width, "height": 740})

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]

    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
