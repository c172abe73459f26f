import datetime as dt
from decimal import Decimal

import pytest

from membership.models import EntityStatus
from tests.factories.membership import make_entity, make_organization, make_state
from tests.factories.schedule import make_day
from tests.factories.workshops import make_participant, make_topic, make_workshop, make_year
from texts.registry import Figure, annex_makers, draw, resolve
from workshops import services

pytestmark = pytest.mark.django_db
WORKSHOP = "workshops.workshop:2010-societies"
YEAR = "workshops.year:2011"


def values(subject, *names):
    found = resolve(f"{subject}:{name}" for name in names)
    return {name: (found[f"{subject}:{name}"].status, found[f"{subject}:{name}"].value) for name in names}


def test_only_those_present_count_and_entities_count_once():
    workshop = make_workshop()
    au, va = make_state("au"), make_state("va", "observer")
    for entity in (au, au, va, make_organization("org-a"), make_entity("ngo-a", kind="ngo")):
        make_participant(workshop, entity)
    make_participant(workshop, make_entity("uni-a", kind="academia"))
    make_participant(workshop, make_entity("media-a", kind="media"), attendance="absent")
    make_participant(workshop, make_state("fr"), attendance="expected")
    make_participant(workshop, make_organization("org-b"), state="cancelled")
    make_participant(workshop, make_organization("org-c"), state="registered")
    make_participant(make_workshop("other"), make_organization("org-d"))
    found = values(WORKSHOP, "participants", "states", "organizations", "ngos", "further_categories")
    further = [words["en"] for words in found.pop("further_categories")[1]]
    assert (found, further) == (
        {
            "participants": ("ok", 6),
            "states": ("ok", 2),
            "organizations": ("ok", 1),
            "ngos": ("ok", 1),
        },
        ["academia"],
    )


def test_a_state_counts_by_its_status_on_the_first_day():
    workshop = make_workshop()
    make_participant(workshop, make_state("aa", begins=dt.date(2010, 7, 20)))
    make_participant(workshop, make_state("bb", ends=dt.date(2010, 7, 19)))
    make_participant(workshop, make_state("cc", begins=dt.date(2010, 7, 19), ends=dt.date(2010, 7, 20)))
    make_participant(workshop, make_state("dd", status=None))
    assert EntityStatus.objects.count() == 3
    assert values(WORKSHOP, "participants", "states") == {"participants": ("ok", 4), "states": ("ok", 1)}


def test_a_removed_participant_is_one_less_and_an_unrecorded_attendance_is_not_yet():
    workshop = make_workshop()
    assert values(WORKSHOP, "participants") == {"participants": ("not-yet", None)}
    make_participant(workshop)
    row = make_participant(workshop)
    services.remove_participant(participant=row, expected=1)
    assert values(WORKSHOP, "participants") == {"participants": ("ok", 1)}


def test_dates_title_theme_place_and_donors():
    workshop = make_workshop()
    theme = services.propose_theme(year=workshop.year, slug="theme", title={"en": "Change", "fr": "Changement"})
    services.set_theme_state(theme=theme, state="selected")
    give = {"year": workshop.year, "workshop": workshop}
    services.record_contribution(donor=make_state("au"), state="paid", **give)
    services.record_contribution(donor=make_state("fr"), state="pledge", **give)
    assert values(WORKSHOP, "dates", "title", "theme", "place", "donors") == {
        "dates": ("ok", ["2010-07-19", "2010-07-20"]),
        "title": ("ok", {"en": "Societies and identities", "fr": "Sociétés et identités"}),
        "theme": ("ok", {"en": "Change", "fr": "Changement"}),
        "place": ("ok", {"en": "Geneva"}),
        "donors": ("ok", [{"en": "State of AU", "fr": "État de AU", "es": "Estado de AU"}]),
    }


def test_a_workshop_with_no_more_than_its_place_has_no_figures_but_its_title():
    make_workshop(occasion=None)
    assert values(WORKSHOP, "participants", "dates", "title") == {
        "participants": ("missing", None),
        "dates": ("missing", None),
        "title": ("ok", {"en": "Societies and identities", "fr": "Sociétés et identités"}),
    }


@pytest.mark.parametrize("identity", ["2010-unknown", "1999-societies", "societies", "x-y-z"])
def test_an_unknown_id_is_missing(identity):
    make_workshop()
    assert resolve([f"workshops.workshop:{identity}:participants"]).popitem()[1].status == "missing"


def test_money_of_a_year_in_whole_per_workshop_and_the_share_for_officials():
    year = make_year(2011)
    for number in (1, 2):
        for purpose, amount in (("officials", 66500), ("interpretation", 33500)):
            services.add_budget_line(
                year=year, workshop_number=number, purpose=purpose, title=f"{purpose} {number}", amount=Decimal(amount)
            )
    found = resolve(f"{YEAR}:{name}" for name in ("budget_total", "budget_per_workshop", "officials_share"))
    assert {
        key.rpartition(":")[2]: (figure.kind, figure.value, figure.n, figure.total) for key, figure in found.items()
    } == {
        "budget_total": ("money", {"amount": "200000", "currency": "USD"}, None, None),
        "budget_per_workshop": ("money", {"amount": "100000", "currency": "USD"}, None, None),
        "officials_share": ("share", 0.665, 133000, 200000),
    }


def test_sums_of_two_currencies_or_unequal_workshops_are_missing_and_no_guess():
    year = make_year(2011)
    line = {"year": year, "purpose": "other", "title": "Line"}
    services.add_budget_line(workshop_number=1, amount=Decimal(10), **line)
    services.add_budget_line(workshop_number=2, amount=Decimal(20), **line)
    assert values(YEAR, "budget_total", "budget_per_workshop") == {
        "budget_total": ("ok", {"amount": "30", "currency": "USD"}),
        "budget_per_workshop": ("missing", None),
    }
    services.add_budget_line(amount=Decimal(5), currency="CHF", **line)
    assert values(YEAR, "budget_total") == {"budget_total": ("missing", None)}


def test_topics_and_themes_of_a_year():
    topic = make_topic("A")
    make_topic("B")
    services.set_topic_state(topic=make_topic("C"), state="withdrawn")
    theme = services.propose_theme(year=topic.year, slug="one", title="One")
    other = services.propose_theme(year=topic.year, slug="two", title="Two")
    names = ("topics_proposed", "topic.a.title", "workshops_planned", "theme", "themes_proposed")
    assert values(YEAR, *names) == {
        "topics_proposed": ("ok", 2),
        "topic.a.title": ("ok", {"en": "Topic A"}),
        "workshops_planned": ("ok", 2),
        "theme": ("not-yet", None),
        "themes_proposed": ("ok", 2),
    }
    services.set_theme_state(theme=theme, state="selected")
    services.set_theme_state(theme=other, state="not-selected")
    assert values(YEAR, "theme", "alternative_theme") == {
        "theme": ("ok", {"en": "One"}),
        "alternative_theme": ("ok", {"en": "Two"}),
    }


def test_many_ids_cost_no_more_queries_than_one(django_assert_num_queries):
    names = ("participants", "states", "theme", "dates")
    subjects = []
    for number in range(5):
        workshop = make_workshop(f"w{number}")
        subjects.append(f"workshops.workshop:2010-w{number}")
        make_participant(workshop)
    with django_assert_num_queries(4):
        resolve(f"{subjects[0]}:{name}" for name in names)
    with django_assert_num_queries(4):
        found = resolve(f"{subject}:{name}" for subject in subjects for name in names)
    assert [found[f"{subject}:participants"].value for subject in subjects] == [1] * 5


def test_every_figure_says_where_it_comes_from():
    make_participant(make_workshop())
    figure: Figure = resolve([f"{WORKSHOP}:participants"])[f"{WORKSHOP}:participants"]
    assert (figure.source, figure.source_url) == (
        "List of participants, Societies and identities",
        "/workshops/2010/societies/participants/",
    )


# --- Exhibits and annexes ---------------------------------------------------------------------------------------------


def test_the_exhibit_by_category_adds_up():
    workshop = make_workshop()
    for _number in range(3):
        make_participant(workshop)
    make_participant(workshop, make_organization("org-a"))
    exhibit = draw(f"{WORKSHOP}:by_category", "en")
    assert (exhibit.status, exhibit.table_rows) == (
        "ok",
        [["States", "1", "3"], ["International organizations", "1", "1"]],
    )
    assert exhibit.svg.startswith("<svg")


def test_an_exhibit_of_nobody_is_not_yet():
    make_workshop()
    assert draw(f"{WORKSHOP}:by_category", "en").status == "not-yet"


def test_the_annex_names_only_those_who_agreed_in_protocol_order_of_its_language():
    workshop = make_workshop()
    make_participant(workshop, make_state("zz", name="Allemagne"), given_name="Ann", surname="Zed", function="Adviser")
    make_participant(workshop, make_state("aa", name="Zambie"), given_name="Bob", surname="Yot")
    make_participant(workshop, consents=False)
    blocks = annex_makers()["workshops.participants"].build("2010-societies", "en")
    texts = ["".join(part["text"] for part in block["content"]) for block in blocks]
    assert texts == [
        "List of participants",
        "Societies and identities, Geneva, 19–20 July 2010",
        "States",
        "Allemagne",
        "Ann Zed, Adviser",
        "Zambie",
        "Bob Yot",
    ]


def test_the_annex_of_the_programme_is_the_release_and_not_the_draft():
    workshop = make_workshop()
    make_day(workshop.occasion)
    maker = annex_makers()["workshops.programme"]
    assert "not been published" in maker.build("2010-societies", "en")[-1]["content"][0]["text"]
