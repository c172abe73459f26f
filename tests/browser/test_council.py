"""The agenda editor in a real browser: items are moved by drag and by keyboard, edited, and clashes shown."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from council import services
from council.models import AgendaItem, Meeting
from tests.factories.council import make_agenda, make_coming_meeting, make_meeting, make_open_item, outline
from tests.factories.membership import make_delegate, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EDIT = "/council/99/agenda/edit/"
BEFORE = ["1 Opening", "2 Segment", "2.1 Keynotes", "2.2 Launch", "3 Debate", "4 Closing"]

Open = Callable[..., Page]


@pytest.fixture
def meeting() -> Meeting:
    return make_agenda(make_meeting(99))[0]


@pytest.fixture
def open_as(live_server, browser: Browser) -> Iterator[Open]:
    """Return `open_as(person, address)`, which opens the address in a separate browser."""
    contexts: list[BrowserContext] = []

    def open_page(person, address: str, width: int = 1280, **options) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        if person:
            client = Client()
            client.force_login(person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def titles(page: Page) -> list[str]:
    return page.locator("#agenda .rows-title").all_inner_texts()


def wait_for(page: Page, first: str, place: int) -> None:
    expect(page.locator("#agenda .rows-title").nth(place)).to_have_text(first)


def drag(page: Page, title: str, below: str) -> None:
    """Drag the row by its handle to the lower half of another row."""
    grip = page.get_by_role("button", name=f"Move {title} with the arrow keys").bounding_box()
    row = page.locator(f"li[data-label='{below}'] > .sort-row").bounding_box()
    page.mouse.move(grip["x"] + 20, grip["y"] + 20)
    page.mouse.down()
    page.mouse.move(grip["x"] + 20, grip["y"] + 5, steps=5)
    page.mouse.move(row["x"] + 60, row["y"] + 3, steps=20)
    page.wait_for_timeout(250)
    with page.expect_response("**/order/"):
        page.mouse.up()


def test_an_editor_moves_an_item_by_drag_and_by_keyboard_and_takes_it_back(open_as, meeting):
    page = open_as(make_staff("editor"), EDIT)
    drag(page, "Closing", below="Opening")
    wait_for(page, "1 Closing", 0)
    assert outline(meeting) == ["1 Closing", "2 Opening", "3 Segment", "3.1 Keynotes", "3.2 Launch", "4 Debate"]
    page.get_by_role("button", name="Undo").click()
    wait_for(page, "4 Closing", 5)
    assert outline(meeting) == BEFORE

    grip = page.get_by_role("button", name="Move Debate with the arrow keys")
    grip.focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, "2.3 Debate", 4)
    expect(grip).to_be_focused()
    page.keyboard.press("ArrowUp")
    wait_for(page, "2.2 Debate", 3)
    page.keyboard.press("ArrowLeft")
    wait_for(page, "3 Debate", 4)
    expect(page.get_by_text("Debate is now number 3 of 4.")).to_be_visible()
    assert outline(meeting) == BEFORE


def test_between_two_rows_an_item_goes_below_the_upper_one_only_when_drawn_to_the_right(open_as, meeting):
    page = open_as(make_staff("editor"), EDIT)
    grip = page.get_by_role("button", name="Move Closing with the arrow keys").bounding_box()
    edge = page.locator("li[data-label=Closing] > .sort-row").bounding_box()["y"] + 1
    for x, after in ((grip["x"] + 20, BEFORE), (grip["x"] + 120, [*BEFORE[:5], "3.1 Closing"])):
        page.mouse.move(grip["x"] + 20, grip["y"] + 20)
        page.mouse.down()
        page.mouse.move(x, grip["y"] + 10, steps=5)
        page.mouse.move(x, edge, steps=20)
        page.wait_for_timeout(250)
        page.mouse.up()
        wait_for(page, after[5], 5)
    expect(page.get_by_text("Closing is now number 1 of 1 under Debate.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert outline(meeting) == after


def test_an_item_is_edited_in_its_row_and_the_second_editors_clash_is_shown(open_as, meeting):
    first, second = (open_as(make_staff("editor", email=f"{name}@idm.example"), EDIT) for name in ("ana", "ben"))
    for page in (first, second):
        page.get_by_role("link", name="Edit Debate").click()
        expect(page.get_by_label("Title in English")).to_have_value("Debate")
    first.get_by_label("Title in English").fill("General debate")
    first.get_by_role("button", name="Save").click()
    wait_for(first, "3 General debate", 4)

    second.get_by_label("Title in English").fill("Exchange of views")
    second.get_by_label("Description in English").fill("Four minutes each")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_text("ana@idm.example saved changes to the same fields")).to_be_visible()
    sides = second.locator(".clash-text").all_inner_texts()
    assert sides == [
        "General debate",
        "Exchange of views",
    ]  # only she changed it, so the page does not ask
    assert AgendaItem.objects.get(code="debate").title_en == "General debate"
    second.get_by_role("button", name="Save", exact=True).click()
    wait_for(second, "3 Exchange of views", 4)
    row = AgendaItem.objects.get(code="debate")
    assert (row.title_en, row.description_en) == ("Exchange of views", "Four minutes each")


def test_what_is_typed_in_a_row_stays_while_other_rows_move_and_when_the_row_is_gone(open_as, meeting):
    page = open_as(make_staff("editor"), EDIT)
    page.get_by_role("link", name="Edit Debate").click()
    page.get_by_label("Title in English").fill("A long debate")
    with page.expect_response("**/order/"):
        page.get_by_role("button", name="Move Closing up").click()
    wait_for(page, "3 Closing", 4)
    expect(page.get_by_label("Title in English")).to_have_value("A long debate")
    meeting.refresh_from_db()
    debate = meeting.items.get(code="debate")
    services.remove_item(item=debate, expected=1, expected_order=meeting.order_version, reason="Gone")
    with page.expect_response("**/order/"):
        page.get_by_role("button", name="Move Closing up").click()
    expect(page.get_by_text("Someone else changed the agenda")).to_be_visible()
    expect(page.get_by_label("Title in English")).to_have_value("A long debate")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Not saved: this was deleted")).to_be_visible()
    expect(page.get_by_text("A long debate")).to_be_visible()


def test_moving_an_item_that_was_removed_meanwhile_shows_the_present_agenda(open_as, meeting):
    ana = make_staff("editor", email="ana@idm.example")
    page = open_as(make_staff("editor"), EDIT)
    debate = meeting.items.get(code="debate")
    services.remove_item(item=debate, expected=1, expected_order=meeting.order_version, reason="Gone", actor=ana)
    expect(page.get_by_text("The agenda has changed. ana@idm.example")).to_be_visible(timeout=10_000)
    with page.expect_response("**/order/") as answer:
        page.get_by_role("button", name="Move Closing up").click()
    assert answer.value.status == 409
    expect(page.get_by_text("Someone else changed the agenda")).to_be_visible()
    wait_for(page, "3 Closing", 4)
    assert outline(meeting) == ["1 Opening", "2 Segment", "2.1 Keynotes", "2.2 Launch", "3 Closing"]


def test_without_a_script_the_buttons_move_and_undo(open_as, meeting):
    page = open_as(make_staff("editor"), EDIT, java_script_enabled=False)
    page.get_by_role("button", name="Move Debate under the previous item").click()
    assert titles(page)[4] == "2.3 Debate"
    page.get_by_role("button", name="Undo last move").click()
    assert titles(page) == BEFORE


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("address", ["/council/", "/council/99/", "/council/99/agenda/", EDIT, "speakers"])
def test_no_violation_and_no_horizontal_scroll(open_as, meeting, address, width):
    person = make_staff("editor") if address == EDIT else None
    if address == "speakers":
        item = make_open_item(make_coming_meeting(98), "Statements")
        person = make_delegate("au")
        address = f"/council/98/agenda/items/{item.code}/speakers/"
        services.inscribe(item=item, delegation=person.accreditations.get(), actor=person)
    page = open_as(person, address, width)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
