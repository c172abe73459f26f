"""Excerpts of contributions are verbatim and mark omissions."""

import pytest

from dialogue.excerpts import check_ranges, ranges_of
from dialogue.models import excerpt_of
from foundation.refusals import Refused

TEXT = "One came. Two stayed.\n\nThree left early. Four wrote.\n\nFive."


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (TEXT, TEXT),
        (TEXT.replace("\n", "\r\n"), TEXT),
        ("One came. [...] Four wrote.", "One came. […]\n\nFour wrote. […]"),
        ("[…] Two stayed.", "[…] Two stayed. […]"),
        ("Two stayed.\n\nThree left early.", "[…] Two stayed.\n\nThree left early. […]"),
        ("One came. [ … ] Five.", "One came. […]\n\nFive."),
    ],
)
def test_what_is_left_out_is_marked_even_where_the_editor_forgot(typed, shown):
    assert excerpt_of(TEXT, ranges_of(TEXT, typed)) == shown


def test_every_piece_of_an_excerpt_is_in_the_text():
    ranges = ranges_of(TEXT, "came. […] early. […] Five")
    assert [TEXT[begin:end] for begin, end in ranges] == ["came.", "early.", "Five"]


def test_an_excerpt_shown_and_saved_again_stays_the_same():
    ranges = ranges_of(TEXT, "One came. […] Four wrote.")
    assert ranges_of(TEXT, excerpt_of(TEXT, ranges)) == ranges


@pytest.mark.parametrize(
    "typed",
    [
        "One came, perhaps.",
        "Four wrote. […] One came.",
        "one came.",
        "",
        "[…]",
        "One came. Two stayed. Three left early.",
    ],
)
def test_changed_words_and_another_order_are_refused(typed):
    with pytest.raises(Refused):
        ranges_of(TEXT, typed)


@pytest.mark.parametrize("ranges", [[[5, 5]], [[4, 9], [8, 12]], [[9, 12], [0, 3]], [[0, 999]], [[21, 23]]])
def test_ranges_that_are_no_excerpt_are_refused(ranges):
    with pytest.raises(Refused):
        check_ranges(TEXT, ranges)
