"""Formal votes: quorum, majority and certification."""

import json
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from foundation.refusals import Refused
from foundation.time.clock import database_now
from tests.factories.membership import make_staff, make_state
from tests.factories.votes import DAY, RULE, cast, close, end, make_delegation, make_draft, make_formal, make_open
from tests.votes.test_verifier import exported, joined, lines_of
from tests.votes.test_views import text_of
from texts.registry import resolve
from votes import dashboard, keys, services, verifier
from votes.models import Ballot
from votes.presentation import sentence_of
from votes.verifier import Wrong, verify

pytestmark = pytest.mark.django_db
STATES = ("ar", "au", "bj", "fr", "gh", "zw")


def decided(answers: str, **fields) -> Ballot:
    """Hold a formal vote on A, B or C with one answer for each State; `-` abstains, `.` does not answer."""
    heads = [make_delegation(code) for code in STATES]
    ballot = make_formal("formal", **fields)
    for head, answer in zip(heads, answers, strict=True):
        if answer != ".":
            cast(ballot, head, answer.replace("-", ""))
    end(ballot)
    return Ballot.objects.select_related("result", "meeting").get(pk=ballot.pk)


@pytest.mark.parametrize(
    ("answers", "rules", "outcome"),
    [
        ("AAABBB", {}, "tie"),
        ("AAAABB", {"majority": "two-thirds"}, "selected"),
        ("AAABB.", {"majority": "two-thirds"}, "no-majority"),
        ("AAB---", {"majority": "absolute"}, "selected"),
        ("AAB---", {"majority": "absolute", "majority_base": "answers"}, "no-majority"),
        ("AAAA..", {"majority": "absolute", "majority_base": "entitled"}, "selected"),
        ("AAA...", {"majority": "absolute", "majority_base": "entitled"}, "no-majority"),
        ("AAAA..", {"majority": "two-thirds", "majority_base": "entitled"}, "selected"),
        ("AA....", {"quorum": 50}, "no-quorum"),
        ("A--...", {"quorum": 50}, "selected"),
        ("AA....", {"quorum_number": 3}, "no-quorum"),
        ("AA-...", {"quorum_number": 3}, "selected"),
        ("......", {"quorum": 50}, "no-quorum"),
        ("......", {}, "no-answer"),
        ("------", {}, "no-answer"),
    ],
)
def test_outcome_is_stated_and_counted_again_outside(answers, rules, outcome):
    ballot = decided(answers, **rules)
    assert ballot.result.outcome == outcome
    assert verify(exported(ballot), keys.public_keys()).outcome["outcome"] == outcome
    assert sentence_of(ballot)


@pytest.mark.parametrize(
    "fields", [{"quorum": 10}, {"quorum_number": 5}, {"majority": "absolute"}, {"majority_base": "entitled"}]
)
def test_quorum_and_majority_belong_to_the_formal_vote(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_draft(**fields)
    make_draft(kind="formal", rule_en=RULE, **fields)


def test_formal_vote_without_its_rule_is_not_set_and_a_quorum_above_all_states_neither(publisher):
    make_state("au")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_draft(kind="formal")
    ballot = make_draft(kind="formal", rule_en=RULE, quorum_number=2)
    with pytest.raises(Refused, match="quorum does not exceed the number of States"):
        services.set_ballot(ballot=ballot, actor=publisher)


def test_certification_is_an_act_of_its_own_after_the_publication(publisher):
    ballot = decided("AAABB-")
    with pytest.raises(Refused, match="Publish the result first"):
        services.certify_result(ballot=ballot, actor=publisher)
    services.publish_result(ballot=ballot, actor=publisher, notify=False)
    with pytest.raises(PermissionDenied):
        services.certify_result(ballot=ballot, actor=make_staff("editor"))
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=database_now() - DAY / 2)
    assert [item.action for item in dashboard.items(publisher, database_now())] == ["Certify result"]
    first = services.certify_result(ballot=ballot, actor=publisher)
    assert services.certify_result(ballot=ballot, actor=make_staff("publisher")).certified_by == first.certified_by
    consultation = make_open("plain")
    close(consultation)
    with pytest.raises(Refused, match="certify only the result of a formal vote"):
        services.certify_result(ballot=consultation, actor=publisher)


def test_certificate_is_shown_cited_exported_and_checked_outside(sign_in, publisher):
    ballot = decided("AAABB-")
    services.publish_result(ballot=ballot, actor=publisher, notify=False)
    page, key = reverse("votes:results", args=["formal"]), "votes.ballot:formal:certified"
    assert "Published, not yet certified." in text_of(Client().get(page))
    assert resolve([key])[key].status == "not-yet"
    client = sign_in(publisher)
    assert client.post(reverse("votes:certify", args=["formal"])).status_code == 302
    assert f"as the result of a formal vote under {RULE}." in text_of(Client().get(page))
    assert resolve([key])[key].value == database_now().astimezone(ZoneInfo(ballot.zone)).date().isoformat()
    assert "Certified on" in client.get(reverse("votes:results_export", args=["formal", "csv"])).content.decode()

    ballot = Ballot.objects.select_related("result").get(pk=ballot.pk)
    content = exported(ballot)
    report = verify(content, keys.public_keys())
    assert any(line.startswith("certified at") for line in verifier.in_words(report))
    first, rows, last = lines_of(content)
    heading = json.loads(first.removesuffix(',"entries":[') + "}")
    heading["certificate"]["payload"]["rule"] = "Another rule"
    heading["seal"] = keys.sign(verifier.sealed_text("", heading))
    forged = verifier.canonical(heading).removesuffix("}") + ',"entries":['
    with pytest.raises(Wrong, match="certificate does not hold") as found:
        verify(joined(forged, rows, last), keys.public_keys())
    assert found.value.number == 0
