"""The portal's count compared with that of the verifier, which runs outside the portal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from votes.counting import Turnout, count
from votes.models import Ballot
from votes.sentences import result_sentence
from votes.verifier import count as counted_outside

CODES = ["A", "B", "C", "D"]
TITLES = {code: f"Topic {code}" for code in CODES}


@st.composite
def ballots(draw) -> tuple[Ballot, list, int]:
    to_select = draw(st.integers(1, 3))
    ballot = Ballot(
        to_select=to_select,
        choose_min=1,
        choose_max=draw(st.integers(1, 4)),
        majority=draw(st.sampled_from(["relative", "absolute", "two-thirds"])),
        quorum=draw(st.sampled_from([None, 1, 50, 100])),
    )
    answer = st.none() | st.lists(st.sampled_from(CODES), min_size=1, max_size=ballot.choose_max, unique=True)
    answers = draw(st.lists(answer, max_size=12))
    return ballot, answers, draw(st.integers(len(answers), 15))


@settings(max_examples=300, deadline=None)
@given(ballots())
def test_both_counts_agree_and_keep_their_promises(case):
    ballot, answers, entitled = case
    found = count(ballot, CODES, answers, entitled)
    rules = {
        "options": [{"code": code} for code in CODES],
        "quorum": ballot.quorum,
        "majority": ballot.majority,
        "to_select": ballot.to_select,
        "voters": [str(number) for number in range(entitled)],
    }
    outcome, totals = counted_outside(rules, ["abstain" if answer is None else answer for answer in answers])
    assert outcome == {"outcome": found.outcome, "selected": found.selected, "tied": found.tied}
    assert totals == {"abstained": found.abstained, "answered": found.answered, "options": found.options}

    assert len(found.selected) <= ballot.to_select
    assert not set(found.selected) & set(found.tied)
    lowest = min((found.options[code] for code in found.selected), default=None)
    others = [found.options[code] for code in CODES if code not in found.selected]
    assert lowest is None or lowest > max(others, default=-1) or (found.outcome == "selected" and lowest > 0)
    assert (found.outcome == "tie") == (len(found.tied) >= 2)
    # Every outcome has a text.
    assert result_sentence(ballot, found, TITLES)
    assert type(found).from_json(found.as_json()) == found


@pytest.mark.parametrize(
    ("fields", "answers", "sentence"),
    [
        ({}, ["A", "A", "B"], "A majority of the Member States that answered expressed a preference for “Topic A”."),
        (
            {},
            ["A", "A", "B", "C"],
            "More Member States expressed a preference for “Topic A” than for any other option.",
        ),
        (
            {"to_select": 2},
            ["AB", "AB", "AC"],
            "The Member States that answered expressed a preference for “Topic A” and “Topic B”.",
        ),
        (
            {},
            ["A", "B"],
            "“Topic A” and “Topic B” received the same number of answers. As announced in advance, none of them is "
            "selected and the question returns to the Member States.",
        ),
        (
            {"to_select": 2, "tie_rule": "run-off"},
            ["AB", "AC"],
            "A majority of the Member States that answered expressed a preference for “Topic A”. “Topic B” and "
            "“Topic C” received the same number of answers. As announced in advance, a run-off will be held "
            "between them.",
        ),
        ({}, [], "No Member State answered, so no option is selected."),
        ({}, ["", ""], "All Member States that answered abstained, so no option is selected."),
        ({"quorum": 50}, ["A"], "Fewer Member States answered than the quorum of 50% requires, so none is selected."),
        (
            {"majority": "absolute"},
            ["A", "B"],
            "No option reached the required majority, so none is selected.",
        ),
        ({"kind": "formal"}, ["A"], "“Topic A” is selected."),
        ({"kind": "formal", "to_select": 2}, ["AB"], "“Topic A” and “Topic B” are selected."),
    ],
)
def test_result_in_a_sentence(fields, answers, sentence):
    ballot = Ballot(**fields)
    found = count(ballot, CODES, [list(answer) or None for answer in answers], 10)
    assert result_sentence(ballot, found, TITLES) == sentence


def test_participation_by_region_is_stored_with_the_count():
    found = count(Ballot(), CODES, [["A"]], 2, [Turnout("africa", 2, 1)])
    assert found.as_json()["turnout"] == [{"region": "africa", "entitled": 2, "answered": 1}]
