"""The register's data files are complete and dated, and their periods do not overlap."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from foundation.text import fold

REGISTER = Path(__file__).resolve().parents[2] / "data" / "register"
COLUMNS = {
    "entities": ["code", "kind", "iso2", "region", "acronym", "note"],
    "names": ["code", "from", "to", "language", "short", "formal", "article", "sort_key", "acronym"],
    "status": ["code", "status", "from", "to", "decision", "note"],
    "voting_rights": ["code", "right", "from", "to", "decision", "note"],
    "groups": ["code", "kind", "name_en", "name_fr", "name_es"],
    "group_members": ["group", "entity", "from", "to", "role", "note"],
}
ARTICLES = {"en": {"", "the"}, "fr": {"", "le", "la", "l'", "les"}, "es": {"", "el", "la", "los", "las"}}
FIRST_DAY = date(2010, 1, 1)
# Only South Sudan was founded after the first day of the register.
BEGINNINGS = {"ss": date(2011, 7, 14)}

Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (REGISTER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def begin(row: Row) -> date:
    return date.fromisoformat(row["from"]) if row["from"] else date.min


def end(row: Row) -> date:
    """Return the first day after the period."""
    return date.fromisoformat(row["to"]) if row["to"] else date.max


def on(rows: Iterable[Row], day: date) -> list[Row]:
    return [row for row in rows if begin(row) <= day < end(row)]


def boundaries(rows: list[Row]) -> list[date]:
    """Return every day since 2010 on which one of these rows begins or ends."""
    days = {FIRST_DAY, *BEGINNINGS.values(), *map(begin, rows), *map(end, rows)}
    return sorted(day for day in days if FIRST_DAY <= day < date.max)


def overlaps(rows: list[Row], key: Callable[[Row], tuple[str, ...]]) -> list[tuple[str, ...]]:
    periods = defaultdict(list)
    for row in rows:
        periods[key(row)].append((begin(row), end(row)))
    return [
        owner
        for owner, spans in periods.items()
        if any(later[0] < earlier[1] for earlier, later in zip(sorted(spans), sorted(spans)[1:], strict=False))
    ]


@pytest.mark.parametrize("name", COLUMNS)
def test_file_is_plain_csv_with_its_columns(name):
    raw = (REGISTER / f"{name}.csv").read_bytes()
    rows = list(csv.reader(raw.decode("utf-8").splitlines(), strict=True))

    assert rows[0] == COLUMNS[name]
    assert [number for number, row in enumerate(rows, 1) if len(row) != len(COLUMNS[name])] == []
    assert [number for number, row in enumerate(rows, 1) if any(cell != cell.strip() for cell in row)] == []
    assert (b"\r" in raw, raw.startswith(b"\xef\xbb\xbf"), raw.endswith(b"\n")) == (False, False, True)


def test_entities_are_unique_and_of_known_kinds():
    entities = read("entities")

    assert [code for code, count in Counter(row["code"] for row in entities).items() if count > 1] == []
    assert [
        row["code"] for row in entities if not re.fullmatch(r"[a-z]{2}|(org|ngo|biz|uni|media)-[a-z-]+", row["code"])
    ] == []
    assert Counter(row["kind"] for row in entities) == {
        "state": 195,
        "organization": 26,
        "ngo": 15,
        "private-sector": 5,
        "academia": 5,
        "media": 4,
    }


def test_entity_of_business_research_or_media_is_marked_invented():
    invented = [row for row in read("entities") if row["kind"] in {"private-sector", "academia", "media"}]

    assert {row["note"] for row in invented} == {"invented for the demonstration"}


def test_every_state_and_no_other_has_code_and_region():
    regions = {row["code"] for row in read("groups") if row["kind"] == "region"}
    entities = read("entities")

    states = [row for row in entities if row["kind"] == "state"]
    assert [row["code"] for row in states if row["iso2"] != row["code"] or row["region"] not in regions] == []
    assert [row["code"] for row in entities if row["kind"] != "state" and (row["iso2"] or row["region"])] == []
    assert Counter(row["region"] for row in states) == {
        "africa": 54,
        "asia-pacific": 55,
        "eastern-europe": 23,
        "latin-america-caribbean": 33,
        "western-europe-others": 30,
    }


def test_periods_end_after_they_begin():
    for name in ("names", "status", "voting_rights", "group_members"):
        assert [row for row in read(name) if begin(row) >= end(row)] == [], name


def test_every_entity_has_one_name_a_language_on_every_day():
    names = read("names")
    codes = {row["code"] for row in read("entities")}

    for day in boundaries(names):
        expected = {
            (code, language): 1
            for code in codes
            for language in ("en", "fr", "es")
            if day >= BEGINNINGS.get(code, FIRST_DAY)
        }
        assert Counter((row["code"], row["language"]) for row in on(names, day)) == expected, day


def test_no_two_entities_share_a_name_on_one_day():
    names = read("names")

    for day in boundaries(names):
        shared = Counter((row["language"], row["sort_key"]) for row in on(names, day) if "-" not in row["code"])
        assert [key for key, count in shared.items() if count > 1] == [], day


def test_sort_key_is_the_folded_short_name():
    wrong = [
        (row["short"], row["sort_key"])
        for row in read("names")
        if row["sort_key"] != " ".join(re.findall("[a-z0-9]+", fold(row["short"])))
    ]

    assert wrong == []


def test_articles_belong_to_their_language():
    assert [row for row in read("names") if row["article"] not in ARTICLES[row["language"]]] == []


def test_french_article_is_elided_before_a_vowel_and_only_there():
    names = [row for row in read("names") if row["language"] == "fr"]

    before_vowel = {
        row["sort_key"]: row["article"] for row in names if row["sort_key"][0] in "aeiou" and row["article"]
    }
    assert {name: article for name, article in before_vowel.items() if article not in {"l'", "les"}} == {}
    assert [row["short"] for row in names if row["article"] == "l'" and row["sort_key"] not in before_vowel] == []


@pytest.mark.parametrize(
    ("code", "day_before", "day_after", "before", "after"),
    [
        ("sz", "2018-04-18", "2018-04-19", "Swaziland", "Eswatini"),
        ("mk", "2019-02-11", "2019-02-12", "The former Yugoslav Republic of Macedonia", "North Macedonia"),
        ("cz", "2016-05-16", "2016-05-17", "Czech Republic", "Czechia"),
        ("tr", "2022-05-30", "2022-05-31", "Turkey", "Türkiye"),
        ("cv", "2013-10-23", "2013-10-24", "Cape Verde", "Cabo Verde"),
        ("ly", "2011-09-15", "2011-09-16", "Libyan Arab Jamahiriya", "Libya"),
        ("ps", "2012-12-16", "2012-12-17", "Palestine", "State of Palestine"),
    ],
)
def test_name_changes_on_its_day(code, day_before, day_after, before, after):
    english = [row for row in read("names") if (row["code"], row["language"]) == (code, "en")]

    found = [row["short"] for day in (day_before, day_after) for row in on(english, date.fromisoformat(day))]
    assert found == [before, after]


def test_status_belongs_to_known_entities_without_overlap_and_is_marked_illustrative():
    status = read("status")

    assert {row["code"] for row in status} <= {row["code"] for row in read("entities")}
    assert {row["status"] for row in status} == {"member", "observer"}
    assert {row["note"] for row in status} == {"illustrative"}
    assert [row["code"] for row in status if "(illustrative)" not in row["decision"]] == []
    assert overlaps(status, lambda row: (row["code"],)) == []


def test_only_states_are_members():
    states = {row["code"] for row in read("entities") if row["kind"] == "state"}

    assert {row["code"] for row in read("status") if row["status"] == "member"} <= states


@pytest.mark.parametrize(
    ("day", "members", "observers"),
    [("2010-07-19", 127, 17), ("2010-11-28", 127, 17), ("2010-11-29", 132, 17), ("2011-12-05", 145, 14)],
)
def test_member_and_observer_states_are_as_many_as_the_day_had(day, members, observers):
    states = {row["code"] for row in read("entities") if row["kind"] == "state"}

    current = on((row for row in read("status") if row["code"] in states), date.fromisoformat(day))
    assert Counter(row["status"] for row in current) == {"member": members, "observer": observers}


def test_nothing_has_a_status_before_it_exists():
    assert [row for row in read("status") if begin(row) < BEGINNINGS.get(row["code"], date.min)] == []


def test_voting_rights_are_suspensions_of_members_one_of_them_over_before_the_workshop():
    rights = read("voting_rights")
    members = {row["code"] for row in on(read("status"), FIRST_DAY) if row["status"] == "member"}

    assert {row["right"] for row in rights} == {"no"}
    assert {row["code"] for row in rights} <= members
    assert [row["code"] for row in rights if not row["note"].startswith("illustrative")] == []
    assert overlaps(rights, lambda row: (row["code"],)) == []
    assert sorted(end(row) < date(2010, 7, 1) for row in rights) == [False, True]


def test_groups_have_names_in_three_languages():
    groups = read("groups")

    assert [row["code"] for row in groups if not (row["name_en"] and row["name_fr"] and row["name_es"])] == []
    assert Counter(row["kind"] for row in groups) == {"region": 5, "group": 4}


def test_group_members_are_known_states_without_overlap():
    rows = read("group_members")

    assert {row["group"] for row in rows} == {row["code"] for row in read("groups")}
    assert {row["entity"] for row in rows} == {row["code"] for row in read("entities") if row["kind"] == "state"}
    assert {row["role"] for row in rows} == {"member", "coordinator"}
    assert overlaps(rows, lambda row: (row["group"], row["entity"])) == []


def test_every_state_is_in_exactly_one_region_on_every_day():
    region_of = {row["code"]: row["region"] for row in read("entities") if row["kind"] == "state"}
    rows = [row for row in read("group_members") if row["group"] in set(region_of.values())]

    for day in boundaries(rows):
        expected = {(code, region): 1 for code, region in region_of.items() if day >= BEGINNINGS.get(code, FIRST_DAY)}
        assert Counter((row["entity"], row["group"]) for row in on(rows, day)) == expected, day


def test_every_group_has_one_coordinator_on_every_day_since_2010():
    coordinators = [row for row in read("group_members") if row["role"] == "coordinator"]
    groups = {row["code"]: 1 for row in read("groups") if row["kind"] == "group"}

    days = ((2010, 1, 1), (2010, 6, 30), (2010, 7, 1), (2010, 12, 31), (2011, 1, 1), (2100, 1, 1))
    for day in (date(*parts) for parts in days):
        assert Counter(row["group"] for row in on(coordinators, day)) == groups, day
    assert {row["note"] for row in coordinators} == {"illustrative"}


@pytest.mark.parametrize(
    ("group", "day", "count"),
    [
        ("eu", "2010-07-19", 27),
        ("eu", "2013-07-01", 28),
        ("eu", "2020-01-31", 28),
        ("eu", "2020-02-01", 27),
        ("asean", "2010-07-19", 10),
        ("african-group", "2010-07-19", 53),
        ("african-group", "2011-07-14", 54),
        ("grulac", "2010-07-19", 33),
    ],
)
def test_group_is_as_large_as_the_day_had_it(group, day, count):
    rows = [row for row in read("group_members") if row["group"] == group]

    assert len(on(rows, date.fromisoformat(day))) == count
