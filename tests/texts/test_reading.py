import pytest

from texts.reading import AUTO, RULES, WAYS, UnsuitableReading, read, show, ways_of
from texts.registry import Figure
from texts.schema import READS

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
            ("USD\xa0200,000", "200\u202f000\xa0dollars des États-Unis", "200.000\xa0dólares de los Estados Unidos"),
        ),
        (
            Figure("dates", ["2010-11-29", "2010-12-02"], "session"),
            "auto",
            (
                "29 November – 2 December 2010",
                "du 29 novembre au 2 décembre 2010",
                "del 29 de noviembre al 2 de diciembre de 2010",
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


@pytest.mark.parametrize(
    ("number", "french", "spanish", "feminine"),
    [
        (1, "premier", "primer", "primera"),
        (3, "troisième", "tercer", "tercera"),
        (11, "onzième", "undécimo", "undécima"),
        (12, "douzième", "duodécimo", "duodécima"),
        (13, "treizième", "decimotercer", "decimotercera"),
        (18, "dix-huitième", "decimoctavo", "decimoctava"),
        (21, "vingt et unième", "vigésimo primer", "vigésima primera"),
        (80, "quatre-vingtième", "octogésimo", "octogésima"),
        (81, "quatre-vingt-unième", "octogésimo primer", "octogésima primera"),
        (99, "quatre-vingt-dix-neuvième", "nonagésimo noveno", "nonagésima novena"),
        (112, "cent douzième", "centésimo duodécimo", "centésima duodécima"),
        (200, "deux centième", "ducentésimo", "ducentésima"),
    ],
)
def test_ordinals_in_words(number, french, spanish, feminine) -> None:
    figure = Figure("ordinal", number, "session")
    assert in_three(figure)[1:] == (french, spanish)
    assert read(figure, "auto", "es", gender="f") == feminine


def test_ordinals_in_digits() -> None:
    read_in = {n: in_three(Figure("ordinal", n, "session"), "ordinal") for n in (1, 2, 3, 11, 21, 99, 103)}
    assert read_in == {
        1: ("1st", "1er", "1.er"),
        2: ("2nd", "2e", "2.º"),
        3: ("3rd", "3e", "3.er"),
        11: ("11th", "11e", "11.º"),
        21: ("21st", "21e", "21.er"),
        99: ("99th", "99e", "99.º"),
        103: ("103rd", "103e", "103.er"),
    }


@pytest.mark.parametrize(
    ("number", "masculine", "feminine"),
    [
        (1, ("one", "un", "un"), ("one", "une", "una")),
        (21, ("twenty-one", "vingt et un", "veintiún"), ("twenty-one", "vingt et une", "veintiuna")),
        (
            500,
            ("five hundred", "cinq cents", "quinientos"),
            ("five hundred", "cinq cents", "quinientas"),
        ),
        (
            31000,
            ("thirty-one thousand", "trente et un mille", "treinta y un mil"),
            ("thirty-one thousand", "trente et un mille", "treinta y un mil"),
        ),
        (
            1204,
            ("one thousand two hundred and four", "mille deux cent quatre", "mil doscientos cuatro"),
            ("one thousand two hundred and four", "mille deux cent quatre", "mil doscientas cuatro"),
        ),
    ],
)  # fmt: skip
def test_numbers_in_words_come_before_their_noun(number, masculine, feminine) -> None:
    figure = Figure("count", number, "topics")
    assert (in_three(figure, "words"), in_three(figure, "words", gender="f")) == (masculine, feminine)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (
            "2010-07-19",
            "2010-07-20",
            ("19–20 July 2010", "du 19 au 20 juillet 2010", "del 19 al 20 de julio de 2010"),
        ),
        (
            "2010-12-01",
            "2010-12-03",
            ("1–3 December 2010", "du 1er au 3 décembre 2010", "del 1 al 3 de diciembre de 2010"),
        ),
        (
            "2010-12-30",
            "2011-01-02",
            (
                "30 December 2010 – 2 January 2011",
                "du 30 décembre 2010 au 2 janvier 2011",
                "del 30 de diciembre de 2010 al 2 de enero de 2011",
            ),
        ),
        ("2010-12-01", "2010-12-01", ("1 December 2010", "le 1er décembre 2010", "el 1 de diciembre de 2010")),
    ],
)
def test_a_span_of_days_has_the_prepositions_of_its_language(first, last, expected) -> None:
    assert in_three(Figure("dates", [first, last], "dates")) == expected


def test_days_and_months_without_the_rest() -> None:
    day = Figure("date", "2010-12-01", "day")
    assert in_three(day, "day-month") == ("1 December", "1er décembre", "1 de diciembre")
    assert in_three(day, "month-year") == ("December 2010", "décembre 2010", "diciembre de 2010")
    july = Figure("dates", ["2010-07-19", "2010-07-20"], "days")
    assert in_three(july, "month-year") == ("July 2010", "juillet 2010", "julio de 2010")


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1", "USD", ("USD 1", "1 dollar des États-Unis", "1 dólar de los Estados Unidos")),
        ("1234.5", "CHF", ("CHF 1,234.50", "1\u202f234,50 francs suisses", "1.234,50 francos suizos")),
        ("2000000", "EUR", ("EUR 2,000,000", "2\u202f000\u202f000 d’euros", "2.000.000 de euros")),
        (
            "1000000",
            "USD",
            (
                "USD 1,000,000",
                "1\u202f000\u202f000 de dollars des États-Unis",
                "1.000.000 de dólares de los Estados Unidos",
            ),
        ),
    ],
)  # fmt: skip
def test_amounts_name_their_currency_as_the_language_does(amount, currency, expected) -> None:
    figure = Figure("money", {"amount": amount, "currency": currency}, "budget")
    read_in = in_three(figure)
    assert tuple(text.split("\N{NO-BREAK SPACE}", 1) for text in read_in) == tuple(
        [text.split(" ", 1)[0], text.split(" ", 1)[1]] for text in expected
    )


@pytest.mark.parametrize(
    ("figure", "way", "expected"),
    [
        (Figure("money", {"amount": "19870", "currency": "EUR"}, "b"), "approximately", "environ 19\u202f900\xa0euros"),
        (Figure("ratio", [28, 1178], "r"), "of", "28 sur 1\u202f178"),
        (Figure("ratio", [28, 1178], "r"), "ratio", "28/1\u202f178"),
        (Figure("ratio", [2, 3], "r"), "fraction", "deux tiers"),
        (Figure("ratio", [2, 3], "r"), "percent", "67\xa0%"),
        (Figure("share", 0.5, "s", n=51, total=100), "a-majority", "une majorité"),
        (Figure("majority", [51, 100], "s"), "percent", "51\xa0%"),
        (Figure("score", 81.5, "s"), "number", "82"),
        (Figure("score", 81.5, "s"), "approximate-percent", "environ 80\xa0%"),
        (Figure("ordinal", 3, "s"), "number", "3"),
        (Figure("ordinal", 3, "s"), "words", "trois"),
        (Figure("names", ["a", "b", "c"], "s"), "number", "3"),
        (Figure("names", ["a", "b", "c"], "s"), "words", "trois"),
        (Figure("names", ["a", "b", "c"], "s"), "list", "a, b et c"),
        (Figure("text", "words", "s"), "title", "words"),
        (Figure("count", 350, "s", qualified="more-than"), "words", "plus de 350"),
    ],
)  # fmt: skip
def test_other_readings_in_french(figure, way, expected) -> None:
    assert read(figure, way, "fr") == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Francia", "Italia"], "Francia e Italia"),
        (["Austria", "Francia", "Hungría"], "Austria, Francia y Hungría"),
        (["padres", "hijos"], "padres e hijos"),
        (["agua", "hielo"], "agua y hielo"),
        (["Omán", "Yemen"], "Omán y Yemen"),
        (["el uno", "«Identidad»"], "el uno e «Identidad»"),
        (["Italia"], "Italia"),
    ],
)
def test_spanish_joins_with_e_what_sounds_as_i(names, expected) -> None:
    assert read(Figure("names", names, "States"), "list", "es") == expected


def test_a_capital_letter_is_an_attribute_of_the_figure() -> None:
    assert read(NINETY_NINTH, "auto", "en", capital=True) == "Ninety-ninth"


@pytest.mark.parametrize("n", [37, 36, 0])
def test_half_or_less_is_not_a_majority(n) -> None:
    with pytest.raises(UnsuitableReading, match=f"{n} of 74 is not a majority"):
        read(Figure("majority", [n, 74], "theme"), "auto", "en")


@pytest.mark.parametrize("share", [0.63, 0.7, 0.03])
def test_a_share_far_from_a_simple_fraction_does_not_read_as_one(share) -> None:
    with pytest.raises(UnsuitableReading):
        read(Figure("share", share, "share"), "approximately", "en")


def test_a_count_reported_as_a_lower_bound_never_reads_as_counted() -> None:
    visits = Figure("count", 350, "visits", qualified="more-than")
    assert [read(visits, way, "en") for way in ("auto", "number", "approximately")] == ["more than 350"] * 3


def test_words_missing_in_a_language_do_not_read_in_it() -> None:
    theme = Figure("text", {"en": "The future of migration"}, "theme")
    assert read(theme, "auto", "en") == "The future of migration"
    assert show(theme, {"key": "votes.ballot:theme:preferred"}, "fr").problem == (
        "“theme (votes.ballot:theme:preferred)”: it has no text in French"
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
