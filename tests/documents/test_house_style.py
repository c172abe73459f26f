"""House styles: the effect of each choice on numbers, footnote calls, quotation marks and words, frozen when issued."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from documents import services
from documents.assembly import assemble
from documents.house_styles import styles_for
from documents.models import HouseStyle
from documents.permissions import NotAllowed
from documents.views.house_styles import save_house_style
from foundation.editing.locking import Clash
from tests.factories.documents import make_draft
from tests.factories.membership import make_staff
from texts.house_style import set_in_style, style_for
from texts.masthead import words_in
from texts.material import numbering_of
from texts.rendering.page import set_document
from texts.rendering.pdf import html_of

pytestmark = pytest.mark.django_db

BLANK = {"items": "", "footnote_calls": "", "footnote_series": "", "quotes": "", "words": {}}


def keep(body: str = "", language: str = "en", expected: int = 0, **values: Any) -> HouseStyle:
    return save_house_style(body=body, language=language, expected=expected, actor=None, **(BLANK | values))


def line(*pieces: str) -> dict[str, Any]:
    """Return a paragraph; the pieces at odd indexes are footnotes."""
    nodes = [
        {"type": "footnote", "attrs": {"id": f"note-{place}"}, "content": [{"type": "text", "text": piece}]}
        if place % 2
        else {"type": "text", "text": piece}
        for place, piece in enumerate(pieces)
        if piece
    ]
    return {"type": "doc", "content": [{"type": "paragraph", "attrs": {"id": "one"}, "content": nodes}]}


def shown(content: dict[str, Any]) -> str:
    return "".join(
        node["text"] if node["type"] == "text" else f"[{node['content'][0]['text']}]"
        for node in content["content"][0]["content"]
    )


@pytest.mark.parametrize(
    ("calls", "pieces", "expected"),
    [
        ("before", ("The end.", "a", " Next."), "The end[a]. Next."),
        ("before", ("Fin\u00a0;", "a", " suite"), "Fin[a]\u00a0; suite"),
        ("before", ("No mark", "a", " here."), "No mark[a] here."),
        ("after", ("The end", "a", ". Next."), "The end.[a] Next."),
        ("after", ("One, two", "a", ", three"), "One, two,[a] three"),
        ("after", ("The end", "a", ""), "The end[a]"),
        ("typed", ("The end.", "a", " Next", "b", "."), "The end.[a] Next[b]."),
    ],
)
def test_calls_stand_before_or_after_the_punctuation(calls, pieces, expected) -> None:
    style = {**style_for("en"), "footnote_calls": calls}
    assert shown(set_in_style(line(*pieces), style, "en")) == expected


@pytest.mark.parametrize(
    ("quotes", "language", "expected"),
    [
        ("typed", "en", 'He said "so" and «thus».'),
        ("curly", "en", "He said “so” and “thus”."),
        ("guillemets", "fr", "He said «\u00a0so\u00a0» and «\u00a0thus\u00a0»."),
        ("guillemets", "es", "He said «so» and «thus»."),
    ],
)
def test_quotation_marks_follow_the_house_style(quotes, language, expected) -> None:
    style = {**style_for(language), "quotes": quotes}
    assert shown(set_in_style(line('He said "so" and «thus».'), style, language)) == expected


def test_setting_twice_changes_nothing_more() -> None:
    style = {**style_for("fr"), "quotes": "guillemets"}
    once = set_in_style(line('Il dit "oui".', "a", " Puis."), style, "fr")
    assert set_in_style(once, style, "fr") == once


def test_a_body_differs_from_the_house_and_the_house_from_its_language() -> None:
    keep(items="behind", footnote_calls="before", words={"annex": "Appendix"})
    keep("council", items="both", words={"page": "p."})
    house, council = styles_for("dialogue")["en"], styles_for("council")["en"]
    assert (house["items"], house["footnote_calls"], house["words"]) == ("behind", "before", {"annex": "Appendix"})
    assert (council["items"], council["footnote_calls"], council["words"]) == (
        "both",
        "before",
        {"annex": "Appendix", "page": "p."},
    )
    assert styles_for("council")["fr"] == style_for("fr")


BLOCKS = ["See {see:annex-a}.{note:rate}", {"list": ["one", "two"], "style": "letters"}]
ANNEX = ["In the annex.{note:rate}", "Again.{note:rate}"]


def test_every_rendition_follows_the_style(app) -> None:
    keep(items="behind", footnote_series="letters", words={"annex": "Appendix", "annex-reference": "Appendix {}"})
    material = assemble(make_draft(BLOCKS, annex=ANNEX), "en")
    numbers = numbering_of(material)
    assert list(numbers.items.values()) == ["a)", "b)"]
    assert list(numbers.footnotes.values()) == ["1", "a", "b"]
    assert numbers.annex_heading("annex-a") == "Appendix I"
    page = set_document(material, "page")
    assert "Appendix I" in strip_tags(page.main.body)
    assert ('class="letters-other"' in page.main.body, 'class="in-letters"' in page.annexes[0].body) == (True, True)
    printed, _report = html_of(material)
    assert all(f'data-number="{number}"' in printed for number in ("1", "a", "b"))
    assert "a)&nbsp;" in printed
    assert words_in(material)["annex"] == "Appendix"


def test_footnotes_that_begin_again_keep_their_places_on_the_page_apart(app) -> None:
    keep(footnote_series="parts")
    page = set_document(assemble(make_draft(BLOCKS, annex=ANNEX), "en"), "page")
    anchors = [piece.split('"')[0] for part in page.parts for piece in str(part.body).split('id="fn-')[1:]]
    assert len(anchors) == len(set(anchors)) == 3


def test_an_issue_keeps_the_style_that_held(app) -> None:
    document = make_draft(BLOCKS, annex=ANNEX)
    issue = services.issue_document(document=document, language="en", actor=None)
    keep(items="behind")
    assert list(numbering_of(issue.content).items.values()) == ["(a)", "(b)"]
    assert list(numbering_of(assemble(document, "en")).items.values()) == ["a)", "b)"]


def test_changes_are_for_administrators_and_never_lost() -> None:
    with pytest.raises(NotAllowed):
        save_house_style(body="", language="en", expected=0, actor=make_staff("editor"), **BLANK)
    row = keep(items="behind")
    keep(expected=row.edit_version, items="both")
    with pytest.raises(Clash):
        keep(expected=row.edit_version, quotes="curly")
    assert HouseStyle.objects.get().items == "both"


def test_the_history_of_each_choice_is_kept() -> None:
    row = keep()
    for number, (name, value) in enumerate(
        [("items", "both"), ("footnote_calls", "typed"), ("footnote_series", "parts"), ("quotes", "curly"),
         ("words", {"page": "p."})], start=1,
    ):  # fmt: skip
        row = keep(expected=number, **{name: value})
        event = HouseStyle.pgh_event_model.objects.filter(pgh_obj=row).latest("pgh_id")
        assert getattr(event, name) == value


def test_the_form_shows_what_is_usual_and_writes_what_differs(sign_in) -> None:
    client = sign_in(make_staff("administrator"))
    address = reverse("documents:house-style", args=["council", "fr"])
    assert "Default: a) with one bracket" in client.get(address).content.decode()
    answer = client.post(
        address, {"edit_version": 0, "items": "both", "word-annex": "Pièce", "word-annex-reference": "{} et {}"}
    )
    assert "once, where the annex number goes." in answer.content.decode()
    answer = client.post(address, {"edit_version": 0, "items": "both", "word-annex": "Pièce"})
    row = HouseStyle.objects.get()
    assert (answer.status_code, row.body, row.items, row.words) == (302, "council", "both", {"annex": "Pièce"})
    assert "custom settings" in client.get(reverse("documents:house-styles")).content.decode().lower()
