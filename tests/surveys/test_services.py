import datetime as dt

import pytest

from foundation.editing import Clash
from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from foundation.mail.models import Mail
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Accreditation
from surveys import services
from surveys.answers import AnswersRefused
from surveys.models import Answer, CommentTheme, HeldResponse, Invitation, Mark, PersonalLink, Response
from surveys.services import SurveyClosed
from surveys.tasks import follow
from surveys.tokens import hash_of
from tests.factories.membership import make_accreditation, make_delegate, make_state
from tests.factories.surveys import (
    DAY,
    add_question,
    answer_all,
    close,
    held_answers,
    make_draft,
    make_open,
    make_participants,
    make_questionnaire,
    make_settled,
    make_workshop,
)

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def first_invitation(survey):
    return survey.invitations.select_related("survey").order_by("pk").first()


# --- Answering --------------------------------------------------------------------------------------------------------


def test_an_answer_is_held_and_marked():
    survey = make_open()
    invitation = first_invitation(survey)
    taken = services.submit_response(
        invitation=invitation, answers={"overall": "4", "again": "0", "from": "north", "remarks": " fine \r\n"}
    )
    assert taken
    assert held_answers() == [{"overall": "4", "again": "0", "from": "north", "remarks": "fine"}]
    assert list(Mark.objects.values_list("invitation_id", "survey_id")) == [(invitation.pk, survey.pk)]


def test_a_second_answer_of_a_link_changes_nothing():
    survey = make_open()
    invitation = first_invitation(survey)
    services.submit_response(invitation=invitation, answers={"overall": 4})
    assert not services.submit_response(invitation=invitation, answers={"overall": 1})
    assert held_answers() == [{"overall": "4"}]


@pytest.mark.parametrize(
    ("before_close", "is_taken"),
    [(SECOND, True), (dt.timedelta(0), False), (-SECOND, False)],
    ids=["before", "at", "after"],
)
def test_answers_are_taken_until_the_close(before_close, is_taken):
    survey = make_open()
    send = lambda: services.submit_response(  # noqa: E731
        invitation=first_invitation(survey), answers={"overall": 4}, now=survey.closes_at - before_close
    )
    if is_taken:
        assert send()
    else:
        with pytest.raises(SurveyClosed):
            send()
    assert HeldResponse.objects.count() == Mark.objects.count() == int(is_taken)


def test_answers_are_taken_from_the_opening_on():
    survey = make_open()
    invitation = first_invitation(survey)
    with pytest.raises(SurveyClosed):
        services.submit_response(invitation=invitation, answers={"overall": 4}, now=survey.opens_at - SECOND)
    assert services.submit_response(invitation=invitation, answers={"overall": 4}, now=survey.opens_at)


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({}, {"overall"}),
        ({"overall": "6"}, {"overall"}),
        ({"overall": "0"}, {"overall"}),
        ({"overall": "4.5"}, {"overall"}),
        ({"overall": "4", "again": "2"}, {"again"}),
        ({"overall": "4", "from": "nowhere"}, {"from"}),
        ({"overall": "", "remarks": "x" * 4001}, {"overall", "remarks"}),
    ],
)
def test_answers_that_do_not_fit_are_refused_and_nothing_is_written(answers, codes):
    survey = make_open()
    with pytest.raises(AnswersRefused) as refusal:
        services.submit_response(invitation=first_invitation(survey), answers=answers)
    assert set(refusal.value.fields) == codes
    assert HeldResponse.objects.count() == Mark.objects.count() == 0


def test_answers_to_no_question_are_ignored():
    survey = make_open()
    services.submit_response(invitation=first_invitation(survey), answers={"overall": 4, "is_staff": "1"})
    assert held_answers() == [{"overall": "4"}]


def test_a_null_character_does_not_stop_the_database():
    survey = make_open()
    services.submit_response(invitation=first_invitation(survey), answers={"overall": 4, "remarks": "a\x00b"})
    assert held_answers() == [{"overall": "4", "remarks": "ab"}]


def test_a_state_answers_in_its_own_name_and_once():
    survey = make_questionnaire()
    delegation = Accreditation.objects.get(person=make_delegate("au"))
    services.submit_for_entity(survey=survey, delegation=delegation, answers={"overall": 2})
    colleague = make_accreditation(entity=delegation.entity, capacity="deputy")
    with pytest.raises(Refused, match="has already answered"):
        services.submit_for_entity(survey=survey, delegation=colleague, answers={"overall": 5})
    response = Response.objects.get()
    assert (response.entity.code, response.submitted_by) == ("au", delegation.person)
    assert list(Answer.objects.values_list("question__code", "number")) == [("overall", 2)]
    assert Mark.objects.count() == 1


def test_a_state_that_was_not_asked_is_refused():
    survey = make_questionnaire()
    make_state("nz")
    with pytest.raises(Refused, match="was not invited"):
        services.submit_for_entity(
            survey=survey, delegation=make_accreditation(entity=make_state("nz")), answers={"overall": 2}
        )


def test_an_anonymous_survey_takes_no_answer_of_a_delegation_and_the_other_way_round():
    anonymous, named = make_open(), make_questionnaire()
    with pytest.raises(Refused):
        services.submit_for_entity(survey=anonymous, delegation=make_accreditation(), answers={"overall": 2})
    with pytest.raises(Refused):
        services.submit_response(invitation=first_invitation(named), answers={"overall": 2})


# --- The close --------------------------------------------------------------------------------------------------------


def test_the_follower_settles_what_has_closed_and_leaves_what_is_open():
    open_one, closed = make_open(), make_open()
    for survey in (open_one, closed):
        answer_all(survey, [{"overall": 5, "again": 1, "from": "north", "remarks": "yes"}] * 2)
    follow(closed.closes_at - SECOND)
    assert Response.objects.count() == 0
    type(closed).objects.filter(pk=open_one.pk).update(closes_at=closed.closes_at + DAY)
    follow(closed.closes_at)
    open_one.refresh_from_db()
    closed.refresh_from_db()
    assert (open_one.is_settled, closed.is_settled) == (False, True)
    assert (closed.responses.count(), open_one.held_responses.count()) == (2, 2)
    assert sorted(Answer.objects.values_list("question__code", "number", "choice__code", "text")) == sorted(
        [("overall", 5, None, ""), ("again", 1, None, ""), ("from", None, "north", ""), ("remarks", None, None, "yes")]
        * 2
    )


def test_settling_twice_changes_nothing():
    survey = make_settled()
    before = set(Response.objects.values_list("pk", flat=True))
    assert services.settle(survey=survey)
    assert set(Response.objects.values_list("pk", flat=True)) == before


def test_an_open_survey_is_not_settled():
    survey = make_open()
    assert not services.settle(survey=survey)


def test_a_response_without_any_answer_is_a_response():
    survey = make_draft()
    question = survey.questions.get(code="overall")
    services.save_question(
        section=question.section,
        question=question,
        expected=question.edit_version,
        actor=None,
        values={"required": False},
    )
    services.set_survey(survey=survey, actor=None)
    services.invite(survey=survey)
    invitation = first_invitation(survey)
    services.submit_response(invitation=invitation, answers={}, now=survey.opens_at)
    services.settle(survey=survey, now=survey.closes_at)
    assert (Response.objects.count(), Answer.objects.count()) == (1, 0)


def test_a_closed_survey_is_neither_extended_nor_closed_again():
    survey = make_settled()
    with pytest.raises(Refused):
        services.extend(survey=survey, closes_at=database_now() + DAY, actor=None)
    with pytest.raises(Refused):
        services.close_now(survey=survey, actor=None)


def test_an_extension_ends_later():
    survey = make_open()
    with pytest.raises(Refused):
        services.extend(survey=survey, closes_at=survey.closes_at, actor=None)
    later = survey.closes_at + DAY
    services.extend(survey=survey, closes_at=later, actor=None)
    survey.refresh_from_db()
    assert survey.closes_at == later


def test_results_are_opened_only_after_the_close():
    with pytest.raises(Refused):
        services.open_results(survey=make_open(), audience="public", actor=None)


# --- Preparation ------------------------------------------------------------------------------------------------------


def test_questions_are_fixed_once_the_survey_has_opened():
    survey = make_draft()
    services.set_survey(survey=survey, actor=None)
    section = survey.sections.first()
    add_question(section, "late", "text")
    opened = survey.opens_at
    values = {"text_en": "Too late?", "kind": "text"}
    with pytest.raises(Refused, match="cannot change questions"):
        services.save_question(section=section, code="too-late", actor=None, values=values, now=opened)
    with pytest.raises(Refused, match="cannot change questions"):
        services.delete_section(section=section, expected=section.edit_version, now=opened)
    assert survey.questions.filter(code__contains="late").count() == 1


def test_a_survey_without_questions_cannot_be_set():
    survey = services.create_survey(
        slug="empty",
        audience="participants",
        actor=None,
        workshop=make_workshop(),
        values={"title_en": "Empty", "opens_at": database_now(), "closes_at": database_now() + DAY},
    )
    with pytest.raises(Refused, match="at least one section"):
        services.set_survey(survey=survey, actor=None)
    services.save_section(
        survey=survey, code="one", actor=None, values={"title_en": "One", "in_score": True}, now=survey.opens_at - DAY
    )
    with pytest.raises(Refused, match="Add a question"):
        services.set_survey(survey=survey, actor=None)


def test_a_second_cut_is_refused():
    survey = make_draft()
    with pytest.raises(Refused, match="already broken down"):
        add_question(survey.sections.first(), "second", "choice", is_cut=True, choices=("a", "b"))


def test_second_editor_of_a_section_is_notified():
    section = make_draft().sections.first()
    version = section.edit_version
    edit = {"survey": section.survey, "section": section, "expected": version, "actor": None}
    services.save_section(**edit, values={"title_en": "First"})
    with pytest.raises(Clash):
        services.save_section(**edit, values={"title_en": "Second"})
    section.refresh_from_db()
    assert section.title_en == "First"


def test_questions_move_and_keep_whole_positions():
    section = make_draft().sections.first()
    last = section.questions.last()
    services.move_question(question=last, up=True, expected=last.edit_version)
    assert list(section.questions.order_by("position").values_list("code", "position")) == [
        ("overall", 0), ("remarks", 1), ("again", 2)
    ]  # fmt: skip


def test_a_participants_survey_needs_its_workshop():
    with pytest.raises(Refused):
        services.create_survey(slug="lost", audience="participants", actor=None, values={"title_en": "Lost"})


# --- Invitations ------------------------------------------------------------------------------------------------------


def test_everybody_on_the_list_is_invited_once():
    survey = make_open(participants=3)
    newcomer = make_participants(make_workshop(), 1)[0]
    assert services.invite(survey=survey) == 0
    assert survey.invitations.count() == 3
    with pytest.raises(Refused, match="survey’s workshop"):
        services.invite(survey=survey, participants=[newcomer])


def send_all(kind: str) -> list[str]:
    """Run the waiting jobs of that kind and the emails they request; return the recipients."""
    for job in Job.objects.filter(kind=kind, state=Job.State.WAITING):
        run_job(str(job.pk))
    sent = []
    for job in Job.objects.filter(kind="mail.send", state=Job.State.WAITING).order_by("requested_at"):
        run_job(str(job.pk))
        sent.append(Mail.objects.get(pk=job.arguments["mail_id"]).recipient)
    return sorted(sent)


def test_each_email_has_a_token_of_which_only_the_hash_is_stored(mailoutbox):
    survey = make_open(participants=2)
    services.send_invitations(survey=survey, actor=None)
    recipients = send_all("surveys.send_invitations")
    assert sorted(mail.to[0] for mail in mailoutbox) == recipients
    assert len(recipients) == 2
    tokens = [
        word.rstrip("/").rpartition("/s/")[2] for mail in mailoutbox for word in mail.body.split() if "/s/" in word
    ]
    assert {hash_of(token) for token in tokens} == set(PersonalLink.objects.values_list("token_hash", flat=True))
    stored = str(list(Mail.objects.values())) + str(list(Job.objects.values())) + str(list(Invitation.objects.values()))
    assert not any(token in stored for token in tokens)
    assert set(survey.invitations.values_list("state", flat=True)) == {"sent"}


def test_sending_again_sends_nothing_twice(mailoutbox):
    survey = make_open(participants=2)
    for _again in range(2):
        services.send_invitations(survey=survey, actor=None)
        send_all("surveys.send_invitations")
    assert len(mailoutbox) == 2


def test_who_has_no_address_is_not_sent_to():
    survey = make_open(participants=2)
    survey.workshop.participants.filter(surname="Number 0").update(email="")
    services.send_invitations(survey=survey, actor=None)
    assert len(send_all("surveys.send_invitations")) == 1
    assert sorted(survey.invitations.values_list("state", flat=True)) == ["no-address", "sent"]


def test_reminders_go_to_those_who_have_not_answered(mailoutbox):
    survey = make_open(participants=3)
    services.send_invitations(survey=survey, actor=None)
    send_all("surveys.send_invitations")
    answered = first_invitation(survey)
    services.submit_response(invitation=answered, answers={"overall": 4})
    mailoutbox.clear()
    made = services.remind(survey=survey, actor=None)
    assert made.addressed == 2
    assert len(send_all("surveys.remind")) == len(mailoutbox) == 2
    assert answered.participant.email not in {mail.to[0] for mail in mailoutbox}
    # The links of both emails work.
    assert PersonalLink.objects.filter(invitation__mark=None).count() == 4


def test_reminders_are_limited_and_keep_a_distance():
    survey = make_open()
    now = database_now()
    services.remind(survey=survey, actor=None, now=now)
    with pytest.raises(Refused, match="less than three days"):
        services.remind(survey=survey, actor=None, now=now + 3 * DAY - SECOND)
    services.remind(survey=survey, actor=None, now=now + 3 * DAY)
    services.remind(survey=survey, actor=None, now=now + 6 * DAY)
    with pytest.raises(Refused, match="maximum of three reminders"):
        services.remind(survey=survey, actor=None, now=now + 9 * DAY)


def test_a_mission_without_mailbox_gets_its_questionnaire_through_the_head(mailoutbox):
    head = make_delegate("au")
    survey = make_questionnaire("", "nz")
    make_state("nz").__class__.objects.filter(code="nz").update(mailbox="mission.nz@idm.example")
    services.send_invitations(survey=survey, actor=None)
    assert send_all("surveys.send_invitations") == sorted([head.email, "mission.nz@idm.example"])
    assert all(f"/surveys/{survey.slug}/answer/" in mail.body for mail in mailoutbox)


# --- Readings ---------------------------------------------------------------------------------------------------------


def settled_with_comments(number: int = 6):
    answers = [{"overall": 4, "remarks": f"comment {place}"} for place in range(number)]
    return make_settled(answers=answers)


def code(survey, theme, *comments):
    for answer in Answer.objects.filter(text__in=comments).select_related("question"):
        services.code_comment(survey=survey, answer=answer, themes=[theme], actor=None)


def test_a_word_needs_the_comments_that_bear_it():
    survey = settled_with_comments()
    section = survey.sections.first()
    theme = services.save_theme(section=section, code="one", actor=None, values={"statement_en": "Many say so."})
    code(survey, theme, "comment 1", "comment 2")
    save = {"section": section, "theme": theme, "actor": None}
    with pytest.raises(Refused, match="does not match the number"):
        services.save_theme(**save, expected=theme.edit_version, values={"word": "several"})
    services.save_theme(**save, expected=theme.edit_version, values={"word": "some"})
    theme.refresh_from_db()
    assert theme.word == "some"


def test_quantity_word_that_no_longer_applies_is_removed():
    survey = settled_with_comments()
    section = survey.sections.first()
    theme = services.save_theme(section=section, code="one", actor=None, values={"statement_en": "Some say so."})
    code(survey, theme, "comment 1", "comment 2")
    services.save_theme(section=section, theme=theme, expected=1, actor=None, values={"word": "some"})
    answer = Answer.objects.select_related("question").get(text="comment 1")
    services.code_comment(survey=survey, answer=answer, themes=[], actor=None)
    assert list(CommentTheme.objects.values_list("word", flat=True)) == [""]


def test_a_placeholder_needs_its_question():
    survey = settled_with_comments()
    section = survey.sections.first()
    with pytest.raises(Refused, match="percent"):
        services.save_theme(section=section, code="one", actor=None, values={"statement_en": "{percent} say so."})
    with pytest.raises(Refused, match="nonsense"):
        services.save_theme(section=section, code="one", actor=None, values={"statement_en": "{nonsense}"})


def test_comments_are_not_read_before_the_close():
    survey = make_open()
    with pytest.raises(Refused):
        services.save_outcome(survey=survey, actor=None, values={"statement_en": "Early."})


def test_an_outcome_rests_on_its_own_survey():
    survey, other = make_settled(), make_settled()
    with pytest.raises(Refused, match="from this survey"):
        services.save_outcome(
            survey=survey, actor=None, values={"statement_en": "X"}, question=other.questions.first()
        )  # fmt: skip


def test_each_tracked_change_leaves_an_event(editor):
    survey = make_draft()
    section, question = survey.sections.first(), survey.questions.first()
    services.edit_survey(survey=survey, expected=survey.edit_version, actor=editor, values={"title_fr": "Autre"})
    services.save_section(
        survey=survey, section=section, expected=section.edit_version, actor=editor, values={"unit_es": "Otra"}
    )
    services.save_question(
        section=section, question=question, expected=question.edit_version, actor=editor, values={"low_label_fr": "Bas"}
    )
    events = [row.events.order_by("pgh_id").last() for row in (survey, section, question)]
    assert [(events[0].title_fr, events[1].unit_es, events[2].low_label_fr)] == [("Autre", "Otra", "Bas")]
    assert {event.pgh_context.metadata["actor"] for event in events} == {editor.pk}


def test_closing_early_settles(django_capture_on_commit_callbacks):
    survey = make_open()
    answer_all(survey, [{"overall": 3}])
    services.close_now(survey=survey, actor=None)
    survey.refresh_from_db()
    assert (survey.is_settled, survey.responses.count()) == (True, 1)
    assert close(survey).is_settled


@pytest.mark.parametrize(
    "answers",
    [
        {"overall": 1},
        {"overall": 5, "again": 1, "from": "north", "remarks": "x" * 4000},
        # Each of these letters is two units of UTF-16 and four bytes.
        {"overall": 5, "again": 1, "from": "south", "remarks": "\U0001d11e" * 2000},
        {"overall": 5, "again": 1, "from": "south", "remarks": '"\\\n' * 1333},
    ],
)
def test_all_answers_to_a_survey_wait_in_the_same_length(answers):
    survey = make_open(participants=2)
    first, second = survey.invitations.all()
    services.submit_response(invitation=first, answers={"overall": 3})
    services.submit_response(invitation=second, answers=answers)
    assert len({len(text) for text in HeldResponse.objects.values_list("answers", flat=True)}) == 1
    assert {key: str(value).strip() for key, value in answers.items()} in held_answers()


def test_a_comment_is_limited_as_browsers_count():
    survey = make_open()
    with pytest.raises(AnswersRefused, match="It has 4001"):
        services.submit_response(
            invitation=first_invitation(survey), answers={"overall": 4, "remarks": "\U0001d11e" * 2000 + "x"}
        )
    assert HeldResponse.objects.count() == 0
