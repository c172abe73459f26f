"""Comparison of whole materials: the list of changes, and the marked text."""

import copy
import re
from html import unescape
from typing import Any

import pytest
from django.utils.html import strip_tags

from documents.assembly import assemble
from tests.factories.documents import ANNEX, NOTE, FakeApp, make_draft
from texts.comparing.comparison import ChangedFigure, Compared, NotComparable, compare

pytestmark = pytest.mark.django_db

FIRST = "The Administration thanks those Member States that replied to the questionnaire."
SECOND = "The second workshop brought together policymakers, researchers and practitioners in Geneva."
THIRD = "Funding was provided by the Government of Australia for part of the costs."


def material(*blocks: Any, annex: list[Any] | None = None) -> dict[str, Any]:
    return assemble(make_draft(list(blocks), annex=annex), "en")


def numbered(text: str, identity: str = "") -> dict[str, Any]:
    return {"n": text, **({"id": identity} if identity else {})}


def listed(compared: Compared) -> list[tuple[str, str, str]]:
    return [(change.kind, change.where, change.what) for change in compared.changes]


def body(compared: Compared, part: int = 0) -> str:
    """Return the text of a part as a screen reader reads it."""
    spaced = re.sub(
        r"(</(?:p|div|li|td|th|h\d)>|(?<=</span>)(?=<ins>|<del>|<p|<div|<ol))", r"\1 ", compared.parts[part].body
    )
    return " ".join(unescape(strip_tags(spaced)).split())


def test_the_same_text_does_not_differ(app: FakeApp) -> None:
    written = assemble(make_draft(NOTE, annex=ANNEX), "en")
    compared = compare(written, copy.deepcopy(written))
    assert (compared.is_same, compared.changes, compared.figures) == (True, [], [])


def test_words_are_marked_where_they_changed_and_counted() -> None:
    old = material(numbered(FIRST, "one"), numbered(SECOND, "two"))
    new = material(numbered(FIRST, "one"), numbered(SECOND.replace("Geneva", "New York"), "two"))
    compared = compare(old, new)
    assert listed(compared) == [("words", "paragraph 2", "2 words added, 1 word deleted")]
    assert body(compared).endswith("and practitioners in [deleted: Geneva] [added: New York].")
    assert f'<del id="{compared.changes[0].anchor}">' in compared.parts[0].body


def test_new_and_deleted_paragraphs_stand_in_their_places() -> None:
    old = material(numbered(FIRST, "one"), numbered(SECOND, "two"))
    new = material(numbered(THIRD, "new"), numbered(FIRST, "one"))
    compared = compare(old, new)
    assert listed(compared) == [("added", "paragraph 1", "new"), ("deleted", "paragraph 2", "deleted")]
    assert body(compared) == f"New 1. {THIRD} 2. {FIRST} Deleted 2. {SECOND}"


def test_moved_paragraph_is_distinguished_from_a_deleted_one_by_its_id() -> None:
    old = material(numbered(FIRST, "one"), numbered(SECOND, "two"), numbered(THIRD, "three"))
    new = material(numbered(SECOND, "two"), numbered(THIRD, "three"), numbered(FIRST, "one"))
    compared = compare(old, new)
    assert listed(compared) == [("moved", "paragraph 3", "moved from paragraph 1")]
    assert body(compared).startswith("Moved to paragraph 3 The Administration")


def test_a_moved_paragraph_is_known_by_its_words_when_its_id_was_lost() -> None:
    old = material(numbered(FIRST), numbered(SECOND), numbered(THIRD))
    new = material(numbered(SECOND), numbered(THIRD), numbered(FIRST.replace("thanks", "warmly thanks")))
    compared = compare(old, new)
    assert listed(compared) == [
        ("moved", "paragraph 3", "moved from paragraph 1"),
        ("words", "paragraph 3", "1 word added"),
    ]


def test_rewritten_paragraph_is_no_move() -> None:
    compared = compare(material(numbered(FIRST)), material(numbered(SECOND)))
    assert [kind for kind, _where, _what in listed(compared)] == ["added", "deleted"]


def test_a_figure_with_another_value_is_marked_and_listed(app: FakeApp) -> None:
    document = make_draft([numbered("It was attended by {t:people} people.")])
    old = assemble(document, "en")
    app.values["people"] = type(app.values["people"])("count", 177, "participants", source="List")
    compared = compare(old, assemble(document, "en"))
    assert compared.figures == [ChangedFigure("participants", "178", "177")]
    assert body(compared) == "1. It was attended by [deleted: 178] [added: 177] people."


def test_a_footnote_is_compared_in_its_own_place(app: FakeApp) -> None:
    document = make_draft([numbered("It was attended by many.{note:rate}", "one")])
    old = assemble(document, "en")
    new = copy.deepcopy(old)
    note = new["parts"][0]["content"]["content"][0]["content"][1]
    note["content"][0]["text"] = "The response rate was "
    compared = compare(old, new)
    assert listed(compared) == [("words", "footnote 1", "1 word added")]
    assert "The [added: response] rate was 16%." in body(compared)


def test_list_items_and_rows_are_compared_one_by_one() -> None:
    def blocks(items: list[str], rows: list[list[str]]) -> list[Any]:
        return [{"list": items, "style": "letters"}, {"table": {"head": ["State", "Number"], "rows": rows}}]

    old = material(*blocks([FIRST, SECOND], [["Albania", "three"], ["Zambia", "four"]]))
    new = material(*blocks([THIRD, FIRST, SECOND], [["Albania", "five"], ["Mexico and Peru", "six and seven"]]))
    compared = compare(old, new)
    assert sorted(listed(compared)) == [
        ("added", "item (a)", "new"),
        ("added", "table", "new row"),
        ("deleted", "table", "row deleted"),
        ("words", "table", "1 word added, 1 word deleted"),
    ]
    assert f"New (a) {THIRD}" in body(compared)


def test_what_was_set_in_another_way_says_how() -> None:
    old = material({"p": FIRST, "id": "one"}, {"n": SECOND, "id": "two"}, {"h1": "Later", "id": "head"})
    new = material({"n": FIRST, "id": "one"}, {"h1": SECOND, "id": "two"}, {"h2": "Later", "id": "head"})
    assert listed(compare(old, new)) == [
        ("form", "paragraph 1", "now numbered"),
        ("form", f"heading “{SECOND[:60]}”", "now a heading"),
        ("form", "heading “Later”", "heading level changed"),
    ]


def test_annexes_are_paired_by_key_and_a_whole_one_may_come_or_go(app: FakeApp) -> None:
    old = material(numbered(FIRST, "one"), annex=[numbered(SECOND, "two")])
    new = material(numbered(FIRST, "one"))
    gone, come = compare(old, new), compare(new, old)
    assert [(part.state, part.label) for part in gone.parts] == [("kept", ""), ("deleted", "Annex I")]
    assert listed(gone) == [("deleted", "paragraph 1, Annex I", "deleted")]
    assert [part.state for part in come.parts] == ["kept", "added"]


def test_the_masthead_is_compared_line_by_line() -> None:
    old, new = material(numbered(FIRST)), material(numbered(FIRST))
    old["masthead"] |= {"title": "A note on migration", "symbol": "MC/1"}
    new["masthead"] |= {"title": "A paper on migration", "symbol": "MC/1"}
    (label, line), *more = compare(old, new).masthead
    assert (label, strip_tags(line), more) == ("title", "A [deleted: note] [added: paper] on migration", [])


def test_two_languages_are_not_compared() -> None:
    document = make_draft([numbered(FIRST)])
    english = assemble(document, "en")
    with pytest.raises(NotComparable, match="Two languages"):
        compare(english, {**english, "language": "fr"})


def test_what_people_wrote_is_escaped() -> None:
    old = material(numbered("A <script>alert(1)</script> in the text of this paragraph.", "one"))
    new = material(numbered("Another <script>alert(2)</script> in the text of this paragraph.", "one"))
    compared = compare(old, new)
    assert "<script" not in compared.parts[0].body


def test_every_id_of_the_page_is_single(app: FakeApp) -> None:
    document = make_draft(NOTE, annex=ANNEX)
    old = assemble(document, "en")
    new = copy.deepcopy(old)
    blocks = new["parts"][0]["content"]["content"]
    blocks.append(blocks.pop(0))
    compared = compare(old, new)
    found = re.findall(r' id="([^"]+)"', "".join(part.body for part in compared.parts))
    assert len(found) == len(set(found))
