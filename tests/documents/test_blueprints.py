import datetime as dt

import pytest

from documents import blueprints, services
from documents.assembly import assemble
from documents.blueprints import Blueprint, BlueprintSubject
from documents.models import Document, Text
from documents.progress import unwritten_in
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from tests.factories.council import make_meeting
from tests.factories.documents import SUBJECT
from tests.factories.membership import make_staff
from tests.factories.workshops import make_workshop
from texts import registry
from texts.problems import problems_of
from texts.registry import Exhibit
from texts.schema import plain_text, walk

pytestmark = pytest.mark.django_db
NAMES = [
    "discussion-note", "provisional-agenda", "annotated-agenda", "list-of-participants", "workshop-report",
    "information-note",
]  # fmt: skip
MASTHEAD = {
    "title_en": "A paper",
    "dated": dt.date(2010, 9, 1),
}


def begin(blueprint: Blueprint, languages=LANGUAGES, **more) -> Document:
    values = {"subjects": {}, "languages": languages, "actor": None} | MASTHEAD | more
    return services.create_from_blueprint(blueprint=blueprint, **values)


def ids(document: Document, language: str) -> list[tuple[str, str]]:
    texts = Text.objects.filter(part__document=document, language=language).order_by("part__position")
    nodes = [node for text in texts for node in walk(text.content)]
    return [(node["type"], node["attrs"]["id"]) for node in nodes if (node.get("attrs") or {}).get("id")]


def test_each_kind_of_paper_has_one() -> None:
    assert list(blueprints.blueprints()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_without_subjects_is_whole_in_three_languages_with_the_same_ids(name) -> None:
    document = begin(blueprints.blueprints()[name])
    assert document.kind == blueprints.blueprints()[name].kind
    for language in LANGUAGES:
        assert problems_of(assemble(document, language)) == []
        assert ids(document, language) == ids(document, "en") != []


def test_a_report_is_filled_from_its_workshop_with_live_figures() -> None:
    make_workshop()
    [(workshop, _label)] = registry.subjects_of("workshops.workshop", None)
    document = begin(blueprints.blueprints()["workshop-report"], subjects={"w": workshop})
    material = assemble(document, "fr")
    cited = {key for key in material["figures"] if key.startswith(f"workshops.workshop:{workshop}:")}
    assert f"workshops.workshop:{workshop}:participants" in cited
    assert [(part["kind"], part["title"]) for part in material["parts"]] == [
        ("main", ""),
        ("annex", "Programme"),
        ("annex", "Liste des participants"),
    ]


def test_an_agenda_takes_the_items_of_its_meeting() -> None:
    meeting = make_meeting()
    document = begin(blueprints.blueprints()["provisional-agenda"], subjects={"c": meeting.slug})
    assert f"council.meeting:{meeting.slug}:title" in assemble(document, "en")["figures"]


def made_up(**parts) -> Blueprint:
    main = {"kind": "main", "texts": {"en": [{"when": "x", "blocks": ["{x:people} came."]}, "After."]}}
    annex = {"kind": "annex", "key": "annex-x", "needs": "x", "title": {"en": "Facts"}, "make": SUBJECT}
    wanted = [BlueprintSubject("x", SUBJECT, {"en": "Facts"})]
    return Blueprint("x", 1, "note", "council", {"en": "X"}, {"en": "X"}, {"en": "X"}, wanted, [main, annex])


def test_what_no_subject_was_chosen_for_is_left_out(app) -> None:
    document = begin(made_up(), ["en"])
    assert [part["kind"] for part in assemble(document, "en")["parts"]] == ["main"]
    assert assemble(document, "en")["figures"] == {}


def test_a_subject_that_does_not_exist_is_refused(app) -> None:
    with pytest.raises(Refused, match=r"” was not found\. Choose another one\."):
        begin(made_up(), ["en"], subjects={"x": "two"})
    assert Document.objects.count() == 0


def test_a_document_is_begun_from_its_page_with_the_next_symbol(client) -> None:
    services.add_pattern(actor=None, body="consultations", kind="", pattern="IC/{year}/{number}", first_number=9)
    client.force_login(make_staff("editor"))
    assert "Discussion note" in client.get("/documents/drafts/begin/").content.decode()
    sent = {
        "title_en": "A note", "dated": "2010-09-20", "body": "consultations", "distribution": "restricted",
        "audience": "delegations", "original_language": "en", "languages": ["fr"], "symbol_by": "next",
    }  # fmt: skip
    answer = client.post("/documents/drafts/begin/discussion-note/", sent)
    document = Document.objects.get()
    assert (answer.url, document.symbol, document.kind) == (document.draft_url, "IC/2010/9", "note")
    assert sorted(document.parts.get().texts.values_list("language", flat=True)) == ["en", "fr"]


# --- Figures without a value ----------------------------------------------------------------------------------------
def opened(app, written, languages=("en", "fr")) -> tuple[Document, str]:
    """Create a draft from these blocks, filled from the test's own app, and return it with its log."""
    main = {"kind": "main", "texts": dict.fromkeys(languages, written)}
    titles = dict.fromkeys(languages, "X")
    wanted = [BlueprintSubject("x", SUBJECT, {"en": "Facts"})]
    blueprint = Blueprint("x", 1, "note", "council", titles, titles, titles, wanted, [main])
    registry.figure_subjects(SUBJECT)(lambda person: [("one", "The one")])
    try:
        document = begin(blueprint, languages, subjects={"x": "one"})
    finally:
        registry._subjects.pop(SUBJECT)
    return document, document.acts.get().note


def test_missing_figures_become_brackets_and_are_listed_in_a_notice(app) -> None:
    document, notice = opened(app, [{"n": "{x:people} came, {x:nobody} spoke."}, {"n": "{x:few} on average."}])
    for language in LANGUAGES[:2]:
        material = assemble(document, language)
        assert problems_of(material) == []
        texts = [plain_text(block) for block in material["parts"][0]["content"]["content"]]
        assert texts == ["[ came, … (nobody) spoke.]", "[… (score) on average.]"]
        assert list(material["figures"]) == [f"{SUBJECT}:one:people"]
    assert ids(document, "en") == ids(document, "fr")
    assert notice == (
        "No data yet, so these places are in square brackets: Facts “The one”: nobody and few. Replace them with text."
    )
    assert len(unwritten_in(document, "en").blocks) == 2


def test_a_figure_that_will_get_its_value_later_stays_live_and_is_listed(app) -> None:
    document, notice = opened(app, ["{x:later} of {x:people}."])
    assert {key: figure["status"] for key, figure in assemble(document, "en")["figures"].items()} == {
        f"{SUBJECT}:one:later": "not-yet",
        f"{SUBJECT}:one:people": "ok",
    }
    assert notice == (
        "No data yet: Facts “The one”: later. These figures will be filled in automatically; the document cannot be "
        "issued until then."
    )


def test_headings_notes_and_exhibits_are_left_open_too(app) -> None:
    none = Exhibit("", [], [], "", "", "", status="missing")
    registry._exhibits[SUBJECT] = lambda *asked: none
    document, _told = opened(
        app,
        [{"h1": "On {x:nobody}"}, {"p": ["Words.", {"footnote": "By {x:nobody}."}]}, {"exhibit": "x:scores"}],
    )
    material = assemble(document, "en")
    assert (problems_of(material), material["figures"]) == ([], {})
    blocks = material["parts"][0]["content"]["content"]
    assert [plain_text(block) for block in blocks] == ["On [nobody]", "Words.", "[scores]"]
    assert [node["text"] for node in blocks[1]["content"][1]["content"]] == ["By [nobody]."]


@pytest.mark.parametrize("name", NAMES)
def test_every_blueprint_is_of_use_at_once_in_a_year_with_nothing_in_it(name) -> None:
    """The year and workshop have no dates, place, people or funding; the meeting has no items."""
    make_workshop("new", year=2012, occasion=None)
    meeting = make_meeting()
    new = {"workshops.year": "2012", "workshops.workshop": "2012-new", "council.meeting": meeting.slug}
    blueprint = blueprints.blueprints()[name]
    subjects = {wanted.name: new[wanted.of] for wanted in blueprint.subjects if wanted.of in new}
    document = begin(blueprint, subjects=subjects)
    for language in LANGUAGES:
        assert problems_of(assemble(document, language)) == []
        assert ids(document, language) == ids(document, "en") != []


def test_the_page_after_the_form_says_what_was_left_open(client) -> None:
    make_workshop("new", year=2012, occasion=None)
    client.force_login(make_staff("editor"))
    sent = {
        "title_en": "A note", "dated": "2012-09-20", "body": "consultations", "distribution": "restricted",
        "audience": "delegations", "original_language": "en", "subject_y": "2012", "symbol_by": "later",
    }  # fmt: skip
    page = client.post("/documents/drafts/begin/discussion-note/", sent, follow=True).content.decode()
    assert "IDM year “IDM 2012”: money sought and money sought for each workshop" in page


@pytest.mark.parametrize(
    ("chosen", "became"),
    [
        ({"symbol_by": "next"}, "IC/2010/9"),
        ({"symbol_by": "next", "symbol": "IC/2010/77"}, "IC/2010/9"),
        ({"symbol_by": "own", "symbol": " IC/2010/77 "}, "IC/2010/77"),
        ({"symbol_by": "later", "symbol": "IC/2010/77"}, None),
    ],
)
def test_the_symbol_is_given_in_one_place(client, chosen, became) -> None:
    services.add_pattern(actor=None, body="consultations", kind="", pattern="IC/{year}/{number}", first_number=9)
    client.force_login(make_staff("editor"))
    address = "/documents/drafts/begin/discussion-note/"
    page = client.get(address).content.decode()
    assert (page.count('name="symbol"'), f"IC/{dt.date.today().year}/9" in page, 'name="session"' in page) == (
        1,
        True,
        False,
    )
    sent = {
        "title_en": "A note", "dated": "2010-09-20", "body": "consultations", "distribution": "restricted",
        "audience": "delegations", "original_language": "en",
    }  # fmt: skip
    client.post(address, sent | chosen)
    assert Document.objects.get().symbol == became


def test_a_symbol_that_is_none_is_refused_beside_its_box(client) -> None:
    client.force_login(make_staff("editor"))
    sent = {
        "title_en": "A note", "dated": "2010-09-20", "body": "consultations", "distribution": "restricted",
        "audience": "delegations", "original_language": "en", "symbol_by": "own", "symbol": "nonsense",
    }  # fmt: skip
    page = client.post("/documents/drafts/begin/discussion-note/", sent).content.decode()
    assert ("Enter a symbol such as IC/2010/9 or C/115/1/Rev.2." in page, Document.objects.count()) == (True, 0)
