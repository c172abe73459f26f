import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from dialogue import services
from dialogue.models import Contribution, DialogueTopic, SelectedComment
from dialogue.services.rows import order_version
from foundation.editing import Clash
from foundation.mail.models import Mail
from foundation.refusals import Refused
from tests.factories.dialogue import (
    AFTER,
    CLOSES_ON,
    DURING,
    OPENS_ON,
    make_contribution,
    make_dialogue,
    make_partner_dialogue,
    make_selected,
)
from tests.factories.membership import make_staff
from tests.factories.workshops import make_workshop

pytestmark = pytest.mark.django_db


def submit(
    topic: DialogueTopic, text: str = "My street.", *, now: dt.datetime = DURING, **more: object
) -> Contribution:
    return services.submit_contribution(topic=topic, text=text, now=now, **more)


# --- The dialogue -----------------------------------------------------------------------------------------------------


def test_a_dialogue_elsewhere_names_its_partner():
    with pytest.raises(Refused) as refusal:
        make_dialogue(platform="partner")
    assert list(refusal.value.fields) == ["partner"]


def test_a_dialogue_without_questions_is_not_published():
    draft = make_dialogue(state="draft", topics=0)
    with pytest.raises(Refused):
        services.publish_dialogue(dialogue=draft, expected=draft.edit_version)


@pytest.mark.parametrize(
    ("role", "act"),
    [
        ("moderator", lambda row, actor: services.add_topic(dialogue=row, question="Why?", actor=actor)),
        ("editor", lambda row, actor: services.publish_dialogue(dialogue=row, expected=1, actor=actor)),
        (
            "editor",
            lambda row, actor: services.moderate(
                contribution=make_contribution(row.topics.first(), state="submitted"),
                decision="approved",
                expected=1,
                actor=actor,
            ),
        ),
        (
            "moderator",
            lambda row, actor: services.select_comment(contribution=make_contribution(row.topics.first()), actor=actor),
        ),
    ],
)
def test_a_service_repeats_the_check_of_the_role(role, act):
    with pytest.raises(PermissionDenied):
        act(make_dialogue(state="draft"), make_staff(role))


def test_second_of_two_editors_is_notified():
    dialogue = make_dialogue()
    services.edit_dialogue(dialogue=dialogue, expected=dialogue.edit_version, title_en="First")
    with pytest.raises(Clash):
        services.edit_dialogue(dialogue=dialogue, expected=dialogue.edit_version, title_en="Second")
    dialogue.refresh_from_db()
    assert dialogue.title == "First"


def test_every_change_expires_cached_pages_of_the_dialogue_and_its_workshop():
    workshop = make_workshop()
    dialogue = make_dialogue(workshop=workshop)
    workshop.refresh_from_db()
    before = dialogue.revision, workshop.revision
    services.report_visits(dialogue=dialogue, count=5, source="The Partner", reported_on=CLOSES_ON)
    dialogue.refresh_from_db()
    workshop.refresh_from_db()
    assert dialogue.revision > before[0]
    assert workshop.revision > before[1]


def test_questions_are_renumbered_when_one_is_moved_or_removed():
    dialogue = make_dialogue(topics=3)
    first, second, third = dialogue.topics.order_by("position")
    expected = order_version([first.pk, second.pk, third.pk])
    services.order_topics(dialogue=dialogue, ids=[third.pk, first.pk, second.pk], expected=expected)
    services.remove_topic(topic=first, expected=first.edit_version)
    held = list(dialogue.topics.order_by("position").values_list("pk", "position"))
    assert held == [(third.pk, 1), (second.pk, 2)]


def test_an_order_made_from_another_list_is_refused():
    dialogue = make_dialogue(topics=2)
    ids = list(dialogue.topics.values_list("pk", flat=True))
    services.add_topic(dialogue=dialogue, question="A third?")
    with pytest.raises(Clash):
        services.order_topics(dialogue=dialogue, ids=ids[::-1], expected=order_version(ids))


def test_a_question_that_was_answered_stays():
    topic = make_contribution(state="declined").topic
    with pytest.raises(Refused):
        services.remove_topic(topic=topic, expected=topic.edit_version)


# --- Contributing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        # Geneva is two hours ahead of UTC in July.
        (dt.datetime(2010, 7, 11, 21, 59, 59, tzinfo=dt.UTC), False),
        (dt.datetime(2010, 7, 11, 22, 0, tzinfo=dt.UTC), True),
        (dt.datetime(2010, 7, 25, 21, 59, 59, tzinfo=dt.UTC), True),
        (dt.datetime(2010, 7, 25, 22, 0, tzinfo=dt.UTC), False),
    ],
)
def test_contributions_are_taken_on_the_days_of_the_dialogue_by_its_own_clocks(moment, taken):
    topic = make_dialogue().topics.first()
    if taken:
        submit(topic, now=moment)
    else:
        with pytest.raises(services.DialogueClosed):
            submit(topic, now=moment)
    assert Contribution.objects.count() == int(taken)


def test_a_draft_and_a_partners_platform_take_no_contributions():
    for dialogue in (make_dialogue(state="draft"), make_partner_dialogue()):
        with pytest.raises(services.DialogueClosed):
            submit(dialogue.topics.first())


def test_a_form_that_was_sent_twice_is_one_contribution():
    topic = make_dialogue().topics.first()
    first = submit(topic, "The same.\r\n", author_name="Ana")
    assert submit(topic, "The same.", author_name="Ana") == first
    assert submit(topic, "The same.", author_name="Ben") != first


def test_who_wants_to_be_named_says_how():
    topic = make_dialogue().topics.first()
    with pytest.raises(Refused) as refusal:
        submit(topic, may_quote=True, attribution="name")
    assert list(refusal.value.fields) == ["author_name"]
    contribution = submit(topic, may_quote=False, attribution="name", author_name="Ana")
    assert (contribution.attribution, contribution.quoted_author, contribution.shown_author) == ("none", "", "Ana")


def test_a_name_on_two_lines_is_refused():
    with pytest.raises(Refused):
        submit(make_dialogue().topics.first(), author_name="Ana\nBcc: x@idm.example")


# --- Moderation -------------------------------------------------------------------------------------------------------


def test_author_is_notified_of_the_decision_and_its_reason(mailoutbox, django_capture_on_commit_callbacks):
    row = submit(make_dialogue().topics.first(), author_email="ana@idm.example", language="fr")
    moderator = make_staff("moderator")
    with django_capture_on_commit_callbacks(execute=True):
        services.moderate(
            contribution=row,
            decision="declined",
            reason="Names a private\nperson.",
            expected=1,
            now=AFTER,
            actor=moderator,
        )
    row.refresh_from_db()
    assert (row.state, row.reason, row.moderated_by, row.moderated_at) == (
        "declined",
        "Names a private person.",
        moderator,
        AFTER,
    )
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient, mail.language) == ("dialogue.moderated", "ana@idm.example", "fr")


def test_email_states_the_decision_and_is_not_sent_after_another_decision():
    from dialogue.mails import moderated

    row = submit(make_dialogue().topics.first(), author_name="<Ana>", author_email="ana@idm.example")
    services.moderate(contribution=row, decision="declined", reason="Off the question & long.", expected=1)
    message = moderated(language="en", contribution_id=row.pk, edit_version=2)
    assert message.subject == "Your contribution: Welcoming newcomers"
    assert "Dear <Ana>," in message.text
    assert "Off the question & long." in message.text
    services.moderate(contribution=row, decision="approved", expected=2)
    assert moderated(language="en", contribution_id=row.pk, edit_version=2) is None
    assert f"#c-{row.pk}" in moderated(language="en", contribution_id=row.pk, edit_version=3).text


@pytest.mark.parametrize("decision", ["declined", "hidden"])
def test_what_is_not_shown_has_a_reason(decision):
    row = make_contribution(state="submitted" if decision == "declined" else "approved")
    with pytest.raises(Refused) as refusal:
        services.moderate(contribution=row, decision=decision, reason="  ", expected=1)
    assert list(refusal.value.fields) == ["reason"]


@pytest.mark.parametrize(
    ("state", "decision"),
    [("submitted", "hidden"), ("approved", "declined"), ("approved", "submitted"), ("hidden", "x")],
)
def test_a_decision_that_does_not_follow_is_refused(state, decision):
    row = make_contribution(state=state)
    with pytest.raises(Refused):
        services.moderate(contribution=row, decision=decision, reason="Because.", expected=1)


def test_second_of_two_moderators_is_notified():
    row = make_contribution(state="submitted")
    same = Contribution.objects.get(pk=row.pk)
    services.moderate(contribution=row, decision="approved", expected=1)
    with pytest.raises(Clash):
        services.moderate(contribution=same, decision="declined", reason="No.", expected=1)
    same.refresh_from_db()
    assert same.state == "approved"


# --- Import -----------------------------------------------------------------------------------------------------------


def row(**more: object) -> dict[str, object]:
    return {
        "code": "one",
        "topic": 1,
        "text": "Text.",
        "language": "en",
        "written_on": OPENS_ON,
        "author_name": "Ana",
        "author_description": "",
        "may_quote": True,
        "attribution": "name",
    } | more


def test_contributions_are_imported_once_and_are_public_as_they_were():
    dialogue = make_partner_dialogue()
    rows = [row(), row(topic=2), row(code="two", may_quote=False)]
    new = [services.import_contributions(dialogue=dialogue, rows=rows, source="Forum", now=AFTER) for _time in (1, 2)]
    assert new == [3, 0]
    held = Contribution.objects.order_by("topic__position", "code")
    assert list(held.values_list("topic__position", "code", "state", "source", "attribution")) == [
        (1, "one", "approved", "Forum", "name"),
        (1, "two", "approved", "Forum", "none"),
        (2, "one", "approved", "Forum", "name"),
    ]


@pytest.mark.parametrize(
    "wrong", [{"topic": 3}, {"text": ""}, {"language": "xx"}, {"code": "a b"}, {"text": "x" * 8001}]
)
def test_of_an_import_with_a_wrong_row_nothing_is_taken(wrong):
    dialogue = make_partner_dialogue()
    with pytest.raises(Refused) as refusal:
        services.import_contributions(dialogue=dialogue, rows=[row(), row(code="two") | wrong], source="Forum")
    assert refusal.value.sentences[0].startswith("Row 2: ")
    assert not Contribution.objects.exists()


def test_an_import_takes_as_many_queries_for_many_rows(django_assert_max_num_queries):
    dialogue = make_partner_dialogue()
    with django_assert_max_num_queries(12):
        services.import_contributions(
            dialogue=dialogue, rows=[row(code=f"c-{n}") for n in range(200)], source="Forum", now=AFTER
        )
    assert set(Contribution.objects.values_list("code", flat=True)) == {f"c-{n}" for n in range(200)}


# --- Selection and summary --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"state": "submitted"}, {"state": "hidden"}, {"may_quote": False}])
def test_only_what_is_public_and_may_be_quoted_is_selected(wrong):
    with pytest.raises(Refused):
        services.select_comment(contribution=make_contribution(**wrong))


def test_a_comment_is_selected_once_and_shortened_verbatim():
    selected = make_selected(make_contribution(text="One. Two. Three."))
    with pytest.raises(Refused):
        services.select_comment(contribution=selected.contribution)
    services.shorten_comment(selected=selected, excerpt="One. […] Three.", expected=1)
    with pytest.raises(Refused):
        services.shorten_comment(selected=selected, excerpt="One and three.", expected=2)
    with pytest.raises(Clash):
        services.shorten_comment(selected=selected, excerpt="Two.", expected=1)
    selected.refresh_from_db()
    assert selected.excerpt == "One. […] Three."


def test_selected_comments_are_put_in_order_and_close_ranks():
    topic = make_dialogue().topics.first()
    one, two, three = (make_selected(make_contribution(topic)) for _number in range(3))
    expected = order_version([one.pk, two.pk, three.pk])
    services.order_comments(topic=topic, ids=[three.pk, one.pk, two.pk], expected=expected)
    services.deselect_comment(selected=SelectedComment.objects.get(pk=one.pk), expected=one.edit_version)
    held = SelectedComment.objects.order_by("position").values_list("pk", "position")
    assert list(held) == [(three.pk, 1), (two.pk, 2)]


def test_a_contribution_hidden_after_its_selection_is_quoted_no_longer():
    selected = make_selected()
    services.moderate(contribution=selected.contribution, decision="hidden", reason="Asked by its author.", expected=1)
    assert list(SelectedComment.objects.shown()) == []
    services.moderate(contribution=selected.contribution, decision="approved", expected=2)
    assert list(SelectedComment.objects.shown()) == [selected]


def test_a_summary_rests_on_public_contributions_of_its_own_dialogue():
    dialogue = make_dialogue()
    own = make_contribution(dialogue.topics.first())
    paragraph = services.add_paragraph(dialogue=dialogue, text={"en": "Words.", "fr": "Mots."}, contributions=[own])
    with override("fr"):
        assert paragraph.text == "Mots."
    for foreign in (make_contribution(), make_contribution(dialogue.topics.first(), state="submitted")):
        with pytest.raises(Refused):
            services.edit_paragraph(paragraph=paragraph, expected=1, contributions=[foreign], text_en="Other.")
    paragraph.refresh_from_db()
    assert (paragraph.text, list(paragraph.contributions.all())) == ("Words.", [own])


def test_a_paragraph_without_words_is_refused():
    with pytest.raises(Refused):
        services.add_paragraph(dialogue=make_dialogue(), text={"fr": "Mots."})


# --- The end ----------------------------------------------------------------------------------------------------------


def conclude(dialogue, **more: object) -> None:
    given = {"conclusion": "Thank you.", "expected": dialogue.edit_version, "now": AFTER} | more
    services.conclude(dialogue=dialogue, **given)


def test_a_dialogue_is_concluded_when_it_is_over_and_everything_is_decided():
    dialogue = make_dialogue()
    waiting = make_contribution(dialogue.topics.first(), state="submitted")
    for wrong in ({"now": DURING}, {"conclusion": " "}, {}):
        with pytest.raises(Refused):
            conclude(dialogue, **wrong)
    services.moderate(contribution=waiting, decision="approved", expected=1)
    conclude(dialogue)
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.conclusion) == ("concluded", "Thank you.")


def test_the_conclusion_deletes_the_addresses_of_authors_and_ends_all_changes():
    dialogue = make_dialogue()
    contribution = make_contribution(dialogue.topics.first(), author_email="ana@idm.example")
    conclude(dialogue)
    contribution.refresh_from_db()
    assert contribution.author_email == ""
    with pytest.raises(Refused):
        services.add_topic(dialogue=dialogue, question="One more?")
    with pytest.raises(Refused):
        services.import_contributions(dialogue=dialogue, rows=[row()], source="Forum")
