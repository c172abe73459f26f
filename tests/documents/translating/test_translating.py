"""Translating beside the original: services, pages without JavaScript, and what prevents issuing."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import services
from documents.dashboard import items
from documents.models import Document, Part, Text
from documents.permissions import NotAllowed
from documents.translating.services import (
    Changed,
    align_with_original,
    confirm_blocks,
    record_alignment,
    rows_for,
    save_block,
    start_translation,
)
from documents.translating.side_by_side import progress_of, sides_of
from foundation.refusals import Refused
from tests.factories.documents import KEYS, NOTES, FakeApp, make_draft
from tests.factories.membership import make_staff
from texts.compact import content_from_compact
from texts.schema import plain_text

pytestmark = pytest.mark.django_db

NOTE = [
    {"h1": "Attendance", "id": "head"},
    {"n": "There were {t:people} people.{note:rate}", "id": "one"},
    {
        "list": [{"item": ["alpha"], "id": "item-a"}, {"item": ["beta"], "id": "item-b"}],
        "style": "letters",
        "id": "list",
    },
    {"quote": ["Said so."], "by": "A participant", "id": "quote"},
    {"n": "Last.", "id": "two"},
]  # fmt: skip


@pytest.fixture
def document(app: FakeApp) -> Document:
    return make_draft(NOTE)


@pytest.fixture
def french(document: Document) -> Text:
    return start_translation(part=document.parts.get(), language="fr", actor=None)


def fresh(text: Text) -> Text:
    return Text.objects.select_related("part__document").get(pk=text.pk)


def states(text: Text) -> dict[str, str]:
    return {row.unit.block: row.state for row in rows_for(fresh(text))}


def rewrite(document: Document, blocks: list[Any]) -> None:
    content = content_from_compact(blocks, keys=KEYS, notes=NOTES)
    services.set_text(part=document.parts.get(), language="en", content=content, actor=None)


def write(text: Text, block: str, words: str, **more: Any) -> None:
    row = next(row for row in rows_for(fresh(text)) if row.block == block)
    wording: Any = words if row.original.attribute else [{"type": "text", "text": words}]
    hashes = {"source_hash": row.original.hash, "target_hash": row.translation.hash}
    save_block(part=text.part, language="fr", block=block, wording=wording, **{"actor": None, **hashes, **more})


def test_a_translation_begins_as_a_copy_under_the_same_ids(document, french) -> None:
    original = document.parts.get().texts.get(language="en")
    assert french.content == original.content
    found = states(french)
    assert (set(found.values()), found["one"], found["quote"]) == ({"untranslated"}, "untranslated", "untranslated")
    with pytest.raises(Refused):
        start_translation(part=document.parts.get(), language="fr", actor=None)


def test_a_block_is_written_as_a_step_and_confirmed(french) -> None:
    write(french, "two", "Fin.")
    write(french, "quote", "Un participant")
    found = states(french)
    assert (found["two"], found["quote"], found["one"]) == ("confirmed", "confirmed", "untranslated")
    text = fresh(french)
    assert (text.step_number, [step.content["stepType"] for step in text.steps.all()]) == (2, ["replace", "attr"])
    assert plain_text(text.content["content"][-1]) == "Fin."


def test_a_block_is_behind_until_it_is_confirmed_again(document, french) -> None:
    write(french, "two", "Fin.")
    rewrite(document, [*NOTE[:-1], {"n": "Really last.", "id": "two"}])
    assert states(french)["two"] == "behind"
    side = next(row for row in sides_of(document, "fr").parts[0].rows if row.row.block == "two")
    assert ("<ins>" in side.changed, "Really" in side.changed) == (True, True)
    assert confirm_blocks(part=french.part, language="fr", actor=None, blocks=["two"]) == 1
    assert states(french)["two"] == "confirmed"


def test_nothing_is_written_over_what_somebody_else_wrote(french) -> None:
    row = next(row for row in rows_for(fresh(french)) if row.block == "two")
    write(french, "two", "Fin.")
    with pytest.raises(Changed):
        write(french, "two", "La fin.", target_hash=row.translation.hash)
    with pytest.raises(Changed):
        write(french, "two", "La fin.", source_hash="0" * 64)
    assert plain_text(fresh(french).content["content"][-1]) == "Fin."


def test_structure_comes_from_the_original_in_one_act(document, french) -> None:
    write(french, "two", "Fin.")
    rewrite(document, [{"n": "Last.", "id": "two"}, {"n": "New one.", "id": "new"}, NOTE[0]])
    found = states(french)
    assert (found["new"], found["one"], found["two"]) == ("missing", "surplus", "confirmed")
    align_with_original(part=french.part, language="fr", drop=True, actor=None)
    text = fresh(french)
    assert [plain_text(block) for block in text.content["content"]] == ["Fin.", "New one.", "Attendance"]
    assert states(text) == {"two": "confirmed", "new": "untranslated", "head": "untranslated"}


def test_a_returned_file_is_behind_where_the_original_changed_meanwhile(document, french) -> None:
    sent = {row.block: row.original.node for row in rows_for(fresh(french))}
    content = content_from_compact([{**NOTE[0], "h1": "Présence"}, {"n": "Fin.", "id": "two"}], keys=KEYS, notes=NOTES)
    services.set_text(part=french.part, language="fr", content=content, actor=None)
    rewrite(document, [*NOTE[:-1], {"n": "Really last.", "id": "two"}])
    record_alignment(text=fresh(french), sources=sent)
    found = states(french)
    assert (found["head"], found["two"], found["one"]) == ("translated", "behind", "missing")


@pytest.mark.parametrize(
    ("blocks", "problem"),
    [
        (NOTE[:-1], "Main text, numbered paragraphs: 2 in English, 1 in French."),
        ([*NOTE[:2], *NOTE[3:]], "Main text, list items: 2 in English, 0 in French."),
        (
            [NOTE[0], {"n": "Il y avait {t:people} personnes.", "id": "one"}, *NOTE[2:]],
            "Main text, footnotes: 1 in English, 0 in French.",
        ),
        (
            [NOTE[0], NOTE[4], *NOTE[1:4]],
            "Main text: number 1 in English is 2 in French.",
        ),
    ],
)
def test_a_language_with_other_numbers_is_not_issued(document, french, blocks, problem) -> None:
    content = content_from_compact(blocks, keys=KEYS, notes=NOTES)
    services.set_text(part=french.part, language="fr", content=content, actor=None)
    services.issue_document(document=document, language="en", actor=None)
    with pytest.raises(Refused) as refused:
        services.issue_document(document=document, language="fr", actor=None)
    assert problem in refused.value.sentences


def test_a_language_with_the_same_numbers_is_issued(document, french) -> None:
    services.issue_document(document=document, language="en", actor=None)
    issue = services.issue_document(document=document, language="fr", actor=None)
    assert [part["only"] for part in issue.content["parts"]] == [""]


def test_translators_write_translations_and_no_originals(document, french) -> None:
    translator = make_staff("translator")
    write(french, "two", "Fin.", actor=translator)
    with pytest.raises(NotAllowed):
        services.set_text(part=french.part, language="en", content=services.EMPTY, actor=translator)
    with pytest.raises(NotAllowed):
        write(french, "two", "Encore.", actor=make_staff("moderator"))


def test_translators_find_open_translations_on_their_dashboard(document, french) -> None:
    write(french, "two", "Fin.")
    (item,) = items(make_staff("translator"), timezone.now())
    assert (item.url, item.detail) == (
        reverse("documents:translation", args=[document.pk, "fr"]),
        "6 of 7 not translated",
    )


def test_progress_costs_the_same_for_one_and_many(document, french, django_assert_num_queries) -> None:
    others = [make_draft(NOTE) for _ in range(4)]
    for other in others:
        start_translation(part=other.parts.get(), language="es", actor=None)
    for documents in ([document], [document, *others]):
        with django_assert_num_queries(2):
            progress = progress_of(documents)
        assert set(progress) == {one.pk for one in documents}


# --- Pages ------------------------------------------------------------------------------------------------------------
def test_a_paragraph_is_translated_without_a_script(sign_in, document, french) -> None:
    client = sign_in(make_staff("translator"))
    address = reverse("documents:translation-block", args=[document.pk, french.part.key, "fr", "one"])
    form = client.get(address).context["form"]
    values = {"source_hash": form["source_hash"].value(), "target_hash": form["target_hash"].value()}
    assert (form["words"].value(), form["note-2"].value()) == ("There were {1} people.{2}", "The rate was {1}.")
    answer = client.post(
        address, {**values, "words": "Il y avait {1} personnes.{2}", "note-2": "Le taux : {1}.", "next": ""}
    )
    assert "/fr/translation/" in answer.url
    line = fresh(french).content["content"][1]["content"]
    assert [node["type"] for node in line] == ["text", "figure", "text", "footnote"]
    assert line[3]["content"][0]["text"] == "Le taux : "
    assert (
        line[3]["attrs"]["id"]
        == document.parts.get().texts.get(language="en").content["content"][1]["content"][3]["attrs"]["id"]
    )


def test_a_clash_keeps_what_was_typed(sign_in, document, french) -> None:
    client = sign_in(make_staff("translator"))
    address = reverse("documents:translation-block", args=[document.pk, french.part.key, "fr", "two"])
    form = client.get(address).context["form"]
    typed = {name: form[name].value() for name in ("source_hash", "target_hash")} | {"words": "La fin."}
    write(french, "two", "Fin.")
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert (answer.status_code, "La fin.</textarea>" in page, "Fin." in page) == (409, True, True)
    again = {name: answer.context["form"][name].value() for name in ("source_hash", "target_hash", "words")}
    assert client.post(address, again).status_code == 302
    assert plain_text(fresh(french).content["content"][-1]) == "La fin."


def test_the_view_shows_each_state_in_words_and_only_what_is_open_if_wished(sign_in, document, french) -> None:
    write(french, "two", "Fin.")
    rewrite(document, [*NOTE[:-1], {"n": "Really last.", "id": "two"}, {"n": "New.", "id": "new"}])
    client = sign_in(make_staff("editor"))
    address = reverse("documents:translation", args=[document.pk, "fr"])
    page = client.get(address).content.decode()
    assert "1 of 8 out of date, 7 of 8 not translated" in page
    assert "numbered paragraphs: 3 in English, 2 in French" in page
    confirm_blocks(part=french.part, language="fr", actor=None)
    assert 'id="row-two"' not in client.get(f"{address}?open=1").content.decode()


def test_the_page_of_a_draft_says_how_far_each_language_is(sign_in, document, french) -> None:
    page = sign_in(make_staff("editor")).get(document.draft_url).content.decode()
    assert "7 of 7 not translated" in page
    assert reverse("documents:translation", args=[document.pk, "fr"]) in page


def test_an_annex_without_translation_says_which_language_it_is_in(app) -> None:
    document = make_draft(["One paragraph."], annex=["An annex."])
    main = document.parts.get(kind=Part.Kind.MAIN)
    start_translation(part=main, language="fr", actor=None)
    services.issue_document(document=document, language="en", actor=None)
    issue = services.issue_document(document=document, language="fr", actor=None)
    assert [part["only"] for part in issue.content["parts"]] == ["", "en"]
