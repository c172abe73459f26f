import datetime as dt

import pytest

from foundation.time import formats

JULY = dt.date(2010, 7, 19)


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "19 July 2010"), ("fr", "19 juillet 2010"), ("es", "19 de julio de 2010"), ("fr-ch", "19 juillet 2010")],
)
def test_long_date(language, expected):
    assert formats.long_date(JULY, language) == expected


def test_first_of_a_month_is_an_ordinal_only_in_french():
    first = dt.date(2010, 7, 1)
    assert [formats.long_date(first, code) for code in ("en", "fr", "es")] == [
        "1 July 2010",
        "1er juillet 2010",
        "1 de julio de 2010",
    ]
    assert formats.long_date(dt.date(2010, 7, 11), "fr") == "11 juillet 2010"
    assert formats.date_range(first, dt.date(2010, 7, 3), "fr") == "1er–3 juillet 2010"


@pytest.mark.parametrize(
    ("start", "end", "language", "expected"),
    [
        (JULY, dt.date(2010, 7, 20), "en", "19–20 July 2010"),
        (JULY, dt.date(2010, 7, 20), "fr", "19–20 juillet 2010"),
        (JULY, dt.date(2010, 7, 20), "es", "19–20 de julio de 2010"),
        (dt.date(2010, 11, 29), dt.date(2010, 12, 2), "en", "29 November – 2 December 2010"),
        (dt.date(2010, 11, 29), dt.date(2010, 12, 2), "fr", "29 novembre – 2 décembre 2010"),
        (dt.date(2010, 11, 29), dt.date(2010, 12, 2), "es", "29 de noviembre – 2 de diciembre de 2010"),
        (dt.date(2010, 12, 30), dt.date(2011, 1, 2), "en", "30 December 2010 – 2 January 2011"),
        (JULY, JULY, "en", "19 July 2010"),
        (JULY, None, "en", "19 July 2010"),
    ],
)
def test_date_range_says_once_what_both_days_share(start, end, language, expected):
    assert formats.date_range(start, end, language) == expected


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends on 2010-07-18"):
        formats.date_range(JULY, dt.date(2010, 7, 18))


@pytest.mark.parametrize(
    ("moment", "zone", "language", "expected"),
    [
        (
            dt.datetime(2010, 7, 19, 8, 0, tzinfo=dt.UTC),
            "Europe/Zurich",
            "en",
            "Monday 19 July 2010, 10:00 (Central European Summer Time, UTC+2)",
        ),
        (
            dt.datetime(2010, 12, 2, 23, 30, tzinfo=dt.UTC),
            "Europe/Zurich",
            "fr",
            "vendredi 3 décembre 2010, 00:30 (heure normale d’Europe centrale, UTC+1)",
        ),
        (
            dt.datetime(2010, 7, 19, 8, 0, tzinfo=dt.UTC),
            "Asia/Kathmandu",
            "es",
            "lunes, 19 de julio de 2010, 13:45 (hora de Nepal, UTC+5:45)",
        ),
        (
            dt.datetime(2010, 7, 19, 8, 0, tzinfo=dt.UTC),
            "America/New_York",
            "en",
            "Monday 19 July 2010, 04:00 (Eastern Daylight Time, UTC−4)",
        ),
        (
            dt.datetime(2010, 7, 19, 8, 0, tzinfo=dt.UTC),
            "UTC",
            "en",
            "Monday 19 July 2010, 08:00 (Coordinated Universal Time)",
        ),
    ],
)
def test_zoned_names_the_day_and_the_zone(moment, zone, language, expected):
    assert formats.zoned(moment, zone, language) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (dt.timedelta(seconds=5), "1 minute"),
        (dt.timedelta(minutes=59, seconds=59), "59 minutes"),
        (dt.timedelta(hours=1), "1 hour"),
        (dt.timedelta(hours=5, minutes=1), "5 hours 1 minute"),
        (dt.timedelta(days=1), "1 day"),
        (dt.timedelta(days=3, hours=4, minutes=50), "3 days 4 hours"),
    ],
)
def test_span_shows_the_two_largest_units(length, expected):
    assert formats.span(length, "en") == expected


def test_span_in_french_and_spanish():
    length = dt.timedelta(days=1, hours=2)
    assert [formats.span(length, code) for code in ("fr", "es")] == [
        "1\N{NO-BREAK SPACE}jour 2\N{NO-BREAK SPACE}heures",
        "1 día 2 horas",
    ]


def test_time_left_before_at_and_after_the_deadline():
    close = dt.datetime(2010, 10, 1, 16, 0, tzinfo=dt.UTC)
    texts = [
        formats.time_left(close, close + dt.timedelta(minutes=minutes), "en")
        for minutes in (-61, -1, 0, 1, 60 * 49, 60 * 24 * 31)
    ]
    assert texts == [
        "1 hour 1 minute left",
        "1 minute left",
        "ended 1 minute ago",
        "ended 1 minute ago",
        "ended 2 days 1 hour ago",
        "ended",
    ]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "0:00"), (7, "0:07"), (760, "12:40"), (3725, "1:02:05"), (-3, "0:00")]
)
def test_elapsed(seconds, expected):
    assert formats.elapsed(dt.timedelta(seconds=seconds)) == expected


def test_short_forms():
    moment = dt.datetime(2010, 7, 19, 8, 5, tzinfo=dt.UTC)
    assert formats.short_moment(moment, "Europe/Zurich", "en") == "19 Jul 2010, 10:05"
    assert formats.month_and_year(JULY, "es") == "julio de 2010"
    assert formats.weekday_date(JULY, "fr") == "lundi 19 juillet 2010"
    assert formats.day_and_month(JULY, "en") == "19 July"
    assert formats.clock_time(dt.time(9, 5)) == "09:05"
