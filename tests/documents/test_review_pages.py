import re

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import dashboard, services
from documents.progress import fingerprint
from documents.services.clearance import clearers_version
from tests.factories.documents import make_draft
from tests.factories.membership import make_staff

pytestmark = pytest.mark.django_db
BLOCKS = [{"n": "It was attended by many.", "id": "first"}, {"list": ["one;", "two."], "style": "letters"}]


@pytest.fixture
def editor(client):
    person = make_staff("editor")
    client.force_login(person)
    return person


def page(client, document, status=200, **post) -> str:
    address = reverse("documents:draft-page", kwargs={"pk": document.pk, "language": "en"})
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def margin_of(html: str, block: str) -> str:
    """Return what is in the margin of one block."""
    found = re.search(
        rf'data-block="{block}">.*?(<(aside|div) class="review-margin".*?</\2>)\s*</div>', html, re.DOTALL
    )
    return words(found[1])


def test_a_comment_is_written_on_its_own_page_and_shown_beside_its_paragraph(client, editor) -> None:
    document = make_draft(BLOCKS)
    address = reverse("documents:comment-new", kwargs={"pk": document.pk, "language": "en"}) + "?block=first"
    assert address + '"' in page(client, document).replace("&amp;", "&")
    sent = client.post(address, {"quote": "attended by many", "words": "How many <b>exactly</b>?"})
    comment = document.review_comments.get()
    assert sent.url == f"/documents/drafts/{document.pk}/en/#comment-{comment.pk}"
    html = page(client, document)
    assert "How many &lt;b&gt;exactly&lt;/b&gt;?" in html
    margin = margin_of(html, "first")
    assert (str(editor) in margin, "attended by many" in margin) == (True, True)
    assert "1 open comment" in html


def test_words_that_do_not_stand_there_come_back_with_what_was_typed(client, editor) -> None:
    document = make_draft(BLOCKS)
    address = reverse("documents:comment-new", kwargs={"pk": document.pk, "language": "en"}) + "?block=first"
    html = client.post(address, {"quote": "never said", "words": "My comment"}).content.decode()
    assert "The paragraph does not contain “never said”." in html
    assert "My comment</textarea>" in html
    assert document.review_comments.count() == 0


def test_a_thread_is_answered_and_resolved_in_one_go(client, editor) -> None:
    document = make_draft(BLOCKS)
    comment = services.comment_on(document=document, language="en", block="first", words="Why?", actor=editor)
    address = reverse("documents:comment-reply", kwargs={"pk": document.pk, "comment": comment.pk})
    client.post(address, {"words": "Because.", "resolved": "1"})
    comment.refresh_from_db()
    assert (comment.is_resolved, [reply.words for reply in comment.replies.all()]) == (True, ["Because."])
    assert "0 open comments, 1 resolved" in words(page(client, document))


def test_a_comment_whose_text_is_gone_stands_above_the_text(client, editor) -> None:
    document = make_draft(BLOCKS)
    services.comment_on(document=document, language="en", block="first", words="Why?", actor=editor)
    document.parts.get().texts.update(
        content={
            "type": "doc",
            "content": [
                {
                    "type": "paragraph",
                    "attrs": {"id": "other", "numbered": True},
                    "content": [{"type": "text", "text": "New."}],
                }
            ],
        }
    )
    html = page(client, document)
    lost = html[html.index("Comments on deleted text") : html.index('<article class="document"')]
    assert ("Why?" in lost, "The text it referred to has been deleted." in lost) == (True, True)


def test_the_page_of_a_draft_takes_as_many_queries_for_one_comment_as_for_many(
    client, editor, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    document = make_draft(BLOCKS)
    comment = services.comment_on(document=document, language="en", block="first", words="One", actor=editor)
    page(client, document)
    with django_assert_max_num_queries(40) as first:
        page(client, document)
    for place in range(6):
        services.comment_on(
            document=document, language="en", block="first", words=str(place), actor=make_staff("editor")
        )
        services.reply_to(comment=comment, words=str(place), actor=editor)
    with django_assert_num_queries(len(first)):
        shown = page(client, document)
    threads = document.review_comments.filter(thread=None).values_list("pk", flat=True)
    assert len(threads) == 7
    assert [pk for pk in threads if f'id="comment-{pk}"' not in shown] == []


def test_clearing_from_the_first_question_to_the_log(client, editor) -> None:
    document, clearer = make_draft(BLOCKS), make_staff("moderator")
    client.post(
        reverse("documents:draft-clearers", args=[document.pk]),
        {"clearer_1": clearer.pk, "edit_version": clearers_version(document)},
    )
    client.force_login(clearer)
    life = reverse("documents:draft-life", args=[document.pk])
    assert "It is your turn to clear this draft" in client.get(life).content.decode()
    assert page(client, document)
    decide = reverse("documents:draft-decide", args=[document.pk])
    refused = client.post(decide, {"seen": fingerprint(document), "decision": "returned", "words": ""})
    assert (refused.status_code, "Enter the reason for returning the draft." in refused.content.decode()) == (409, True)
    assert client.post(decide, {"seen": fingerprint(document), "decision": "cleared", "words": "Good."}).url == life
    html = client.get(life).content.decode()
    timeline = words(html[html.index('<ol class="timeline">') :])
    assert [word in timeline for word in ("clearance requested", "cleared", "Good.", str(clearer))] == [True] * 4
    assert "Everyone who was asked has cleared the current draft." in html


def test_what_was_typed_stays_when_the_draft_changed_meanwhile(client, editor) -> None:
    document = make_draft(BLOCKS)
    services.name_clearers(document=document, people=[editor], actor=None)
    decide = reverse("documents:draft-decide", args=[document.pk])
    html = client.post(decide, {"seen": "0" * 64, "decision": "cleared", "words": "Mine"}).content.decode()
    assert (
        "The draft changed while you were reading it. Read it again before you decide." in html,
        "Mine</textarea>" in html,
    ) == (True, True)
    assert fingerprint(document) in html


# --- Dashboard and editor ---------------------------------------------------------------------------------------------
def test_the_dashboard_of_a_clearer_shows_the_draft_only_in_their_turn() -> None:
    first, second, now = make_staff("moderator"), make_staff("administrator"), timezone.now()
    document = make_draft(BLOCKS)
    services.name_clearers(document=document, people=[first, second], actor=None)

    def waiting(person):
        return [item.action for item in dashboard.items(person, now)]

    assert [waiting(first), waiting(second)] == [["Clear or return"], []]
    services.decide_clearance(document=document, decision="cleared", actor=first, seen=fingerprint(document))
    assert [waiting(first), waiting(second)] == [[], ["Clear or return"]]


def test_the_dashboard_of_an_editor_shows_the_progress_of_each_draft(django_assert_max_num_queries) -> None:
    clearer = make_staff("moderator")
    for words in ("Too long.", ""):
        document = make_draft(BLOCKS)
        services.name_clearers(document=document, people=[clearer], actor=None)
        decision = "returned" if words else "cleared"
        values = {"decision": decision, "words": words, "seen": fingerprint(document)}
        services.decide_clearance(document=document, actor=clearer, **values)
    make_draft(BLOCKS)
    with django_assert_max_num_queries(13):
        found = [item.detail for item in dashboard.items(make_staff("editor"), timezone.now())]
    assert found == [
        "Discussion note",
        "Discussion note · cleared by all",
        f"Discussion note · returned by {clearer}",
    ]


def test_editors_comment_in_the_editor_and_translators_do_not(client, editor) -> None:
    document = make_draft(BLOCKS)
    part = document.parts.get()
    services.set_text(part=part, language="fr", content=part.texts.get().content, actor=None)
    place = {"pk": document.pk, "part": part.key, "language": "fr"}
    address = f'data-comments="{reverse("documents:edit-comments", kwargs=place)}"'
    for person, offered in ((editor, True), (make_staff("translator"), False)):
        client.force_login(person)
        html = client.get(reverse("documents:edit", kwargs=place)).content.decode()
        assert (address in html, "data-comment-new" in html) == (offered, offered)
