"""Letters that nobody sees, in what the editor's script sends: stored clean, or refused in words, never an error."""

from typing import Any

import pytest

from documents.models import ReviewComment, Text
from tests.documents.editing.conftest import Window, typed, words_of

pytestmark = pytest.mark.django_db
JOINED = "علی\u200cرضا क्\u200dष"
UNSEEN = {
    "NUL": "\x00",
    "a control character": "\x07",
    "half a character": "\ud800",
    "an override": "\u202e",
    "an isolate": "\u2066",
    "a space without width": "\u200b",
    "a byte order mark": "\ufeff",
}
unseen = pytest.mark.parametrize("letter", UNSEEN.values(), ids=UNSEEN)


@unseen
def test_a_comment_is_stored_clean_with_its_joiners(window: Window, text: Text, letter: str) -> None:
    words = f"{JOINED}{letter}\r\nIs this right?"
    answer = window.post("edit-comments", {"block": "first", "quote": f"One{letter} sentence", "words": words})
    comment = ReviewComment.objects.get()
    assert answer.status_code == 200
    assert (comment.words, comment.quote) == (f"{JOINED}\nIs this right?", "One sentence")


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\r\n", "\ud800"], ids=["NUL", "control", "CRLF", "half"])
def test_a_step_with_what_cannot_be_stored_is_refused_in_the_language_of_the_reader(
    window: Window, text: Text, letter: str
) -> None:
    english = window.send(0, typed(1, f"Good{letter}. "))
    body = {"version": 0, "client": "window-1", "person": window.person.pk, "steps": [typed(1, letter)]}
    french = window.client.post("/fr" + window.address("edit-steps"), body, content_type="application/json")
    assert [(answer.status_code, answer.json()["words"]) for answer in (english, french)] == [
        (422, "The text contains characters that cannot be printed. Remove them."),
        (422, "Le texte contient des caractères non imprimables. Supprimez-les."),
    ]
    assert words_of(text)[0] == "One sentence."


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\u200b", "\ufeff"], ids=["override", "isolate", "200b", "bom"])
def test_letters_that_nobody_sees_are_removed_from_the_text_and_all_windows_are_told(
    window: Window, text: Text, letter: str
) -> None:
    answer = window.send(0, typed(1, f"😀{letter}Good{letter}{letter}, {JOINED}. "))
    told = answer.json()["steps"]
    assert (answer.status_code, words_of(text)[0]) == (200, f"😀Good, {JOINED}. One sentence.")
    assert [(step["step"]["from"], step["step"]["to"]) for step in told if "step" in step] == [(8, 10), (3, 4)]
    assert text.step_number == 1 + 2
    assert window.get("edit-steps", since=1).json()["steps"] == [step for step in told if "step" in step]


def test_joiners_in_a_step_are_kept(window: Window, text: Text) -> None:
    assert window.send(0, typed(1, JOINED)).status_code == 200
    assert words_of(text)[0] == f"{JOINED}One sentence."


@unseen
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("edit-presence", {"client": "window{}"}),
        ("edit-presence", {"client": "window", "block": "first{}"}),
        ("edit-figures", {"chips": [{"key": "documents_test.counted:one:people{}", "kind": "figure{}"}]}),
        ("edit-figures-reviewed", {"keys": ["documents_test.counted:one:people{}"]}),
        ("edit-comments", {"block": "first{}", "words": "Why?"}),
    ],
    ids=["window", "block", "figures", "reviewed", "comment"],
)
def test_unseen_letters_in_a_name_are_not_found_or_refused(
    window: Window, text: Text, name: str, body: Any, letter: str
) -> None:
    def with_letter(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: with_letter(held) for key, held in value.items()}
        if isinstance(value, list):
            return [with_letter(held) for held in value]
        return value.replace("{}", letter)

    answer = window.post(name, with_letter(body))
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert answer.json()["words"].endswith(".")
