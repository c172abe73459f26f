import pytest

from membership.models import Accreditation
from surveys import services
from surveys.annexes import SurveyAnnex
from surveys.models import Answer, Survey
from surveys.results import cut_of, result_of, results_of
from tests.factories.membership import make_delegate
from tests.factories.surveys import answer_all, close, make_open, make_questionnaire, make_settled
from texts.registry import draw, resolve
from texts.schema import check_content, plain_text

pytestmark = pytest.mark.django_db


def six(**more):
    """Six positive responses; five of them answer whether they would come again, four with yes."""
    responses = [{"overall": number, **more} for number in (5, 5, 4, 4, 3, 3)]
    for answers, again in zip(responses, (1, 1, 1, 1, 0), strict=False):
        answers["again"] = again
    return responses


def key(survey, name):
    return f"surveys.survey:{survey.slug}:{name}"


def test_a_section_scores_the_mean_of_its_questions_each_with_its_own_n():
    result = result_of(make_settled(answers=six()))
    overall, again = result.questions["overall"], result.questions["again"]
    assert (overall.n, overall.score, overall.positive) == (6, 75.0, 4)
    assert (again.n, again.score, again.share) == (5, 80.0, 0.8)
    assert [section.score for section in result.sections] == [77.5, None]
    assert (result.responses, result.asked) == (6, 6)


def test_below_five_responses_nothing_is_shown():
    survey = make_settled(answers=six()[:4], audience="public")
    assert (result_of(survey).status, result_of(survey).sections) == ("suppressed", [])
    names = ("score.general", "share.again", "response_rate", "responses")
    figures = resolve([key(survey, name) for name in names])
    assert {name: figures[key(survey, name)].status for name in names} == {
        "score.general": "suppressed",
        "share.again": "suppressed",
        "response_rate": "suppressed",
        "responses": "ok",
    }


def test_from_five_responses_the_whole_is_shown_in_full():
    result = result_of(make_settled(answers=[*six()[:4], {"overall": 1, "again": 0, "from": "south"}]))
    assert result.status == "ok"
    assert result.questions["from"].counts == {"south": 1}


def test_before_the_close_figures_are_not_yet():
    survey = make_open(participants=7)
    answer_all(survey, six())
    figures = resolve([key(survey, name) for name in ("responses", "score.general", "response_rate", "attendance")])
    assert [(figure.status, figure.value) for figure in figures.values()] == [
        ("ok", 7),
        ("not-yet", None),
        ("not-yet", None),
        ("not-yet", None),
    ]


def test_figures_of_a_settled_survey():
    survey = make_settled(answers=six())
    section = survey.sections.first()
    theme = services.save_theme(section=section, code="calm", actor=None, values={"statement_en": "Calm."})
    services.save_outcome(survey=survey, actor=None, values={"statement_en": "Go on."}, theme=theme)
    names = [
        "attendance",
        "responses",
        "response_rate",
        "score.general",
        "share.again",
        "all.again",
        "theme.calm",
        "outcomes",
    ]
    figures = resolve([key(survey, name) for name in names])
    shown = {name: (f.kind, f.value, f.n, f.total) for name in names for f in [figures[key(survey, name)]]}
    assert shown == {
        "attendance": ("count", 6, None, None),
        "responses": ("count", 6, None, None),
        "response_rate": ("ratio", [6, 6], 6, 6),
        "score.general": ("score", 77.5, None, None),
        "share.again": ("share", 0.8, 4, 5),
        "all.again": ("majority", [4, 5], 4, 5),
        "theme.calm": ("count", 0, 0, 0),
        "outcomes": ("count", 1, None, None),
    }


def test_an_unknown_name_or_survey_is_missing():
    survey = make_settled()
    keys = [key(survey, "score.nowhere"), key(survey, "share.remarks"), "surveys.survey:none:responses"]
    assert [figure.status for figure in resolve(keys).values()] == ["missing"] * 3


def test_one_participant_less_changes_attendance_and_rate():
    survey = make_settled(answers=six())
    survey.workshop.participants.order_by("pk").last().delete()
    figures = resolve([key(survey, "attendance"), key(survey, "response_rate")])
    assert [figure.value for figure in figures.values()] == [5, [6, 5]]


def test_many_surveys_take_as_many_queries_as_one(django_assert_num_queries):
    one = make_settled()
    for _more in range(3):
        make_settled()
    surveys = list(Survey.objects.select_related("workshop"))
    asked = {key(survey, "score.general") for survey in surveys}
    resolve([key(one, "score.general")])
    with django_assert_num_queries(11) as alone:
        resolve([key(one, "score.general")])
    with django_assert_num_queries(len(alone.captured_queries)):
        assert {figure.value for figure in resolve(asked).values()} == {100.0}
    assert len(results_of(surveys)) == 4


# --- Cuts -------------------------------------------------------------------------------------------------------------


def people(number, origin, **answers):
    return [{"overall": 5, "from": origin, **answers}] * number


def test_a_small_group_and_what_would_give_it_away_are_withheld():
    cut = cut_of(result_of(make_settled(answers=people(9, "north") + people(6, "south") + people(2, "east"))))
    assert dict(zip([code for code, _label in cut.groups], cut.sizes, strict=True)) == {
        "north": 9, "south": None, "east": None
    }  # fmt: skip
    values = {label: [cell.value for cell in cells] for label, cells in cut.rows}
    assert values["Question overall?"] == [100.0, None, None]


def test_a_group_is_withheld_where_few_of_it_answered_the_question():
    answers = people(8, "north", again=1) + people(6, "south") + people(2, "south", again=1)
    cut = cut_of(result_of(make_settled(answers=answers)))
    values = dict(cut.rows)
    assert [cell.value for cell in values["Question overall?"]] == [100.0, 100.0, None]
    # Two people from the south answered. The north is withheld too, because subtracting it would reveal them.
    assert [cell.value for cell in values["Question again?"]] == [None, None, None]
    assert [cell.value for cell in values["General"]] == [None, None, None]


def test_difference_of_the_whole_and_the_shown_groups_is_never_few():
    answers = (
        people(12, "north", again=1) + people(7, "south", again=0) + people(5, "east") + people(1, "east", again=1)
    )
    result = result_of(make_settled(answers=answers))
    cut = cut_of(result)
    for label, cells in cut.rows:
        whole = next((found.n for found in result.questions.values() if found.question.label == label), None)
        if whole is None:
            continue
        shown = sum(cell.n for cell in cells if cell.value is not None)
        assert whole - shown == 0 or whole - shown >= 5 or shown == 0


def test_a_cut_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    result = result_of(make_settled(answers=people(6, "north") + people(6, "south")))
    with django_assert_max_num_queries(2):
        cut = cut_of(result)
    assert [(name, size) for (name, _label), size in zip(cut.groups, cut.sizes, strict=True)] == [
        ("north", 6),
        ("south", 6),
        ("east", None),
    ]


# --- Exhibit and annex ------------------------------------------------------------------------------------------------


def test_the_chart_draws_scores_and_questions():
    survey = make_settled(answers=six())
    drawn = draw(key(survey, "chart"), "fr")
    assert drawn.status == "ok"
    assert [row[0] for row in drawn.table_rows] == ["Général – Satisfaction", "Dans l'ensemble ?", "Question again?"]
    assert [(row[1].replace("\xa0", " ").replace("\u202f", " "), row[2]) for row in drawn.table_rows] == [
        ("78 %", ""), ("75 %", "6"), ("80 %", "5")
    ]  # fmt: skip
    assert "<svg" in drawn.svg


def test_the_chart_of_too_few_is_suppressed():
    drawn = draw(key(make_settled(answers=six()[:2]), "chart"), "en")
    assert (drawn.status, drawn.svg, drawn.table_rows) == ("suppressed", "", [])


def test_the_annex_is_built_of_live_figures():
    survey = make_settled(answers=six(remarks="<script>alert(1)</script>"))
    section = survey.sections.first()
    theme = services.save_theme(
        section=section,
        code="again",
        question=survey.questions.get(code="again"),
        actor=None,
        values={"statement_en": "{Percent} would come again; {count} wrote so."},
    )
    answer = Answer.objects.exclude(text="").select_related("question").first()
    services.code_comment(survey=survey, answer=answer, themes=[theme], actor=None)
    blocks = SurveyAnnex().build(survey.slug, "en")
    assert check_content({"type": "doc", "content": blocks}, ids=False) == []
    # The section of remarks has neither a score nor statements, so the annex leaves it out.
    assert [block["type"] for block in blocks] == ["heading", "heading", "bullet_list", "exhibit"]
    heading = blocks[1]["content"]
    assert [part.get("text") or part["attrs"]["key"] for part in heading] == [
        "General", ": ", key(survey, "score.general"), " Satisfaction"
    ]  # fmt: skip
    item = blocks[2]["content"][0]["content"][0]["content"]
    assert [part.get("text") or (part["attrs"]["key"], part["attrs"]["reads"]) for part in item] == [
        (key(survey, "share.again"), "percent"),
        " would come again; ",
        (key(survey, "theme.again"), "number"),
        " wrote so.",
    ]
    footnote = blocks[0]["content"][1]["content"]
    assert [part["attrs"]["reads"] for part in footnote if part["type"] == "figure"] == ["percent", "ratio"]
    assert "script" not in plain_text({"type": "doc", "content": blocks})


def test_a_questionnaire_counts_the_states_asked():

    codes = ["nz", "fj", "ws", "to", "tv", "ki"]

    heads = [Accreditation.objects.get(person=make_delegate(code)) for code in codes]
    survey = make_questionnaire("", *codes)
    for head in heads[:5]:
        services.submit_for_entity(survey=survey, delegation=head, answers={"overall": 4, "again": 1})
    survey = close(survey)
    outcome = services.save_outcome(
        survey=survey, actor=None, values={"statement_en": "Again."}, question=survey.questions.get(code="again")
    )
    result = result_of(survey)
    assert (result.responses, result.asked, result.attendance) == (5, 7, None)
    assert [(found.outcome, found.count, found.total) for found in result.outcomes] == [(outcome, 5, 5)]
