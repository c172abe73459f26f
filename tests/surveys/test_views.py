import pytest
from django.db.models import F
from django.utils import timezone

from idm_portal import dashboards
from membership.models import Accreditation
from surveys import services
from surveys.models import Answer, Question, Response, Section, Survey
from surveys.search import hits
from tests.factories.membership import make_delegate, make_staff
from tests.factories.surveys import make_draft, make_open, make_questionnaire, make_settled

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def delegate(sign_in):
    return sign_in(make_delegate("au"))


# --- Results ----------------------------------------------------------------------------------------------------------


def test_results_begin_with_the_sentence(client):
    survey = make_settled(answers=[{"overall": 5, "again": 1}] * 6, audience="public")
    page = client.get(f"/surveys/{survey.slug}/results/").text
    assert "6 of the 6 participants who attended have answered (100%)." in page
    assert "Scores: General 100%." in page
    assert page.index("have answered") < page.index('<figure class="chart"') < page.index("<table")


def test_page_of_the_workshop_shows_at_once_whether_results_are_open(client, clock):
    survey = make_settled()
    page, results = survey.workshop.get_absolute_url(), f"/surveys/{survey.slug}/results/"
    shown = []
    for audience in ("staff", "public", "staff"):
        services.open_results(survey=survey, audience=audience, actor=None)
        shown.append([results in client.get(page).text for _look in range(2)])
    assert shown == [[False] * 2, [True] * 2, [False] * 2]


def test_results_of_fewer_than_five_show_no_answer(client):
    survey = make_settled(answers=[{"overall": 1}] * 4, audience="public")
    page = client.get(f"/surveys/{survey.slug}/results/").text
    assert "fewer than five people answered" in page
    assert '<figure class="chart"' not in page
    assert "results.csv" not in page
    rows = client.get(f"/surveys/{survey.slug}/results.csv").text.splitlines()
    assert len(rows) == 1


def test_small_groups_are_withheld_on_the_page_and_in_the_file(client):
    answers = (
        [{"overall": 5, "from": "north"}] * 7
        + [{"overall": 1, "from": "south"}] * 6
        + [{"overall": 2, "from": "east"}] * 3
    )
    survey = make_settled(answers=answers, audience="public")
    page = client.get(f"/surveys/{survey.slug}/results/").text
    assert page.count("withheld</td>") == 6
    assert "East: 3" not in page + client.get(f"/surveys/{survey.slug}/results.csv").text


def test_cached_page_expires_when_the_audience_narrows(client):
    survey = make_settled(audience="public")
    address = f"/surveys/{survey.slug}/results/"
    cached = client.get(address)
    assert client.get(address, headers={"If-None-Match": cached["ETag"]}).status_code == 304
    services.open_results(survey=survey, audience="staff", actor=None)
    assert client.get(address, headers={"If-None-Match": cached["ETag"]}).status_code == 404


def test_cached_page_expires_when_attendance_is_corrected(client):
    survey = make_settled(audience="public")
    address = f"/surveys/{survey.slug}/results/"
    assert "6 of the 6 participants" in client.get(address).text
    survey.workshop.participants.order_by("pk").last().delete()
    type(survey.workshop).objects.filter(pk=survey.workshop_id).update(revision=F("revision") + 1)
    assert "6 of the 5 participants" in client.get(address).text


def test_who_looks_first_after_the_close_settles_the_survey(client):
    survey = make_open()
    invitation = survey.invitations.select_related("survey").first()
    services.submit_response(invitation=invitation, answers={"overall": 4})
    Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now())
    client.get(f"/surveys/{survey.slug}/")
    survey.refresh_from_db()
    assert (survey.is_settled, survey.responses.count()) == (True, 1)


def test_public_pages_take_as_many_queries_for_many_as_for_few(client, django_assert_num_queries):
    surveys = [make_settled(audience="public")]
    with django_assert_num_queries(3) as few:
        page = client.get("/surveys/?few").text
    assert [survey.slug in page for survey in surveys] == [True]
    surveys += [make_settled(audience="public") for _more in range(4)]
    with django_assert_num_queries(len(few.captured_queries)):
        page = client.get("/surveys/?many").text
    assert [f'href="/surveys/{survey.slug}/' in page for survey in surveys] == [True] * 5


def test_a_script_in_a_title_a_question_or_a_comment_is_text(client, sign_in, editor):
    survey = make_settled(
        answers=[{"overall": 4, "remarks": SCRIPT + str(place)} for place in range(6)], audience="public"
    )
    Survey.objects.filter(pk=survey.pk).update(title_en=SCRIPT)
    Question.objects.filter(survey=survey).update(text_en=SCRIPT, short_en="")
    Section.objects.filter(survey=survey).update(title_en=SCRIPT)
    browser = sign_in(editor)
    for address in ("", "results/", "comments/", "edit/", "invitations/", "preview/"):
        page = browser.get(f"/surveys/{survey.slug}/{address}")
        assert page.status_code == 200
        assert SCRIPT not in page.text
        assert "&lt;script&gt;" in page.text


def test_formulas_in_the_file_are_quoted(client):
    survey = make_settled(audience="public")
    Question.objects.filter(survey=survey).update(text_en="=1+1")
    rows = client.get(f"/surveys/{survey.slug}/results.csv").text.splitlines()
    assert all(",=1+1" not in row for row in rows)
    assert any("'=1+1" in row for row in rows)


# --- A delegation answers ---------------------------------------------------------------------------------------------


def test_a_delegate_answers_for_the_state_and_sees_the_answer(delegate):
    survey = make_questionnaire()
    address = f"/surveys/{survey.slug}/answer/"
    answers = {"q-overall": "4", "q-again": "1", "q-remarks": "Shorter, please."}
    assert "Part 1 of 2" in delegate.get(address).text
    assert "Your answers have not been sent yet" in delegate.post(address, {"here": "2", "to": "next", **answers}).text
    done = delegate.post(
        address, {"here": "review", "to": "send", **answers, "entity": "nz", "is_staff": "1"}, follow=True
    )
    assert "Your State’s answer has been received." in done.text
    assert "Shorter, please." in done.text
    assert list(Response.objects.values_list("entity__code", flat=True)) == ["au"]


def test_a_colleague_who_comes_second_loses_no_word(delegate, sign_in):
    survey = make_questionnaire()
    colleague = sign_in(make_delegate("au", "deputy"))
    address = f"/surveys/{survey.slug}/answer/"
    delegate.post(address, {"here": "review", "to": "send", "q-overall": "4"})
    second = colleague.post(
        address,
        {"here": "review", "to": "send", "q-overall": "1", "q-remarks": "Another view of the matter, at length"},
    )
    assert second.status_code == 409
    assert "Another view of the matter, at length" in second.text
    assert list(Answer.objects.values_list("number", flat=True)) == [4]


def test_another_delegation_does_not_see_the_answer(delegate, sign_in):
    other = sign_in(make_delegate("nz"))
    survey = make_questionnaire("", "nz")
    address = f"/surveys/{survey.slug}/answer/"
    delegate.post(address, {"here": "review", "to": "send", "q-overall": "4", "q-remarks": "ours alone"})
    page = other.get(address)
    assert "Part 1 of 2" in page.text
    assert "ours alone" not in page.text


def test_after_the_close_the_questionnaire_says_so(delegate):
    survey = make_questionnaire()
    services.close_now(survey=survey, actor=None)
    page = delegate.post(
        f"/surveys/{survey.slug}/answer/",
        {"here": "review", "to": "send", "q-overall": "4", "q-remarks": "typed before the close"},
    )
    assert page.status_code == 409
    assert "typed before the close" in page.text
    assert Response.objects.count() == 0


def test_dashboard_shows_the_open_questionnaire_until_the_state_has_answered():
    person = make_delegate("au")
    survey = make_questionnaire()
    now = timezone.now()
    own = lambda: [item.title for item in dashboards.items(person, now) if item.app == "surveys"]  # noqa: E731
    assert own() == [survey.title]
    delegation = Accreditation.objects.get(person=person)
    services.submit_for_entity(survey=survey, delegation=delegation, answers={"overall": 4})
    assert own() == []


# --- Staff ------------------------------------------------------------------------------------------------------------


def test_an_editor_makes_a_survey_in_the_browser(sign_in, editor):
    survey = make_draft()
    browser = sign_in(editor)
    made = browser.post(
        "/surveys/new/",
        {
            "slug": "made-here",
            "audience": "participants",
            "workshop": survey.workshop_id,
            "title_en": "Made here",
            "zone": "America/New_York",
            "opens_at": "2030-01-01T09:00",
            "closes_at": "2030-02-01T09:00",
        },
    )
    assert made.url == "/surveys/made-here/edit/"
    row = Survey.objects.get(slug="made-here")
    assert (row.anonymous, row.opens_at.isoformat()) == (True, "2030-01-01T14:00:00+00:00")
    browser.post("/surveys/made-here/sections/new/", {"code": "one", "title_en": "One", "in_score": "on"})
    section = row.sections.get()
    browser.post(
        f"/surveys/made-here/sections/{section.pk}/questions/new/",
        {"code": "which", "text_en": "Which?", "kind": "choice", "choices": "a | One | Un | Uno\nb | Two"},
    )
    question = row.questions.get()
    assert list(question.choices.values_list("code", "label_en", "label_fr")) == [("a", "One", "Un"), ("b", "Two", "")]


def test_the_second_editor_of_a_question_is_shown_both_texts(sign_in, editor):
    question = make_draft().questions.first()
    address = f"/surveys/{question.survey.slug}/questions/{question.pk}/"
    form = {"edit_version": question.edit_version, "kind": "scale", "in_score": "on"}
    browser = sign_in(editor)
    assert browser.post(address, {**form, "text_en": "First?"}).status_code == 302
    clash = browser.post(address, {**form, "text_en": "Second?"})
    assert clash.status_code == 409
    assert "Second" in clash.text
    question.refresh_from_db()
    assert question.text_en == "First?"


def test_a_question_of_another_survey_is_not_found_below_this_one(sign_in, editor):
    one, other = make_draft(), make_draft()
    assert sign_in(editor).get(f"/surveys/{one.slug}/questions/{other.questions.first().pk}/").status_code == 404


def test_comments_are_coded_in_the_browser(sign_in, editor):
    survey = make_settled(answers=[{"overall": 4, "remarks": f"remark {place}"} for place in range(5)])
    section = survey.sections.first()
    browser = sign_in(editor)
    browser.post(
        f"/surveys/{survey.slug}/sections/{section.pk}/themes/new/",
        {"code": "calm", "statement_en": "It was calm, {count} wrote."},
    )
    theme = survey.themes.get()
    answer = Answer.objects.get(text="remark 3")
    browser.post(f"/surveys/{survey.slug}/comments/{answer.pk}/code/", {"theme": [theme.pk, "999999"]})
    assert list(theme.codings.values_list("answer_id", flat=True)) == [answer.pk]
    assert "It was calm, 1 wrote." in browser.get(f"/surveys/{survey.slug}/comments/").text


def test_comments_of_fewer_than_five_are_not_shown_to_staff(sign_in, editor):
    survey = make_settled(answers=[{"overall": 4, "remarks": "mine alone"}] * 2)
    page = sign_in(editor).get(f"/surveys/{survey.slug}/comments/").text
    assert "fewer than five people answered" in page
    assert "mine alone" not in page


def test_nobody_sees_who_has_answered_an_anonymous_survey(sign_in, editor):
    survey = make_open(participants=2)
    invitation = survey.invitations.select_related("survey", "participant").first()
    services.submit_response(invitation=invitation, answers={"overall": 4})
    page = sign_in(editor).get(f"/surveys/{survey.slug}/invitations/").text
    assert invitation.participant.surname not in page
    assert "<dd>1</dd>" in page


def test_the_search_finds_titles_and_never_what_respondents_wrote():
    survey = make_settled(answers=[{"overall": 4, "remarks": "unmistakable"}] * 6, audience="public")
    assert [hit.title for hit in hits(None, "pensé", "fr")] == []
    assert [hit.url for hit in hits(None, "did you think", "en")] == [survey.get_absolute_url()]
    for person in (None, make_staff()):
        assert hits(person, "unmistakable", "en") == []
