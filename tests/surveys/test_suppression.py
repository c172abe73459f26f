from hypothesis import given
from hypothesis import strategies as st

from surveys.quantity_words import justified_words, strongest_word
from surveys.suppression import FLOOR, shown_groups


def test_a_group_of_four_is_hidden_and_the_smallest_other_with_it():
    assert shown_groups({"mission": 10, "capital": 8, "organization": 5, "ngo": 4}) == {"mission", "capital"}


def test_small_groups_that_hide_each_other_need_no_further_one():
    assert shown_groups({"mission": 10, "ngo": 3, "other": 2}) == {"mission"}


def test_groups_of_five_and_more_are_all_shown():
    assert shown_groups({"a": 5, "b": 6, "nobody": 0}) == {"a", "b"}


def test_of_two_groups_one_small_none_is_shown():
    assert shown_groups({"a": 20, "b": 1}) == set()


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 12), max_size=8))
def test_nothing_hidden_can_be_had_by_subtraction(sizes):
    shown = shown_groups(sizes)
    hidden = sum(size for group, size in sizes.items() if group not in shown)
    assert all(sizes[group] >= FLOOR for group in shown)
    assert hidden == 0 or hidden >= FLOOR or shown == set()


def test_words_follow_the_count():
    words = {(count, 20): strongest_word(count, 20) for count in (0, 1, 2, 3, 4, 5, 10, 11, 20)}
    assert words == {
        (0, 20): None,
        (1, 20): "one",
        (2, 20): "some",
        (3, 20): "several",
        (4, 20): "several",
        (5, 20): "many",
        (10, 20): "many",
        (11, 20): "majority",
        (20, 20): "all",
    }


def test_a_weaker_word_is_borne_too_and_a_stronger_one_is_not():
    assert justified_words(6, 20) == ["many", "several", "some"]
    assert justified_words(3, 4) == ["majority", "several", "some"]
    assert justified_words(2, 2) == ["all", "majority", "some"]
    assert justified_words(1, 9) == ["one"]
