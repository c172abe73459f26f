import pytest

from documents.reading import AUTO, RULES, WAYS, DoesNotRead, read, show, ways_of
from documents.registry import Figure
from documents.schema import READS

NINETY_NINTH = Figure("ordinal", 99, "session")
RATE = Figure("share", 28 / 178, "rate", n=28, total=178)
LANGUAGES = ("en", "fr", "es")


def in_three(figure: Figure, way: str = "auto", **more: object) -> tuple[str, ...]:
    return tuple(read(figure, way, language, **more) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("figure", "way", "expected"),
    [
        (Figure("count", 178, "p"), "auto", ("178", "178", "178")),
        (Figure("count", 1234, "p"), "number", ("1,234", "1\u202f234", "1.234")),
        (Figure("count", 3, "p"), "words", ("three", "trois", "tres")),
        (Figure("count", 356, "p"), "more-than", ("more than 350", "plus de 350", "más de 350")),
        (Figure("count", 178, "p"), "approximately", ("approximately 180", "environ 180", "aproximadamente 180")),
        (RATE, "auto", ("16%", "16\xa0%", "16\xa0%")),
        (RATE, "ratio", ("28/178", "28/178", "28/178")),
        (RATE, "of", ("28 of 178", "28 sur 178", "28 de 178")),
        (
            Figure("share", 0.665, "share"),
            "approximately",
            ("approximately two thirds", "environ deux tiers", "aproximadamente dos tercios"),
        ),
        (
            Figure("share", 17 / 28, "share", n=17, total=28),
            "approximate-percent",
            ("approximately 60%", "environ 60\xa0%", "aproximadamente 60\xa0%"),
        ),
        (Figure("share", 0.5, "share"), "fraction", ("half", "la moitié", "la mitad")),
        (NINETY_NINTH, "auto", ("ninety-ninth", "quatre-vingt-dix-neuvième", "nonagésimo noveno")),
        (NINETY_NINTH, "ordinal", ("99th", "99e", "99.º")),
        (Figure("majority", [40, 74], "theme"), "auto", ("a majority", "une majorité", "una mayoría")),
        (
            Figure("money", {"amount": "200000", "currency": "USD"}, "budget"),
            "auto",
            ("USD\xa0200,000", "200\u202f000\xa0USD", "200.000\xa0USD"),
        ),
        (
            Figure("dates", ["2010-11-29", "2010-12-02"], "session"),
            "auto",
            (
                "29 November – 2 December 2010",
                "29 novembre – 2 décembre 2010",
                "29 de noviembre – 2 de diciembre de 2010",
            ),
        ),
        (Figure("date", "2010-07-01", "day"), "auto", ("1 July 2010", "1er juillet 2010", "1 de julio de 2010")),
        (Figure("score", 81.5, "score"), "auto", ("82%", "82\xa0%", "82\xa0%")),
        (
            Figure(
                "names",
                [
                    {"en": "academia", "fr": "l’université", "es": "la academia"},
                    {"en": "media", "fr": "les médias", "es": "los medios"},
                ],
                "further",
            ),
            "auto",
            ("academia and media", "l’université et les médias", "la academia y los medios"),
        ),
    ],
)  # fmt: skip
def test_a_figure_reads_as_each_language_writes_it(figure, way, expected) -> None:
    assert in_three(figure, way) == expected


def test_an_ordinal_follows_the_gender_of_its_noun() -> None:
    first = Figure("ordinal", 1, "session")
    assert in_three(first, gender="f") == ("first", "première", "primera")
    assert in_three(NINETY_NINTH, gender="f") == ("ninety-ninth", "quatre-vingt-dix-neuvième", "nonagésima novena")
    assert in_three(NINETY_NINTH, "ordinal", gender="f")[2] == "99.ª"


def test_a_capital_letter_is_an_attribute_of_the_chip() -> None:
    assert read(NINETY_NINTH, "auto", "en", capital=True) == "Ninety-ninth"


@pytest.mark.parametrize("n", [37, 36, 0])
def test_half_or_less_is_no_majority(n) -> None:
    with pytest.raises(DoesNotRead, match=f"{n} of 74 is no majority"):
        read(Figure("majority", [n, 74], "theme"), "auto", "en")


@pytest.mark.parametrize("share", [0.63, 0.7, 0.03])
def test_a_share_far_from_a_simple_fraction_does_not_read_as_one(share) -> None:
    with pytest.raises(DoesNotRead):
        read(Figure("share", share, "share"), "approximately", "en")


def test_a_count_reported_as_a_lower_bound_never_reads_as_counted() -> None:
    visits = Figure("count", 350, "visits", qualified="more-than")
    assert [read(visits, way, "en") for way in ("auto", "number", "approximately")] == ["more than 350"] * 3


def test_words_missing_in_a_language_do_not_read_in_it() -> None:
    theme = Figure("text", {"en": "The future of migration"}, "theme")
    assert read(theme, "auto", "en") == "The future of migration"
    assert show(theme, {"key": "votes.ballot:theme:preferred"}, "fr").problem == (
        "“votes.ballot:theme:preferred”: it has no words in French"
    )


@pytest.mark.parametrize("status", ["missing", "not-yet", "suppressed"])
def test_a_figure_without_a_value_is_shown_as_a_problem(status) -> None:
    shown = show(Figure("count", None, "votes", status=status), {"key": "votes.ballot:x:answered"}, "en")
    assert (shown.status, shown.is_sound, "votes.ballot:x:answered" in shown.problem) == (status, False, True)


def test_every_way_of_the_schema_has_a_rule_and_every_kind_its_ways() -> None:
    assert {name for name, _label, _rule in RULES} == set(READS)
    assert {way for ways in WAYS.values() for way in ways} | {"auto"} == set(READS)
    assert all(AUTO[kind] in ways for kind, ways in WAYS.items())
    assert ways_of(NINETY_NINTH) == ("auto", "ordinal-words", "ordinal", "number", "words")
