"""Acts of the secretariat and of delegations by keyboard: on a desktop with JavaScript, and on a phone without."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from foundation.time.clock import database_now
from membership.models import Accreditation, Capacity, Person
from tests.browser.test_votes import PASSWORD
from tests.factories.council import make_meeting
from tests.factories.membership import make_accreditation, make_person, make_staff
from tests.factories.votes import DAY, cast, close, make_delegation, make_open, make_silence, make_upcoming
from votes import services
from votes.models import Ballot, Position, Proposal, Reminder, Statement
from workshops.models import IDMYear, Topic

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
WAYS = pytest.mark.parametrize("way", ["desktop", "phone"])


class Walk:
    """One person in one browser, without a mouse."""

    def __init__(self, browser: Any, url: str, way: str, person: Person) -> None:
        size = {"width": 1280, "height": 900} if way == "desktop" else {"width": 360, "height": 740}
        self.url = url
        self.page: Page = browser.new_context(viewport=size, java_script_enabled=way == "desktop").new_page()
        person.set_password(PASSWORD)
        person.save()
        self.open("account_login")
        self.page.fill("[name=login]", person.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda address: "login" not in address)

    def open(self, name: str, *arguments: Any) -> None:
        self.page.goto(self.url + reverse(name, args=arguments))

    def reach(self, target: Locator) -> Locator:
        expect(target).to_be_visible()
        for _step in range(150):
            if target.evaluate("element => element === document.activeElement"):
                return target
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not get to {target}")

    def press(self, role: str, name: str) -> None:
        self.reach(self.page.get_by_role(role, name=name).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()
        assert not self.page.locator("html").evaluate("html => html.scrollWidth > window.innerWidth"), self.page.url

    def tick(self, role: str, name: str) -> None:
        self.reach(self.page.get_by_role(role, name=name))
        self.page.keyboard.press("Space")

    def write(self, label: str, words: str) -> None:
        self.reach(self.page.get_by_label(label, exact=False).first)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)

    def set_moment(self, label: str, moment: dt.datetime) -> None:
        """Type a date and time digit by digit, as the browser's own field expects."""
        self.reach(self.page.get_by_label(label).first).fill(moment.strftime("%Y-%m-%dT%H:%M"))

    def choose(self, label: str, option: str) -> None:
        self.reach(self.page.get_by_label(label).first).select_option(label=option)

    def sees(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)


@pytest.fixture
def walk(browser: Any, live_server: Any):
    walks: list[Walk] = []

    def begin(way: str, person: Person) -> Walk:
        walks.append(Walk(browser, live_server.url, way, person))
        return walks[-1]

    yield begin
    for walked in walks:
        walked.page.context.close()


@pytest.fixture
def heads(db: None) -> dict[str, Accreditation]:
    return {code: make_delegation(code) for code in ("au", "fr", "gh")}


def topics(slug: str, **fields: Any) -> Ballot:
    """An open ballot on the three topics of a year."""
    year = IDMYear.objects.get_or_create(year=2011)[0]
    ballot = make_upcoming(slug, choose=1, opens_at=database_now() - DAY, tie_rule="run-off", **fields)
    for option in ballot.options.all():
        option.topic = Topic.objects.create(year=year, slug=option.code.lower(), letter=option.code, title_en="T")
        option.save()
    return services.ensure_opened(ballot=ballot, notify=False)


@WAYS
def test_tie_run_off_and_what_it_selects_flows_back(walk, heads, way):
    ballot = topics("topics")
    cast(ballot, heads["au"], "A")
    cast(ballot, heads["fr"], "B")
    close(ballot)
    publisher = walk(way, make_staff("publisher"))
    publisher.press("link", "Publish result")
    publisher.press("link", "Publish result")
    publisher.press("button", "Publish result")
    publisher.sees("Create run-off")
    publisher.press("link", "Create run-off")
    publisher.set_moment("Opens", database_now() + DAY)
    publisher.set_moment("Closes", database_now() + 5 * DAY)
    publisher.press("button", "Schedule run-off")
    publisher.sees("The run-off has been scheduled. It will open automatically.")
    run_off = Ballot.objects.get(run_off_of=ballot)
    Ballot.objects.filter(pk=run_off.pk).update(opens_at=database_now() - DAY)
    run_off = services.ensure_opened(ballot=Ballot.objects.get(pk=run_off.pk), notify=False)
    cast(run_off, heads["gh"], "B")
    close(run_off)
    services.publish_result(ballot=run_off, actor=make_staff("publisher"), notify=False)
    publisher.open("votes:results", run_off.slug)
    publisher.press("link", "Apply result to IDM year")
    publisher.press("button", "Apply result to IDM year")
    assert dict(Topic.objects.values_list("letter", "state")) == {
        "A": "not-selected", "B": "selected", "C": "not-selected",
    }  # fmt: skip


@WAYS
def test_proposal_supported_and_merged(walk, heads, way):
    make_open("topics", proposals_until=database_now() + DAY)
    proposer = walk(way, heads["au"].person)
    proposer.open("votes:ballot", "topics")
    proposer.press("link", "Propose an option")
    proposer.write("Title", "Cities and migration")
    proposer.write("Rationale", "Most migrants live in them.")
    proposer.press("button", "Send proposal")
    other = walk(way, heads["fr"].person)
    other.open("votes:ballot", "topics")
    other.press("button", "Support")
    publisher = walk(way, make_staff("publisher"))
    publisher.press("link", "Decide on proposals")
    publisher.sees("State of FR")
    publisher.press("link", "Merge proposal")
    publisher.choose("Merge into", "A. Topic A")
    publisher.write("Reason", "Topic A speaks of cities.")
    publisher.press("button", "Merge proposal")
    assert Proposal.objects.values_list("state", "option__code").get() == ("merged", "A")
    proposer.open("votes:ballot", "topics")
    proposer.sees("Topic A speaks of cities.")


@WAYS
def test_reminders_are_shown_chosen_and_sent_within_the_limit(walk, heads, way):
    make_open("topics")
    publisher = walk(way, make_staff("publisher"))
    publisher.open("votes:list")
    publisher.press("link", "Remind")
    publisher.sees("Your State has not answered yet")
    publisher.press("link", "Deselect all")
    publisher.tick("checkbox", "State of FR")
    publisher.press("button", "Send reminders to selected States")
    publisher.sees("Reminder sent to 1 State.")
    publisher.sees("reminded less than 2 days ago")
    assert list(Reminder.objects.values_list("entity__code", flat=True)) == ["fr"]


@WAYS
def test_predecessor_is_refused_at_the_next_click(walk, heads, way):
    make_open("topics")
    held = heads["au"]
    predecessor = walk(way, held.person)
    predecessor.open("votes:answer", "topics")
    predecessor.tick("checkbox", "A. Topic A")
    predecessor.tick("checkbox", "B. Topic B")
    today = database_now().date()
    Accreditation.objects.filter(pk=held.pk).update(ends=today)
    successor = make_person("successor@au.example", password=PASSWORD)
    make_accreditation(successor, held.entity, Capacity.HEAD, begins=today)
    predecessor.press("button", "Review")
    assert predecessor.page.get_by_role("heading", level=1).inner_text() != "Check before sending"
    assert predecessor.page.get_by_role("button", name="Send answer for my State").count() == 0
    after = walk(way, successor)
    after.open("votes:answer", "topics")
    after.tick("checkbox", "A. Topic A")
    after.tick("checkbox", "B. Topic B")
    after.press("button", "Review")
    after.press("button", "Send answer for my State")
    after.sees("Your State’s answer has been recorded")


@WAYS
def test_silence_broken_by_an_objection_that_a_deputy_prepared_and_the_head_cleared(walk, heads, way):
    ballot = make_silence("text", choices_audience="public")
    deputy, head = walk(way, make_delegation("au", Capacity.DEPUTY).person), walk(way, heads["au"].person)
    deputy.open("votes:ballot", "text")
    deputy.press("link", "Prepare position")
    deputy.tick("radio", "Objection")
    deputy.write("Text", "The costs are unknown.")
    deputy.press("button", "Save draft")
    deputy.sees("The draft has been saved. Only your delegation can see it.")
    head.open("account_login")
    head.press("link", "Clear position")
    head.press("button", "Clear position")
    assert Position.objects.get().stage == "cleared"
    deputy.page.goto(deputy.url)
    deputy.press("link", "Send cleared answer")
    deputy.sees("The costs are unknown.")
    deputy.press("button", "Send statement for my State")
    assert Statement.objects.values_list("kind", "withdrawn_at").get() == ("objection", None)
    deputy.press("link", "Back to ballot")
    deputy.sees("Your State’s statements")
    close(ballot)
    publisher = walk(way, make_staff("publisher"))
    publisher.press("link", "Declare outcome")
    publisher.press("link", "Declare outcome")
    publisher.press("button", "Declare outcome")
    publisher.sees("The costs are unknown.")


@WAYS
def test_adoption_is_set_up_recorded_and_commented_on(walk, heads, way):
    make_meeting()
    publisher = walk(way, make_staff("publisher"))
    publisher.open("votes:create")
    publisher.reach(publisher.page.get_by_role("radio", name="Indicative consultation"))
    for _kind in range(3):
        publisher.page.keyboard.press("ArrowDown")
    publisher.press("button", "Continue")
    publisher.write("Permanent id", "adopted")
    publisher.write("Question in English", "Report of the session")
    publisher.write("Text of the decision in English", "The Council adopts its report.")
    option = publisher.page.locator("[name=meeting] option").nth(1).inner_text()
    publisher.choose("Meeting that adopted it", option)
    publisher.set_moment("Time of adoption", database_now() - DAY)
    publisher.set_moment("Deadline for statements", database_now() + 5 * DAY)
    publisher.press("button", "Save draft")
    publisher.press("link", "Check")
    publisher.press("button", "Record adoption")
    publisher.sees("The adoption has been recorded.")
    head = walk(way, heads["fr"].person)
    head.open("votes:ballot", "adopted")
    head.press("link", "Record reservation or explain position")
    head.tick("radio", "Reservation")
    head.write("Text", "As to paragraph 2.")
    head.press("button", "Review")
    head.press("button", "Send statement for my State")
    assert Statement.objects.values_list("kind", "entity__code").get() == ("reservation", "fr")
