"""The page of a comparison: who may see which, and its message if nothing can be compared."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Comparison
from membership.models import Person
from tests.documents.comparing.access import asked, issue_and_draft, two_issues
from tests.factories.documents import make_issued
from tests.factories.membership import make_delegate, make_staff

pytestmark = pytest.mark.django_db


def address(keys: dict[str, str]) -> str:
    return f"{reverse('documents:compare')}?{asked(keys)}"


@pytest.fixture
def statuses(sign_in: Callable[[Person], Client]) -> Callable[[dict[str, str]], dict[str, int]]:
    def statuses(keys: dict[str, str]) -> dict[str, int]:
        people = {
            "editor": make_staff("editor"),
            "translator": make_staff("translator"),
            "moderator": make_staff("moderator"),
            "delegate": make_delegate("au"),
        }
        clients = {name: sign_in(person) for name, person in people.items()} | {"anonymous": Client()}
        return {name: client.get(address(keys)).status_code for name, client in clients.items()}

    return statuses


def test_two_issues_are_compared_for_everybody_who_may_read_both(statuses) -> None:
    assert set(statuses(two_issues()).values()) == {200}


def test_restricted_issues_are_compared_for_delegations_only(statuses) -> None:
    keys = two_issues(symbol="IC/2010/5", audience="delegations")
    expected = {"editor": 200, "translator": 200, "moderator": 404, "delegate": 200, "anonymous": 404}
    assert statuses(keys) == expected


def test_a_draft_is_compared_by_those_who_write(statuses) -> None:
    expected = {"editor": 200, "translator": 200, "moderator": 404, "delegate": 404, "anonymous": 404}
    assert statuses(issue_and_draft()) == expected
    assert statuses({"new": issue_and_draft()["new"]}) == expected


def test_what_differs_is_listed_with_jumps_that_lead_somewhere(sign_in) -> None:
    keys = two_issues()
    page = sign_in(make_staff("editor")).get(address(keys)).content.decode()
    assert "The two versions are identical." not in page
    jumps = set(re.findall(r'href="#(change-\d+)"', page))
    assert jumps == set(re.findall(r'id="(change-\d+)"', page))
    assert "/Rev.1" in page


def test_two_languages_are_refused_in_words(sign_in) -> None:
    keys = two_issues()
    other = make_issued(["One."])
    keys["new"] = f"draft-{other.pk}-fr"
    answer = sign_in(make_staff("editor")).get(address(keys))
    assert (answer.status_code, "no text in that language" in answer.content.decode()) == (400, True)


def test_a_version_is_not_compared_with_itself() -> None:
    keys = two_issues()
    answer = Client().get(address({"old": keys["old"], "new": keys["old"]}))
    assert (answer.status_code, "same version" in answer.content.decode()) == (400, True)


def test_the_pdf_is_asked_for_and_its_page_says_how_it_stands(sign_in) -> None:
    client = sign_in(make_delegate("au"))
    answer = client.post(reverse("documents:comparison-request"), two_issues())
    row = Comparison.objects.get()
    assert answer.url == reverse("documents:comparison-file", args=[row.pk])
    page = client.get(answer.url)
    assert (page.status_code, row.name in page.content.decode()) == (200, True)
    assert page["Cache-Control"] == "private, no-store"


def test_the_page_of_an_anonymous_reader_holds_no_form_that_posts() -> None:
    assert "csrfmiddlewaretoken" not in Client().get(address(two_issues())).content.decode()
