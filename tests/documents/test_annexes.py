"""Titles and order of annexes, and the effect on references and lists."""

import lxml.html
import pytest

from documents import services
from documents.assembly import assemble
from documents.models import Document, Part
from foundation.editing import Clash
from foundation.refusals import Refused
from tests.factories.documents import make_draft, make_issued
from tests.factories.membership import make_staff
from tests.submissions import form_on
from texts.compact import content_from_compact
from texts.material import numbering_of
from texts.problems import problems_of
from texts.rendering.pdf import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Document:
    document = make_draft([{"n": "See {see:annex-b}."}], annex=["In the first."])
    part = services.add_annex(document=document, actor=None, titles={"en": "Second"}, key="annex-b")
    services.set_text(part=part, language="en", content=content_from_compact(["In the second."]), actor=None)
    return document


def annexes(document: Document) -> list[Part]:
    return list(document.parts.filter(kind="annex").order_by("position"))


def change(document: Document, part: Part, **more) -> Part:
    now = Document.objects.get(pk=document.pk)
    values = {"titles": {"en": "Second"}, "position": 2, "heads_itself": False, "expected": now.edit_version}
    return services.change_annex(part=part, actor=None, **(values | more))


def test_an_annex_that_moves_takes_its_references_along(draft) -> None:
    first, second = annexes(draft)
    assert numbering_of(assemble(draft, "en")).refer("annex-b") == "Annex II"
    change(draft, second, position=1, titles={"en": "Now first", "fr": "La première"})
    assert [(part.pk, part.position) for part in annexes(draft)] == [(second.pk, 1), (first.pk, 2)]
    material = assemble(draft, "en")
    assert (numbering_of(material).refer("annex-b"), problems_of(material)) == ("Annex I", [])
    assert [part["title"] for part in material["parts"]] == ["", "Now first", first.title]


def test_the_title_stands_above_the_text_or_not(draft) -> None:
    def heads() -> int:
        # Once in the list of annexes, once above the text.
        return html_of(assemble(draft, "en"))[0].count("Named so")

    second = annexes(draft)[1]
    change(draft, second, titles={"en": "Named so"})
    shown = heads()
    change(draft, second, titles={"en": "Named so"}, heads_itself=True)
    assert heads() == shown - 1


def test_nobody_writes_over_what_another_saved_meanwhile(draft) -> None:
    second = annexes(draft)[1]
    seen = Document.objects.get(pk=draft.pk).edit_version
    change(draft, second, titles={"en": "Theirs"})
    with pytest.raises(Clash):
        change(draft, second, titles={"en": "Mine"}, expected=seen)
    second.refresh_from_db()
    assert second.title == "Theirs"


@pytest.mark.parametrize("more", [{"position": 3}, {"position": 0}, {"titles": {"en": " "}}])
def test_what_cannot_be_is_refused(draft, more) -> None:
    with pytest.raises(Refused):
        change(draft, annexes(draft)[1], **more)


def test_an_issued_document_keeps_its_annexes() -> None:
    document = make_issued(annex=["In the annex."])
    with pytest.raises(Refused, match="Issued documents cannot"):
        change(document, annexes(document)[0], position=1)


def test_the_page_shows_both_wordings_when_somebody_was_quicker(client, draft) -> None:
    client.force_login(make_staff("editor"))
    second = annexes(draft)[1]
    address = f"/documents/drafts/{draft.pk}/annexes/{second.key}/"
    assert address in client.get(draft.draft_url).content.decode()
    form = form_on(client.get(address).content.decode()) | {"title_en": "Mine", "position": "1", "shows_title": ""}
    change(draft, second, titles={"en": "Theirs"})
    answer = client.post(address, form)
    page = answer.content.decode()
    sides = [side.text_content() for side in lxml.html.fromstring(page).find_class("clash-text")]
    assert (answer.status_code, sides) == (409, ["Theirs", "Mine"])
    assert client.post(address, form_on(page)).status_code == 302
    second.refresh_from_db()
    assert (second.title, second.position, second.heads_itself) == ("Mine", 1, True)
