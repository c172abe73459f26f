"""Every page of votes for everybody who can open it: no errors of axe-core, and no page wider than the screen."""

from typing import Any

import pytest
from django.urls import reverse

from foundation.time.clock import database_now
from membership.models import Accreditation, Capacity, Group, GroupMembership, Person
from tests.browser.test_votes import PASSWORD, complaints_about
from tests.factories.membership import make_staff
from tests.factories.votes import (
    DAY,
    cast,
    close,
    make_adoption,
    make_delegation,
    make_draft,
    make_formal,
    make_open,
    make_secret,
    make_silence,
    record_received,
    say,
)
from votes import services
from votes.models import Ballot, Printout, Proposal
from workshops.models import IDMYear, Topic

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def named(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    head, deputy = make_delegation("au"), make_delegation("au", Capacity.DEPUTY)
    for code in ("fr", "gh", "pe"):
        make_delegation(code)
    return {
        "anonymous": None,
        "head": named(head.person),
        "deputy": named(deputy.person),
        "publisher": named(make_staff("publisher")),
    }


def acting(code: str, capacity: str = Capacity.HEAD) -> Accreditation:
    held = Accreditation.objects.select_related("entity", "person")
    return held.get(entity__code=code, capacity=capacity)


def published(ballot: Ballot, publisher: Person) -> Ballot:
    close(ballot)
    services.publish_result(ballot=ballot, actor=publisher, notify=False)
    return ballot


@pytest.fixture
def ballots(people: dict[str, Person]) -> dict[str, Ballot]:
    """Create a ballot of every kind in every state that looks different."""
    publisher = people["publisher"]
    year = IDMYear.objects.create(year=2011)
    Topic.objects.create(year=year, slug="x", letter="X", title_en="Topic X")
    group = Group.objects.create(code="g77", kind="group", name_en="Group of 77")
    GroupMembership.objects.create(group=group, entity=acting("au").entity, is_coordinator=True)
    held = {
        "draft": make_draft("draft"),
        "draft-text": make_draft("draft-text", kind="silence", options="", choose=1, decision_text_en="The text."),
        "open": make_open("open", proposals_until=database_now() + DAY),
        "formal": make_formal("formal", quorum=50, majority="absolute"),
        "silence": make_silence("silence"),
        "adoption": make_adoption("adoption"),
    }
    for ballot, draft in ((held["open"], {"choices": ["A", "B"]}), (held["silence"], {"statement": SAID})):
        services.save_position(ballot=ballot, delegation=acting("au"), actor=people["head"], note="n", **draft)
    record_received(held["open"], acting("fr").entity, "AB", actor=publisher)
    cast(held["open"], acting("au"), "AC")
    for code, title in (("au", "Cities"), ("fr", "Health")):
        services.propose_option(
            ballot=held["open"], delegation=acting(code), actor=acting(code).person, title=title, rationale="Because."
        )
    services.request_brief(ballot=held["open"], delegation=acting("au"), actor=people["head"], language="en")
    say(held["silence"], acting("au"), "explanation", "We can live with it.")
    say(held["adoption"], acting("fr"), "reservation", "As to paragraph 2.")
    tied = make_formal("tied", tie_rule="run-off")
    for code, letter in (("au", "A"), ("fr", "B")):
        cast(tied, acting(code), letter)
    topics = make_open("topics-chosen", choose=1)
    cast(topics, acting("au"), "A")
    secret = make_secret("secret")
    cast(secret, acting("au"), "A")
    objected, adopted = make_silence("objected", choices_audience="public"), make_adoption("adopted")
    say(objected, acting("fr"), "objection", "The costs are unknown.")
    say(adopted, acting("gh"), "reservation", "As to paragraph 2.")
    for ballot in (tied, topics, secret, objected, adopted):
        held[ballot.slug] = published(ballot, publisher)
    services.certify_result(ballot=secret, actor=publisher)
    return held


SAID = {"kind": "objection", "language": "en", "text": "The costs are unknown."}


def addresses_of(role: str) -> list[str]:
    def of(name: str, *slugs: str, **more: Any) -> list[str]:
        return [reverse(f"votes:{name}", kwargs={"slug": slug, **more}) for slug in slugs]

    everybody = [
        reverse("votes:list"),
        reverse("votes:receipts"),
        *of("ballot", "open", "formal", "silence", "adoption", "tied", "secret", "objected", "adopted"),
        *of("results", "tied", "secret", "objected", "adopted", "topics-chosen"),
        *of("brief", "open", "silence"),
    ]
    delegates = [
        *everybody,
        "/",
        reverse("votes:delegation"),
        reverse("votes:calendar_link"),
        *of("position", "open", "silence", "formal"),
        *of("briefs", "open"),
        *of("propose", "open"),
        reverse("votes:brief_file", args=["open", Printout.objects.get().pk]),
    ]
    own = [*of("answer", "open", "formal"), *of("statement", "silence", "adoption"), *of("receipt", "open", number=3)]
    proposal = Proposal.objects.order_by("pk").first().pk
    staff = [
        *everybody,
        "/",
        reverse("votes:create"),
        *[f"{reverse('votes:create')}?kind={kind}" for kind in ("indicative", "formal", "silence", "adoption")],
        reverse("votes:reminders"),
        *of("ballot", "draft", "draft-text"),
        *of("edit", "draft", "draft-text"),
        *of("options", "draft"),
        *of("option_add", "draft"),
        *of("preview", "draft", "draft-text"),
        *of("check", "draft", "draft-text"),
        *of("extend", "open"),
        *of("participation", "open", "silence", "tied"),
        *of("received", "open"),
        *of("proposals", "open"),
        *of("proposal_record", "open"),
        *of("proposal_decide", "open", proposal_id=proposal, act="admit"),
        *of("proposal_decide", "open", proposal_id=proposal, act="merge"),
        *of("proposal_decide", "open", proposal_id=proposal, act="decline"),
        *of("statement_record", "silence"),
        *of("publish", "objected"),
        *of("certify", "tied"),
        *of("apply", "topics-chosen"),
        *of("run_off", "tied"),
    ]  # fmt: skip
    return {"anonymous": everybody, "deputy": delegates, "head": [*delegates, *own], "publisher": staff}[role]


@pytest.mark.parametrize(("role", "width"), [("anonymous", 360), ("deputy", 360), ("head", 360), ("publisher", 360)])
def test_no_page_of_votes_has_accessibility_errors(
    live_server: Any, browser: Any, people: dict[str, Person], ballots: dict[str, Ballot], role: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    if people[role] is not None:
        sign_in(page, live_server.url, people[role])
    found: dict[str, list[str]] = {}
    for address in addresses_of(role):
        answer = page.goto(live_server.url + address)
        assert answer.status == 200, address
        assert page.url == live_server.url + address
        found[address] = complaints_about(page, with_script=True)
        page.set_viewport_size({"width": 1280, "height": 900})
        found[f"{address} on a desktop"] = complaints_about(page, with_script=False)
        page.set_viewport_size({"width": width, "height": 800})
    context.close()
    assert {address: rules for address, rules in found.items() if rules} == {}


def sign_in(page: Any, url: str, person: Person) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address)
