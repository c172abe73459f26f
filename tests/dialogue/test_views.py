import csv
import io

import pytest
from django.urls import reverse

from dialogue import services, visitor_marks
from dialogue.models import Contribution, SelectedComment
from dialogue.search import hits
from dialogue.services.rows import order_version
from tests.factories.dialogue import (
    make_contribution,
    make_dialogue,
    make_open_dialogue,
    make_partner_dialogue,
    make_selected,
)
from tests.factories.membership import make_person, make_staff
from tests.factories.workshops import make_workshop

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def address(name: str, row, *more: object) -> str:
    return reverse(f"dialogue:{name}", args=[row.slug, *more])


# --- Public pages -----------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_published_and_nothing_else(client):
    dialogue = make_dialogue()
    topic = dialogue.topics.first()
    for state in ("approved", "submitted", "declined", "hidden"):
        make_contribution(topic, state=state, text=f"This one is {state}.", author_email="secret@idm.example")
    page = client.get(dialogue.get_absolute_url()).content.decode()
    shown = [state for state in ("approved", "submitted", "declined", "hidden") if f"This one is {state}." in page]
    assert (shown, "secret@idm.example" in page, "csrf" in page) == (["approved"], False, False)


def test_scripts_are_shown_as_text_on_every_page(client, sign_in):
    dialogue = make_dialogue(state="draft", title=SCRIPT, introduction=SCRIPT, topics=0)
    topic = services.add_topic(dialogue=dialogue, question=SCRIPT)
    services.publish_dialogue(dialogue=dialogue, expected=1)
    written = {"text": SCRIPT, "author_name": SCRIPT, "author_description": SCRIPT}
    make_selected(make_contribution(topic, **written))
    waiting = make_contribution(topic, state="submitted", **written)
    services.add_paragraph(dialogue=dialogue, text=SCRIPT, contributions=topic.contributions.approved())
    editor, moderator = sign_in(make_staff("editor")), sign_in(make_staff("moderator"))
    pages = [client.get(dialogue.get_absolute_url()), client.get(reverse("dialogue:list"))]
    pages += [editor.get(address(name, dialogue)) for name in ("manage", "comments", "summary", "paragraph_add")]
    pages += [moderator.get(address("moderation", dialogue)), moderator.get(address("moderate", dialogue, waiting.pk))]
    for page in pages:
        assert (page.status_code, SCRIPT in page.content.decode()) == (200, False)
        assert "&lt;script&gt;" in page.content.decode()


def test_contributions_are_paged_and_each_has_a_lasting_address(client):
    dialogue = make_dialogue()
    first, second = dialogue.topics.order_by("position")
    rows = [make_contribution(first) for _number in range(20)] + [make_contribution(second)]
    page = client.get(dialogue.get_absolute_url())
    assert [row.pk for row in page.context["contributions"]] == [row.pk for row in rows[:20]]
    one = client.get(address("contribution", dialogue, rows[20].pk))
    assert one["Location"] == f"{dialogue.get_absolute_url()}?page=2#c-{rows[20].pk}"
    assert f'id="c-{rows[20].pk}"' in client.get(one["Location"]).content.decode()
    other = client.get(f"{dialogue.get_absolute_url()}?topic=2")
    assert [row.pk for row in other.context["contributions"]] == [rows[20].pk]


@pytest.mark.parametrize("nonsense", ["?page=x", "?page=999", "?topic=99", "?topic=%00", "?topic=١"])
def test_a_nonsense_address_still_shows_the_page(client, nonsense):
    dialogue = make_dialogue()
    row = make_contribution(dialogue.topics.first())
    page = client.get(f"{dialogue.get_absolute_url()}{nonsense}")
    assert (page.status_code, [shown.pk for shown in page.context["contributions"]]) == (200, [row.pk])


def test_the_page_takes_as_many_queries_for_many_rows(client, django_assert_num_queries):
    few, many = make_dialogue(), make_dialogue()
    for dialogue, number in ((few, 1), (many, 12)):
        for _number in range(number):
            held = make_contribution(dialogue.topics.first())
            make_selected(held)
            services.add_paragraph(dialogue=dialogue, text="Words.", contributions=[held])
    for dialogue, number in ((few, 1), (many, 12)):
        with django_assert_num_queries(11):
            page = client.get(dialogue.get_absolute_url())
        assert len(page.context["contributions"]) == number


def test_cached_page_takes_one_query_and_is_rendered_again_after_a_change(client, clock, django_assert_num_queries):
    dialogue = make_dialogue()
    row = make_contribution(dialogue.topics.first(), state="submitted", text="Soon to be read.")
    client.get(dialogue.get_absolute_url())
    clock["second"] += 1
    with django_assert_num_queries(1):
        assert b"Soon to be read." not in client.get(dialogue.get_absolute_url()).content
    services.moderate(contribution=row, decision="approved", expected=1)
    assert b"Soon to be read." in client.get(dialogue.get_absolute_url()).content


def test_the_list_takes_as_many_queries_for_many_dialogues(client, django_assert_num_queries):
    made = []
    for number in (1, 6):
        made += [make_dialogue() for _number in range(number)]
        with django_assert_num_queries(5):
            page = client.get(reverse("dialogue:list")).text
        assert [row.slug for row in made if row.get_absolute_url() not in page] == []


def test_a_workshops_page_shows_its_dialogue_and_not_a_draft(client):
    workshop = make_workshop()
    make_partner_dialogue(workshop=workshop, title="Shown beside")
    make_dialogue(workshop=workshop, state="draft", title="Not yet shown")
    page = client.get(workshop.get_absolute_url()).content.decode()
    assert ("Shown beside" in page, "Not yet shown" in page) == (True, False)


def test_search_finds_only_what_is_published():
    dialogue = make_dialogue()
    make_contribution(dialogue.topics.first(), text="About the lighthouse keeper.")
    make_contribution(dialogue.topics.first(), text="Another lighthouse.", state="submitted")
    make_dialogue(state="draft", introduction="A lighthouse in a draft.")
    assert [hit.excerpt for hit in hits(None, "Lighthouse", "en")] == ["About the lighthouse keeper."]
    assert [hit.kind for hit in hits(make_staff("editor"), "lighthouse draft", "en")] == ["Virtual Dialogue"]
    assert hits(make_person(), "lighthouse draft", "en") == []


# --- Contributing -----------------------------------------------------------------------------------------------------


def form(topic, **more: object) -> dict[str, object]:
    return {
        "topic": topic.pk,
        "text": "My street has no name.",
        "language": "en",
        "author_name": "Ana",
        "may_quote": "on",
        "attribution": "name",
    } | more


def test_a_visitor_contributes_without_an_account_and_a_moderator_reads_it_first(client):
    dialogue = make_open_dialogue()
    sent = client.post(address("contribute", dialogue), form(dialogue.topics.first(), state="approved"))
    assert sent["Location"] == address("received", dialogue)
    row = Contribution.objects.get()
    assert (row.text, row.state, row.quoted_author, row.origin) == (
        "My street has no name.",
        "submitted",
        "Ana",
        "here",
    )
    assert b"My street has no name." not in client.get(dialogue.get_absolute_url()).content


def test_program_that_fills_in_the_hidden_field_is_thanked_and_nothing_is_stored(client):
    dialogue = make_open_dialogue()
    sent = client.post(address("contribute", dialogue), form(dialogue.topics.first(), website="http://spam.example"))
    assert (sent.status_code, sent["Location"]) == (302, address("received", dialogue))
    assert not Contribution.objects.exists()


def test_a_question_of_another_dialogue_is_refused(client):
    dialogue = make_open_dialogue()
    sent = client.post(address("contribute", dialogue), form(make_open_dialogue().topics.first()))
    assert (sent.status_code, list(sent.context["form"].errors)) == (200, ["topic"])
    assert not Contribution.objects.exists()


def test_very_many_contributions_from_one_network_are_slowed_and_the_text_stays(client, monkeypatch):
    monkeypatch.setattr(visitor_marks, "CONTRIBUTIONS_AN_HOUR", 2)
    dialogue = make_open_dialogue()
    topic = dialogue.topics.first()
    answers = [client.post(address("contribute", dialogue), form(topic, text=f"Number {n}.")) for n in (1, 2, 3)]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert b"Number 3." in answers[2].content
    elsewhere = client.post(address("contribute", dialogue), form(topic), REMOTE_ADDR="198.51.100.7")
    assert (elsewhere.status_code, Contribution.objects.count()) == (302, 3)


def test_what_was_typed_when_the_dialogue_closed_is_shown_again(client):
    dialogue = make_dialogue()
    answer = client.post(address("contribute", dialogue), form(dialogue.topics.first(), text=f"Too late {SCRIPT}"))
    assert b"Too late &lt;script&gt;" in answer.content
    assert not Contribution.objects.exists()


# --- Staff ------------------------------------------------------------------------------------------------------------


def test_moderator_decides_and_the_second_one_is_notified(sign_in):
    row = make_contribution(state="submitted")
    client, url = sign_in(make_staff("moderator")), address("moderate", row.topic.dialogue, row.pk)
    refused = client.post(url, {"decision": "declined", "reason": "", "edit_version": "1"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (200, ["reason"])
    assert client.post(url, {"decision": "approved", "edit_version": "1"}).status_code == 302
    late = client.post(url, {"decision": "declined", "reason": "A reason typed.", "edit_version": "1"})
    row.refresh_from_db()
    assert (late.status_code, row.state) == (409, "approved")
    assert b"A reason typed." in late.content


def test_dashboard_shows_waiting_contributions_only_to_moderators():
    from django.utils import timezone

    from dialogue.dashboard import items

    dialogue = make_open_dialogue(title="Streets")
    make_contribution(dialogue.topics.first(), state="submitted")
    now = timezone.now()
    found = [(item.title, item.url) for item in items(make_staff("moderator"), now)]
    assert found == [("1 contribution to moderate: Streets", address("moderation", dialogue))]
    assert [items(person, now) for person in (make_staff("editor"), make_person())] == [[], []]


def test_the_table_holds_no_addresses_and_no_formulas(sign_in):
    row = make_contribution(text="=1+1", author_name="@Ana", author_email="secret@idm.example")
    client = sign_in(make_staff("moderator"))
    content = client.get(address("contributions_table", row.topic.dialogue, "csv")).content.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(content)))
    assert (table[1][3], table[1][6], "secret@idm.example" in content) == ("'=1+1", "'@Ana", False)
    assert client.get(address("contributions_table", row.topic.dialogue, "exe")).status_code == 404


def test_editors_select_shorten_and_order_comments(sign_in):
    topic = make_dialogue().topics.first()
    dialogue, client = topic.dialogue, sign_in(make_staff("editor"))
    rows = [make_contribution(topic, text=f"One {n}. Two {n}.") for n in (1, 2)]
    for row in rows:
        client.post(address("comment_add", dialogue, row.pk))
    first, second = SelectedComment.objects.order_by("position")
    client.post(address("comment_edit", dialogue, first.pk), {"excerpt": "[…] Two 1.", "edit_version": "1"})
    wrong = client.post(address("comment_edit", dialogue, first.pk), {"excerpt": "Three 1.", "edit_version": "2"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["excerpt"])
    url, version = address("comments_order", dialogue, topic.pk), order_version([first.pk, second.pk])
    moved = client.post(url, {"order": [second.pk, first.pk], "edit_version": version})
    assert (moved.status_code, moved["X-Edit-Version"]) == (204, str(order_version([second.pk, first.pk])))
    late = client.post(url, {"order": [second.pk, first.pk], "edit_version": version})
    assert (late.status_code, b"data-clash-message" in late.content) == (409, True)
    back = client.post(f"{url}?row={first.pk}", {"move": "up", "edit_version": moved["X-Edit-Version"]})
    assert back["Location"] == address("comments", dialogue)
    held = SelectedComment.objects.order_by("position")
    assert [row.excerpt for row in held] == ["[…] Two 1.", "One 2. Two 2."]


def test_the_basket_takes_as_many_queries_for_many_comments(sign_in, django_assert_max_num_queries):
    dialogue, selected = make_dialogue(), []
    for topic in dialogue.topics.all():
        for _number in range(8):
            make_contribution(topic)
            selected.append(make_selected(make_contribution(topic)))
    client = sign_in(make_staff("editor"))
    with django_assert_max_num_queries(9):
        page = client.get(address("comments", dialogue)).text
    assert [row.pk for row in selected if address("comment_edit", dialogue, row.pk) not in page] == []


def test_two_editors_of_one_paragraph_both_keep_their_words(sign_in):
    dialogue = make_dialogue()
    paragraph = services.add_paragraph(dialogue=dialogue, text="Before.")
    client, url = sign_in(make_staff("editor")), address("paragraph_edit", dialogue, paragraph.pk)
    assert client.post(url, {"text_en": "Mine.", "edit_version": "1"}).status_code == 302
    late = client.post(url, {"text_en": "Theirs.", "edit_version": "1"})
    assert (late.status_code, b"Mine." in late.content, b"Theirs." in late.content) == (409, True, True)
    paragraph.refresh_from_db()
    assert paragraph.text == "Mine."
