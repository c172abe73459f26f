import datetime as dt
import json

import pytest

from dialogue import services
from dialogue.figures import provide
from dialogue.models import DayOfVisits
from dialogue.visits import VISITS_MEAN
from tests.factories.dialogue import CLOSES_ON, make_contribution, make_dialogue, make_partner_dialogue
from texts.registry import annex_makers, draw, resolve
from texts.schema import clean_content

pytestmark = pytest.mark.django_db
ANNEX = "dialogue.dialogue"


def test_figures_come_out_of_rows():
    dialogue = make_partner_dialogue("talk", topics=2)
    first, second = dialogue.topics.order_by("position")
    make_contribution(first)
    make_contribution(second, state="declined")
    report = {"dialogue": dialogue, "source": "The Partner", "qualifier": "more-than"}
    services.report_visits(count=300, reported_on=CLOSES_ON, **report)
    services.report_visits(count=350, reported_on=CLOSES_ON + dt.timedelta(days=3), **report)
    names = ("topics", "contributions", "visits", "dates", "topic.2", "topic.3", "partner")
    figures = resolve(f"dialogue.dialogue:talk:{name}" for name in names)
    values = {key.rpartition(":")[2]: (figure.kind, figure.value) for key, figure in figures.items()}
    assert values == {
        "topics": ("count", 2),
        "contributions": ("count", 1),
        "visits": ("count", 350),
        "dates": ("dates", ["2010-07-12", "2010-07-25"]),
        "topic.2": ("text", {"en": "Question 2?", "fr": "Question 2 ?"}),
        "topic.3": ("text", None),
        "partner": ("text", dict.fromkeys(("en", "fr", "es"), "The Partner")),
    }
    visits = figures["dialogue.dialogue:talk:visits"]
    assert (visits.qualified, visits.source) == ("more-than", "The Partner")
    assert figures["dialogue.dialogue:talk:topic.3"].status == "missing"


def test_figures_of_many_dialogues_take_as_many_queries_as_of_one(django_assert_num_queries):
    asked = {make_dialogue().slug: {"topics", "visits", "contributions", "topic.1"} for _number in range(5)}
    with django_assert_num_queries(3):
        many = provide(asked)
    with django_assert_num_queries(3):
        one = provide(dict(list(asked.items())[:1]))
    assert (set(many), len(one)) == ({(slug, name) for slug, names in asked.items() for name in names}, 4)


def test_the_exhibit_lists_the_questions_with_what_was_published():
    dialogue = make_dialogue("talk")
    make_contribution(dialogue.topics.first())
    make_contribution(dialogue.topics.first(), state="hidden")
    exhibit = draw("dialogue.dialogue:talk:topics", "fr")
    assert exhibit.table_rows == [["1", "Question 1 ?", "1"], ["2", "Question 2 ?", "0"]]


# --- The annex --------------------------------------------------------------------------------------------------------


def words(node: dict) -> str:
    """Return the text of a node, with figures as their names in braces."""
    if node["type"] == "figure":
        return "{" + node["attrs"]["key"].rpartition(":")[2] + "}"
    if node["type"] == "line_break":
        return "/"
    return node.get("text", "") + "".join(words(inner) for inner in node.get("content", ()))


@pytest.fixture
def dialogue():
    dialogue = make_partner_dialogue("talk", topics=3)
    one, _two, three = dialogue.topics.order_by("position")
    services.report_visits(
        dialogue=dialogue, count=350, qualifier="more-than", source="The Partner", reported_on=CLOSES_ON
    )
    services.add_paragraph(dialogue=dialogue, text="First.\n\nSecond.")
    for topic, text, more in (
        (three, "Later.", {"attribution": "none"}),
        (one, "Kept one.\n\nLeft out.\n\nKept\ntwo.", {"language": "fr", "author_description": "a nurse"}),
        (one, "Whole.", {"attribution": "description", "author_description": "a baker"}),
        (three, "Hidden.", {}),
    ):
        given = {"text": text, "author_name": "Ana"} | more
        selected = services.select_comment(contribution=make_contribution(topic, **given))
        if "Left out" in text:
            services.shorten_comment(selected=selected, excerpt="Kept one. […] Kept\ntwo.", expected=1)
        if text == "Hidden.":
            services.moderate(contribution=selected.contribution, decision="hidden", reason="Asked.", expected=1)
    return dialogue


def test_the_annex_has_its_blocks_in_order_verbatim_and_with_live_figures(dialogue):
    blocks = annex_makers()[ANNEX].build("talk", "en")
    clean_content({"type": "doc", "content": json.loads(json.dumps(blocks))})
    assert [(block["type"], words(block)) for block in blocks] == [
        ("heading", "Welcoming newcomers"),
        ("paragraph", "{topics} questions were put to the public on a partner’s platform, The Partner, {dates}:"),
        ("lettered_list", "Question 1?Question 2?Question 3?"),
        ("paragraph", "During this period the dialogue received {visits} visits (source: The Partner)."),
        ("heading", "Summary"),
        ("paragraph", "First."),
        ("paragraph", "Second."),
        ("heading", "Selected comments"),
        ("heading", "Question 1: Question 1?"),
        ("quotation", "Kept one. […]Kept/two."),
        ("quotation", "Whole."),
        ("heading", "Question 3: Question 3?"),
        ("quotation", "Later."),
    ]


def test_quotations_are_attributed_as_their_authors_agreed_and_say_their_language(dialogue):
    quotations = [block for block in annex_makers()[ANNEX].build("talk", "en") if block["type"] == "quotation"]
    assert [block["attrs"]["attribution"] for block in quotations] == ["Ana, a nurse", "a baker", ""]
    first = quotations[0]["content"][0]["content"][0]
    assert first["marks"] == [{"type": "language", "attrs": {"lang": "fr"}}]
    assert "marks" not in quotations[1]["content"][0]["content"][0]


def test_an_annex_of_the_portals_own_count_says_what_a_visit_is():
    dialogue = make_dialogue("own", topics=1)
    DayOfVisits.objects.create(dialogue=dialogue, day=CLOSES_ON, visits=41)
    blocks = [words(block) for block in annex_makers()[ANNEX].build("own", "en")]
    assert blocks[1] == "One question was put to the public on this portal, {dates}:"
    assert blocks[3] == f"During this period the portal recorded {{visits}} visits to the dialogue.{VISITS_MEAN}"


def test_an_annex_of_a_dialogue_with_nothing_yet_can_be_stored():
    make_dialogue("young", state="draft", topics=0)
    blocks = annex_makers()[ANNEX].build("young", "es")
    clean_content({"type": "doc", "content": blocks})
    assert [words(block) for block in blocks] == ["Welcoming newcomers"]


def test_the_annex_takes_as_many_queries_for_many_comments(dialogue, django_assert_num_queries):
    topic = dialogue.topics.get(position=2)
    for _number in range(10):
        services.select_comment(contribution=make_contribution(topic))
    with django_assert_num_queries(6):
        built = annex_makers()[ANNEX].build("talk", "en")
    assert sum(block["type"] == "quotation" for block in built) >= 10
