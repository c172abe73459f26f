"""Personal links: opening one does not use it up, guesses reveal nothing, readers leave no trace."""

import logging
import threading

import pytest
from django.db import connection
from django.test import Client, override_settings

from foundation.models import WrongLinks
from foundation.pages import wrong_links
from foundation.pages.clients import network_of
from foundation.pages.logs import DropPersonalLinks
from foundation.time.clock import database_now
from foundation.time.formats import zoned
from surveys import services
from surveys.models import HeldResponse, Mark, PersonalLink
from surveys.services import mix_held
from surveys.tasks import follow
from tests.factories.surveys import DAY, close, held_answers, make_link, make_linked, make_open
from workshops.services.years import bump_workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    survey = make_open("asked")
    return f"/s/{make_link(survey.invitations.first())}/"


def post(client, link, **data):
    return client.post(link, {"here": "1", "to": "next", **data})


def test_looking_uses_nothing_up(client, link):
    for _look in range(3):
        assert client.get(link).status_code == 200
    client.head(link)
    assert HeldResponse.objects.count() == Mark.objects.count() == 0


def test_section_by_section_to_the_receipt(client, link):
    first = client.get(link)
    assert "Part 1 of 2" in first.text
    second = post(client, link, **{"q-overall": "4", "q-remarks": "good"})
    assert "Part 2 of 2" in second.text
    assert '<input type="hidden" name="q-overall" value="4">' in second.text
    review = post(client, link, **{"here": "2", "q-overall": "4", "q-remarks": "good", "q-from": "south"})
    assert "Your answers have not been sent yet" in review.text
    assert HeldResponse.objects.count() == 0
    answers = {"q-overall": "4", "q-remarks": "good", "q-from": "south"}
    received = client.post(link, {"here": "review", "to": "send", **answers})
    assert "We have received your answers" in received.text
    assert held_answers() == [{"overall": "4", "remarks": "good", "from": "south"}]
    # The same form again: the same receipt, and still one response.
    again = client.post(link, {"here": "review", "to": "send", **answers})
    assert again.content == received.content
    assert "We have received your answers" in client.get(link).text
    assert HeldResponse.objects.count() == 1


def test_a_missing_answer_keeps_the_section_and_all_that_was_typed(client, link):
    page = post(client, link, **{"q-remarks": "typed <b>text</b>"})
    assert "Answer this question." in page.text
    assert 'href="#id-overall-0"' in page.text
    assert "typed &lt;b&gt;text&lt;/b&gt;" in page.text
    sent = client.post(link, {"here": "review", "to": "send", "q-remarks": "typed"})
    assert "Part 1 of 2" in sent.text
    assert HeldResponse.objects.count() == 0


def test_the_language_changes_and_the_answers_stay(client, link):
    assert f'formaction="/fr{link}"' in client.get(link).text
    page = client.post(f"/fr{link}", {"here": "1", "to": "here", "q-overall": "2", "q-remarks": "texte"})
    assert "Qu&#x27;en avez-vous pensé ?" in page.text
    assert "Answer this question" not in page.text
    assert "texte</textarea>" in page.text
    assert 'value="2" checked' in page.text


@pytest.mark.parametrize("wanted", ["9", "-1", "0", "nonsense", ""])
def test_nonsense_leads_nowhere_strange(client, link, wanted):
    for here in ("1", "review", "99", "x"):
        assert client.post(link, {"here": here, "to": wanted}).status_code == 200
    assert HeldResponse.objects.count() == 0


def test_no_cookie_no_session_no_store(link):
    client = Client(enforce_csrf_checks=True)
    for response in (client.get(link), post(client, link, **{"q-overall": "4"})):
        assert response.status_code == 200
        assert dict(response.cookies) == {}
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "no-referrer"


def test_who_is_signed_in_stays_unknown(sign_in, editor, link, django_assert_max_num_queries):
    client = sign_in(editor)
    with django_assert_max_num_queries(8) as captured:
        page = client.get(link)
    assert editor.email not in page.text
    assert "Sign out" not in page.text
    assert not any("django_session" in query["sql"] for query in captured.captured_queries)


def test_no_log_line_shows_the_token(link, caplog):
    record = logging.LogRecord("django.server", logging.INFO, "", 0, '"GET %s HTTP/1.1" 200', (link,), None)
    DropPersonalLinks().filter(record)
    assert link.split("/")[2] not in record.getMessage()


def test_a_wrong_and_a_closed_link_are_answered_alike(client, django_assert_num_queries):
    survey = make_open()
    token = make_link(survey.invitations.first())
    close(survey)
    with django_assert_num_queries(3) as wrong:
        unknown = client.get("/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")
    with django_assert_num_queries(len(wrong.captured_queries)):
        closed = client.get(f"/s/{token}/")
    strip = lambda response, address: response.text.replace(address, "…")  # noqa: E731
    assert (unknown.status_code, strip(unknown, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")) == (
        closed.status_code, strip(closed, token)
    )  # fmt: skip
    assert closed.status_code == 404


def test_what_was_typed_is_shown_when_the_survey_closed_meanwhile(client):
    survey = make_open()
    token = make_link(survey.invitations.first())
    close(survey)
    page = client.post(
        f"/s/{token}/", {"here": "review", "to": "send", "q-remarks": "A remark of some length, typed in vain"}
    )
    assert page.status_code == 404
    assert "A remark of some length, typed in vain" in page.text
    assert HeldResponse.objects.count() == Mark.objects.count() == 0


def test_guesses_are_slowed_and_nothing_is_looked_up(client, link, same_minute):
    statuses = [client.get(f"/s/guess{number}/").status_code for number in range(wrong_links.WRONG_LINKS_A_MINUTE + 3)]
    assert statuses == [404] * wrong_links.WRONG_LINKS_A_MINUTE + [429] * 3
    slowed = client.get(link)
    assert (slowed.status_code, slowed["Retry-After"]) == (429, "60")
    typed = client.post(link, {"here": "1", "to": "next", "q-remarks": "kept through the wait"})
    assert "kept through the wait" in typed.text
    assert client.get(link, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_forged_forwarded_address_does_not_help(client, same_minute):
    for number in range(wrong_links.WRONG_LINKS_A_MINUTE):
        client.get(f"/s/guess{number}/", headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert client.get("/s/once-more/", headers={"X-Forwarded-For": "192.0.2.77"}).status_code == 429


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, "192.0.2.1", "10.0.0.1"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        (2, "6.6.6.6, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
        (2, "192.0.2.1", "10.0.0.1"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (1, "nonsense", "nonsense"),
    ],
)
def test_the_address_is_the_one_a_trusted_proxy_saw(rf, proxies, forwarded, network):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    with override_settings(TRUSTED_PROXY_COUNT=proxies):
        assert network_of(request) == network


def test_cached_survey_is_opened_with_one_query_and_sent_with_two(client, django_assert_num_queries):
    survey = make_open(participants=2)
    addresses = [f"/s/{token}/" for _invitation, token in make_linked(survey)]
    # Queries: the link, and the survey with workshop, sections, questions and choices.
    with django_assert_num_queries(5):
        client.get(addresses[0])
    with django_assert_num_queries(1):
        client.get(addresses[1])
    with django_assert_num_queries(2):
        sent = client.post(addresses[1], {"here": "1", "to": "send", "q-overall": "4"})
    assert "We have received your answers" in sent.text
    assert held_answers() == [{"overall": "4"}]


def test_page_holds_only_the_address_of_its_reader(client):
    survey = make_open(participants=3)
    tokens = [token for _invitation, token in make_linked(survey)]
    for prefix in ("", "/fr", "/es"):
        pages = [client.get(f"{prefix}/s/{token}/").text for token in tokens]
        for token, page in zip(tokens, pages, strict=True):
            assert [other in page for other in tokens] == [other == token for other in tokens]
        assert len({page.replace(token, "") for token, page in zip(tokens, pages, strict=True)}) == 1
    assert f'formaction="/es/s/{tokens[0]}/"' in client.get(f"/fr/s/{tokens[0]}/").text


def test_address_without_a_token_is_shown_as_text(client):
    page = client.get('/s/"><script>alert(1)<%2Fscript>')
    assert page.status_code == 404
    assert "<script>alert" not in page.text


def test_what_changes_while_a_survey_is_open_is_seen_at_once(client):
    survey = make_open()
    address = f"/s/{make_link(survey.invitations.first())}/"
    client.get(address)
    later = survey.closes_at + DAY
    services.extend(survey=survey, closes_at=later, actor=None)
    survey.workshop.title_en = "Another title"
    survey.workshop.save()
    bump_workshop(survey.workshop)
    page = client.get(address).text
    assert zoned(later, survey.zone) in page
    assert "Another title" in page


def test_what_somebody_typed_is_in_nobody_elses_page(client):
    survey = make_open(participants=2)
    first, second = [f"/s/{token}/" for _invitation, token in make_linked(survey)]
    assert "said in confidence" in post(client, first, **{"q-remarks": "said in confidence"}).text
    sent = client.post(first, {"here": "1", "to": "send", "q-overall": "2", "q-remarks": "said in confidence"})
    assert "said in confidence" not in sent.text
    assert "said in confidence" not in client.get(second).text
    assert "said in confidence" not in post(client, second).text


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_all_counted():
    ready, statuses = threading.Barrier(8), []

    def guess(number: int) -> None:
        try:
            ready.wait(timeout=10)
            statuses.extend(Client().get(f"/s/guess-{number}-{again}/").status_code for again in range(5))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(statuses) == 40
    # Up to eight requests may be admitted while the last of the thirty is counted, and a minute may end in between.
    counted = list(WrongLinks.objects.values_list("wrong", flat=True))
    assert (sum(counted), statuses.count(404)) == (statuses.count(404), statuses.count(404))
    assert len(counted) > 1 or wrong_links.WRONG_LINKS_A_MINUTE <= counted[0] < wrong_links.WRONG_LINKS_A_MINUTE + 8


def test_counts_of_guesses_hold_no_address_and_are_swept(client, monkeypatch):
    client.get("/s/guess/", REMOTE_ADDR="203.0.113.9")
    row = WrongLinks.objects.get()
    assert (row.wrong, len(row.key), "203.0.113.9" in str(row.__dict__)) == (1, 32, False)
    follow(database_now())
    assert WrongLinks.objects.count() == 1
    monkeypatch.setattr(wrong_links, "this_minute", lambda: row.minute + wrong_links.MINUTES_KEPT + 1)
    follow(database_now())
    assert WrongLinks.objects.count() == 0


def test_links_of_many_all_work_once(client):
    survey = make_open(participants=11)
    for _invitation, token in make_linked(survey):
        client.post(f"/s/{token}/", {"here": "review", "to": "send", "q-overall": "5"})
    assert mix_held(survey_id=survey.pk) == 11
    assert PersonalLink.objects.count() == Mark.objects.count() == survey.held_responses.count() == 11
