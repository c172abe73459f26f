"""The pages of delegates and publishers: their content and their number of queries."""

import re

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import reverse

from foundation.jobs.models import Job
from foundation.mail.models import Mail
from foundation.mail.services import send
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import EntityName, Group, VotingSuspension
from tests.factories.membership import make_delegate, make_staff, make_state
from tests.factories.votes import (
    DAY,
    cast,
    close,
    make_delegation,
    make_draft,
    make_open,
    make_upcoming,
    receipt_address,
)
from votes import dashboard, services
from votes.models import Ballot, LedgerEntry, Position, Proposal, Vote
from votes.tasks import notify_delegations, notify_of_cast_vote
from workshops.models import IDMYear, Topic

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    """Return the visible text of the page."""
    words = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(words.split())


def token_in(response) -> str:
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


def test_delegate_chooses_reviews_sends_and_gets_a_receipt_that_anyone_can_check(sign_in, head):
    ballot = make_open("topics")
    client = sign_in(head)
    answer, send_to = (reverse(f"votes:{name}", args=["topics"]) for name in ("answer", "answer_send"))
    review = client.post(answer, {"choices": ["C", "A"]})
    assert "Your State will express this preference: A. Topic A C. Topic C" in text_of(review)
    assert Vote.objects.count() == 0
    form = {"choices": ["A", "C"], "token": token_in(review)}
    sent = client.post(send_to, form, follow=True)
    again = client.post(send_to, form, follow=True)
    assert sent.redirect_chain == again.redirect_chain == [(receipt_address("topics", 2), 302)]
    assert LedgerEntry.objects.filter(ballot=ballot, kind="vote").count() == 1
    assert "State State of AU" in text_of(sent)

    code = re.search(r"-----BEGIN.*?END IDM RECEIPT-----", sent.content.decode(), re.DOTALL)[0]
    page = reverse("votes:receipts")
    checked = Client().post(page, {"receipt": f"On Monday you wrote:\r\n{code}"})
    assert (
        "the ledger contains this answer After the result is published, you can check whether a later answer "
        "replaced this one" in text_of(checked)
    )
    close(ballot)
    services.publish_result(ballot=ballot, actor=make_staff("publisher"), notify=False)
    assert "This answer was counted." in text_of(Client().post(page, {"receipt": code}))
    refused = Client().post(page, {"receipt": code.replace("A", "B")})
    assert "This is not a complete, unchanged receipt from this portal" in text_of(refused)


def test_change_on_the_review_keeps_what_was_ticked(sign_in, head):
    make_open("topics")
    page = sign_in(head).post(reverse("votes:answer", args=["topics"]), {"choices": ["A", "C"], "change": "yes"})
    ticked = re.findall(r'name="choices" value="(\w)" checked', page.content.decode())
    assert ticked == ["A", "C"]


def test_a_wrong_number_of_options_is_refused_and_the_choice_is_kept(sign_in, head):
    make_open("topics")
    page = sign_in(head).post(reverse("votes:answer", args=["topics"]), {"choices": ["B"]})
    assert "There is a problem with your answer Choose exactly two options." in text_of(page)
    assert re.findall(r'value="(\w)" checked', page.content.decode()) == ["B"]


def test_single_choice_takes_an_abstention_among_its_radio_buttons(sign_in, head):
    make_open("theme", choose=1, options="AB")
    client = sign_in(head)
    review = client.post(reverse("votes:answer", args=["theme"]), {"choices": "abstain"})
    assert "Abstention" in text_of(review)
    form = {"abstains": "on", "token": token_in(review)}
    client.post(reverse("votes:answer_send", args=["theme"]), form)
    assert list(Vote.objects.values_list("choices", "abstains")) == [([], True)]


def test_form_fields_of_another_state_or_ballot_change_nothing(sign_in, head):
    make_delegation("fr")
    make_open("topics")
    extra = {"entity": "fr", "state": "fr", "is_staff": "1", "ballot": "other"}
    form = {"choices": ["A", "B"], "token": "t", **extra}
    sign_in(head).post(reverse("votes:answer_send", args=["topics"]), form)
    assert list(Vote.objects.values_list("entity__code", flat=True)) == ["au"]


def test_late_answer_is_refused_with_a_message_and_without_a_receipt(sign_in, head):
    ballot = make_open("topics")
    close(ballot)
    page = sign_in(head).post(reverse("votes:answer_send", args=["topics"]), {"choices": ["A", "B"], "token": "t"})
    assert page.status_code == 409
    assert "Your answer was not recorded." in text_of(page)
    assert "BEGIN IDM RECEIPT" not in page.content.decode()


def test_page_of_a_delegate_is_never_in_a_shared_cache(sign_in, head):
    make_open("topics")
    client = sign_in(head)
    headers = {client.get(reverse(f"votes:{name}", args=["topics"]))["Cache-Control"] for name in ("ballot", "answer")}
    assert headers == {"private, no-store"}


def test_deputy_prepares_head_clears_deputy_sends(sign_in, head):
    deputy = make_delegate("au", "deputy")
    make_open("topics")
    page, act = reverse("votes:position", args=["topics"]), "votes:position_act"
    first, second = sign_in(deputy), sign_in(head)
    assert first.get(reverse("votes:answer", args=["topics"])).status_code == 302
    first.post(page, {"choices": ["A", "B"], "note": "Ask Canberra", "edit_version": "0"})
    first.post(reverse(act, args=["topics", "capital"]), {"edit_version": 1})
    assert first.post(reverse(act, args=["topics", "clear"]), {"edit_version": 2}).status_code == 403
    second.post(reverse(act, args=["topics", "clear"]), {"edit_version": 2})
    assert Position.objects.get().stage == "cleared"
    review = first.get(reverse("votes:answer", args=["topics"]))
    form = {"choices": ["A", "B"], "token": token_in(review)}
    first.post(reverse("votes:answer_send", args=["topics"]), form)
    assert list(Vote.objects.values_list("choices", flat=True)) == [["A", "B"]]


def test_second_editor_of_a_draft_is_shown_both(sign_in, head):
    deputy = make_delegate("au", "deputy")
    make_open("topics")
    page = reverse("votes:position", args=["topics"])
    sign_in(head).post(page, {"choices": ["A"], "note": "first words", "edit_version": "0"})
    clash = sign_in(deputy).post(page, {"choices": ["B"], "note": "other words", "edit_version": "0"})
    assert clash.status_code == 409
    assert ("first" in text_of(clash), "other" in text_of(clash)) == (True, True)
    assert Position.objects.get().note == "first words"


def test_list_and_dashboard_put_first_what_the_state_has_to_do(sign_in, head):
    answered, waiting = make_open("answered"), make_open("waiting", closes_at=database_now() + 20 * DAY)
    make_upcoming("upcoming")
    cast(answered, head.accreditations.get(), "AB")
    assert [item.url for item in dashboard.items(head, database_now())] == [waiting.get_absolute_url()]
    shown = re.findall(r"\((answered|waiting|upcoming)\)", text_of(sign_in(head).get(reverse("votes:list"))))
    assert shown == ["waiting", "answered", "upcoming"]


def test_only_a_suspended_state_gets_the_reason(sign_in, head):
    VotingSuspension.objects.create(entity=head.accreditations.get().entity, decision="Article 4")
    other = make_delegation("fr").person
    make_open("topics")
    pages = {who: text_of(sign_in(who).get(reverse("votes:ballot", args=["topics"]))) for who in (head, other)}
    assert ["Article 4" in page for page in pages.values()] == [True, False]


def test_proposal_reaches_the_secretariat_and_its_decision_the_proposer(sign_in, head, publisher):
    make_open("topics", proposals_until=database_now() + DAY)
    script = "<script>alert(1)</script>"
    sign_in(head).post(reverse("votes:propose", args=["topics"]), {"title": script, "rationale": "Because."})
    client = sign_in(publisher)
    page = client.get(reverse("votes:proposals", args=["topics"])).content.decode()
    assert (script in page, "&lt;script&gt;alert(1)" in page) == (False, True)
    decide = reverse("votes:proposal_decide", args=["topics", Proposal.objects.get().pk, "decline"])
    client.post(decide, {"reason": "Outside the theme"})
    shown = text_of(sign_in(head).get(reverse("votes:ballot", args=["topics"])))
    assert ("Declined State of AU, in writing" in shown, "Reason: Outside the theme" in shown) == (True, True)


def test_publisher_sets_a_draft_and_an_unready_one_says_what_is_missing(sign_in, publisher):
    make_state("au")
    ready, unready = make_draft("ready"), make_draft("unready", options="A", choose=1)
    client = sign_in(publisher)
    client.post(reverse("votes:check", args=["ready"]))
    refused = client.post(reverse("votes:check", args=["unready"]))
    assert (refused.status_code, "There are at least two options." in text_of(refused)) == (409, True)
    ready.refresh_from_db()
    unready.refresh_from_db()
    assert (ready.preparation, unready.preparation) == ("set", "draft")


def test_ballot_created_in_the_browser_has_the_meetings_time_zone(sign_in, editor):
    form = {
        "slug": "written", "kind": "indicative", "question_en": "Which?", "zone": "Asia/Manila", "choose_min": 1,
        "choose_max": 1, "to_select": 1, "tie_rule": "undecided", "majority": "relative", "majority_base": "votes",
        "audience": "public",
        "totals_audience": "delegations", "choices_audience": "staff",
        "opens_at": "2030-05-01T09:00", "closes_at": "2030-05-20T18:00",
    }  # fmt: skip
    client = sign_in(editor)
    assert client.post(reverse("votes:create"), form).url == reverse("votes:options", args=["written"])
    ballot = Ballot.objects.get(slug="written")
    assert (ballot.opens_at.isoformat(), ballot.closes_at.isoformat()) == (
        "2030-05-01T01:00:00+00:00",
        "2030-05-20T10:00:00+00:00",
    )
    page = client.get(reverse("votes:edit", args=["written"])).content.decode()
    assert 'value="2030-05-01T09:00"' in page
    edited = form | {"question_en": "What?", "edit_version": 1, "choose_max": 2}
    client.post(reverse("votes:edit", args=["written"]), edited)
    clash = client.post(reverse("votes:edit", args=["written"]), edited | {"question_en": "Who?"})
    ballot.refresh_from_db()
    assert (clash.status_code, ballot.question_en, ballot.choose_max, ballot.slug) == (409, "What?", 2, "written")


@pytest.mark.parametrize("slug", ["new", "receipts", "delegation", "deadlines", "reminders"])
def test_addresses_of_the_app_are_no_permanent_ids(sign_in, editor, slug):
    now = database_now()
    with pytest.raises(Refused, match="This word is reserved"):
        services.create_ballot(actor=editor, slug=slug, question_en="?", opens_at=now, closes_at=now + DAY)


def test_result_page_counts_a_ballot_that_nobody_closed(sign_in, head, publisher):
    ballot = make_open("topics")
    cast(ballot, head.accreditations.get(), "AB")
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=database_now())
    page = text_of(sign_in(publisher).get(reverse("votes:results", args=["topics"])))
    assert "expressed a preference for “Topic A” and “Topic B”. Preferences expressed" not in page
    assert "The Member States that answered expressed a preference for “Topic A” and “Topic B”." in page
    assert "1 of 1 Member State answered." in page
    anonymous = text_of(Client().get(reverse("votes:results", args=["topics"])))
    assert "The result will appear here once it is published." in anonymous
    sign_in(publisher).post(reverse("votes:publish", args=["topics"]))
    anonymous = text_of(Client().get(reverse("votes:results", args=["topics"])))
    assert ("The Member States that answered" in anonymous, "1 of 1" in anonymous) == (True, False)


def test_selection_is_taken_over_by_the_year_once(publisher):
    year = IDMYear.objects.create(year=2011)
    topics = [Topic.objects.create(year=year, slug=f"t{c}", letter=c, title_en=f"Topic {c}") for c in "ABC"]
    head = make_delegation("au")
    ballot = make_upcoming("topics")
    for option, topic in zip(ballot.options.all(), topics, strict=True):
        option.topic = topic
        option.save()
    Topic.objects.filter(letter="A").update(title_en="Renamed before the opening")
    services.ensure_opened(ballot=ballot, now=ballot.opens_at, notify=False)
    Topic.objects.filter(letter="A").update(title_en="Renamed after it")
    cast(ballot, head, "AC", now=ballot.opens_at)
    services.ensure_closed(ballot=ballot, now=ballot.closes_at)
    services.publish_result(ballot=ballot, actor=publisher, now=ballot.closes_at, notify=False)
    first = services.apply_result(ballot=ballot, actor=publisher)
    assert services.apply_result(ballot=ballot, actor=publisher).applied_at == first.applied_at
    states = dict(Topic.objects.values_list("letter", "state"))
    assert states == {"A": "selected", "B": "not-selected", "C": "selected"}
    assert ballot.options.get(code="A").title_en == "Renamed before the opening"


def test_mails_carry_the_receipt_and_the_new_deadline(head, publisher):
    ballot = make_open("topics")
    cast(ballot, head.accreditations.select_related("entity", "person").get(), "AB", notify=True)
    services.extend_ballot(ballot=ballot, closes_at=ballot.closes_at + DAY, reason="Asked for", actor=publisher)
    notify_of_cast_vote(None, **Job.objects.get(kind="votes.tell_of_vote").arguments)
    assert notify_delegations(None, ballot_id=ballot.pk, occasion="extended-3") == {"mails": 1}
    notify_delegations(None, ballot_id=ballot.pk, occasion="extended-3")
    for row in Mail.objects.order_by("pk"):
        send(None, mail_id=row.pk)
    receipt, notice = mail.outbox
    assert receipt.subject == "Receipt for your State’s answer: “Which topics? (topics)”"
    assert ("- A. Topic A" in receipt.body, "-----BEGIN IDM RECEIPT-----" in receipt.body) == (True, True)
    assert notice.subject == "New deadline: “Which topics? (topics)”"
    assert "First deadline:" in notice.body


def _queries(django_assert_max_num_queries, client, address) -> int:
    with django_assert_max_num_queries(40) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_pages_cost_the_same_for_many_states_as_for_few(sign_in, publisher, django_assert_max_num_queries):
    Group.objects.create(code="africa", kind="region", name_en="African States")
    client = sign_in(publisher)
    costs = []
    for number, slug in ((3, "few"), (30, "many")):
        heads = [make_delegation(f"{slug[0]}{place}") for place in range(number)]
        ballot = make_open(slug)
        for head in heads:
            cast(ballot, head, "AB")
        close(ballot)
        pages = [reverse(f"votes:{name}", args=[slug]) for name in ("participation", "results", "ballot", "ledger")]
        costs.append([_queries(django_assert_max_num_queries, client, page) for page in pages])
    assert costs[0] == costs[1]


def test_list_costs_the_same_for_many_ballots_as_for_one(sign_in, head, django_assert_max_num_queries):
    client, address = sign_in(head), reverse("votes:list")
    make_open()
    one = _queries(django_assert_max_num_queries, client, address)
    for _more in range(5):
        close(make_open())
    assert _queries(django_assert_max_num_queries, client, address) == one


def test_history_says_who_changed_what(editor):
    ballot = make_draft("tracked")
    services.edit_ballot(ballot=ballot, expected=1, actor=editor, question_fr="Lesquels ?")
    services.save_option(ballot=ballot, actor=editor, option=ballot.options.first(), title_es="Tema A")
    event = apps.get_model("votes", "BallotEvent").objects.order_by("-pgh_id").first()
    option = apps.get_model("votes", "OptionEvent").objects.order_by("-pgh_id").first()
    assert (event.question_fr, event.pgh_context.metadata["actor"]) == ("Lesquels ?", editor.pk)
    assert (option.title_es, option.pgh_context.metadata["actor"]) == ("Tema A", editor.pk)


def test_cached_result_follows_the_names_of_the_register():
    head = make_delegation("au")
    ballot = make_open("topics", audience="public", totals_audience="public", choices_audience="public")
    cast(ballot, head, "AB")
    close(ballot)
    services.publish_result(ballot=ballot, actor=make_staff("publisher"), notify=False)
    address = reverse("votes:results", args=["topics"])
    assert "State of AU" in text_of(Client().get(address))
    EntityName.objects.filter(entity=head.entity).update(short="Renamed")
    assert ("State of AU" in text_of(Client().get(address)), "Renamed" in text_of(Client().get(address))) == (
        False,
        True,
    )
