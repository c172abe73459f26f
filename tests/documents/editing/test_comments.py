"""Review comments in the editor: the data for its script, and the requests it may send."""

import datetime as dt
from collections.abc import Callable

from documents import services
from documents.models import ReviewComment, Text
from membership.models import Person
from tests.documents.editing.conftest import Window, typed

SAID = dt.datetime(2010, 11, 3, 10, 20, tzinfo=dt.UTC)


def test_the_threads_of_a_text_are_listed_with_their_replies(window: Window, text: Text, editor: Person) -> None:
    document = text.part.document
    common = {"document": document, "language": "en", "actor": editor, "now": SAID}
    first = services.comment_on(block="first", quote="One  sentence", words="Which?", **common)
    services.reply_to(comment=first, words="This.", actor=editor, now=SAID)
    second = services.comment_on(block="third", words="<b>Why</b>?", **common)
    services.resolve_comment(comment=second, actor=editor, now=SAID)
    Text.objects.create(part=text.part, language="fr", content=text.content)
    services.comment_on(**common | {"language": "fr"}, block="first", words="Lequel ?")

    when = {"who": str(editor), "when": "3 Nov 2010, 10:20 UTC"}
    reply = {"id": first.replies.get().pk, "words": "This.", **when}
    assert window.get("edit-comments").json()["threads"] == [
        {
            "id": first.pk, "words": "Which?", "block": "first", "quote": "One sentence",
            "resolved": "", "replies": [reply], **when,
        },
        {
            "id": second.pk, "words": "<b>Why</b>?", "block": "third", "quote": "The end.",
            "resolved": f"Resolved by {editor}, 3 Nov 2010, 10:20 UTC", "replies": [], **when,
        },
    ]  # fmt: skip


def test_a_comment_holds_on_to_words_that_were_just_typed(window: Window) -> None:
    window.send(0, typed(1, "Quite "))
    answer = window.post("edit-comments", {"block": "first", "quote": "Quite One", "words": "Really?"})
    assert [(thread["block"], thread["quote"]) for thread in answer.json()["threads"]] == [("first", "Quite One")]


def test_words_that_do_not_stand_there_and_empty_comments_are_refused_in_words(window: Window) -> None:
    refusals = [
        window.post("edit-comments", {"block": "first", "quote": "never said", "words": "What?"}),
        window.post("edit-comments", {"block": "first", "words": "  "}),
        window.post("edit-comments", {"block": "gone", "words": "What?"}),
    ]
    assert [(answer.status_code, answer.json()["words"]) for answer in refusals] == [
        (409, "The paragraph does not contain “never said”."),
        (409, "Enter your comment."),
        (409, "This paragraph no longer exists. Reload the page."),
    ]
    assert not ReviewComment.objects.exists()


def test_a_thread_is_answered_resolved_and_opened_again(window: Window, text: Text, editor: Person) -> None:
    common = {"document": text.part.document, "language": "en", "actor": editor}
    thread = services.comment_on(block="first", words="Which?", **common)

    def after(**body: object) -> tuple[list[str], bool]:
        shown = window.post("edit-comments", {"comment": thread.pk, **body}).json()["threads"][0]
        return [reply["words"] for reply in shown["replies"]], bool(shown["resolved"])

    assert after(words="This.") == (["This."], False)
    assert after(words="", resolved=True) == (["This."], True)
    assert after(words="", resolved=False) == (["This."], False)
    assert after(words="So it is.", resolved=True) == (["This.", "So it is."], True)


def test_a_thread_of_another_text_is_not_there(window: Window, open_window: Callable[..., Window], text: Text) -> None:
    other = Text.objects.create(part=text.part, language="fr", content=text.content)
    common = {"document": text.part.document, "language": "fr", "actor": window.person}
    thread = services.comment_on(block="first", words="Lequel ?", **common)
    assert window.post("edit-comments", {"comment": thread.pk, "words": "x"}).status_code == 404
    assert (
        open_window("window-2", on=other).post("edit-comments", {"comment": thread.pk, "words": "x"}).status_code == 200
    )
