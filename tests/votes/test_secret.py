"""Secret ballots: the ledger shows who has voted, nothing shows how, and the count can still be checked."""

import json
import threading

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.utils import InternalError
from django.urls import reverse

from foundation.refusals import Refused
from foundation.time.clock import database_now
from tests.factories.membership import make_staff
from tests.factories.votes import cast, close, end, make_delegation, make_draft, make_formal, make_secret
from tests.votes.test_confidential import pages_of, seen_by, signed_in
from tests.votes.test_verifier import exported, joined, lines_of
from votes import keys, ledger, services, verifier
from votes.models import Ballot, HeldChoice, LedgerEntry, Position, SecretChoice, Vote
from votes.verifier import Wrong, verify

ALL = {"staff", "member-states", "delegations", "public"}


def heads(number: int):
    return [make_delegation(f"{chr(97 + place // 26)}{chr(97 + place % 26)}") for place in range(number)]


def ordered_choices(number: int) -> list[str]:
    """Choices in a recognizable order: A for the first half, then B, then abstentions."""
    third = number // 3
    return ["A"] * third + ["B"] * third + [""] * (number - 2 * third)


def stored(model: type[models.Model], columns: str, order: str = "ctid") -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY {order}")
        return cursor.fetchall()


# --- Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_a_formal_vote_is_secret_and_an_opened_one_neither_becomes_open_nor_secret():
    with pytest.raises(DatabaseError), transaction.atomic():
        make_draft(is_secret=True)
    secret = make_secret()
    for pk, value in ((secret.pk, False), (make_formal().pk, True)):
        with pytest.raises(InternalError, match="its rules stand"), transaction.atomic():
            Ballot.objects.filter(pk=pk).update(is_secret=value)
    assert Ballot.objects.get(pk=secret.pk).is_secret


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"choices_audience": "public"},
        {"quorum": 20},
        {"rule_en": "Another rule"},
        {"opened_at": None},
        {"choose_max": 3},
    ],
)
def test_database_refuses_to_change_the_rules_of_an_open_ballot(change):
    ballot = make_secret()
    with pytest.raises(InternalError, match="its rules stand"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(**change)


@pytest.mark.django_db
def test_vote_cannot_be_changed_and_the_same_form_gives_the_same_receipt():
    head = make_delegation("au")
    ballot = make_secret()
    first = cast(ballot, head, "A", token="t")
    with pytest.raises(Refused, match="cannot change a vote in a secret ballot"):
        cast(ballot, head, "B")
    assert cast(ballot, head, "A", token="t") == first
    assert (HeldChoice.objects.count(), Vote.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_wrong_answer_is_refused_and_nothing_is_held():
    head = make_delegation("au")
    ballot = make_secret()
    for choices in ("AB", "X"):
        with pytest.raises(Refused):
            cast(ballot, head, choices)
    assert (HeldChoice.objects.count(), Vote.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_draft_that_says_the_choice_goes_with_the_vote():
    head = make_delegation("au")
    ballot = make_secret()
    services.save_position(ballot=ballot, delegation=head, actor=head.person, choices=["A"], note="A it is")
    cast(ballot, head, "A")
    assert not Position.objects.exists()


# --- No link between choice and State ---------------------------------------------------------------------------------


def test_no_table_of_choices_has_a_time_a_history_or_a_key_to_anything_but_the_ballot():
    for model in (HeldChoice, SecretChoice):
        fields = {field.name: field for field in model._meta.concrete_fields}
        assert set(fields) - {"key"} == {"id", "ballot", "answer"}
        assert not fields["ballot"].db_constraint
        assert isinstance(fields["id"], models.UUIDField)
    names = {model.__name__ for model in apps.get_app_config("votes").get_models()}
    assert names.isdisjoint({"HeldChoiceEvent", "SecretChoiceEvent"})


@pytest.mark.django_db
def test_nothing_in_any_table_shows_what_was_chosen():
    """Looks for the choice in every row of every table; held choices of all options have one length."""
    head = make_delegation("au")
    tables = sorted(set(connection.introspection.table_names()) - {"django_session"})
    for choice in ("A", "B", ""):
        ballot = make_secret(f"secret-{choice.lower() or 'none'}")
        cast(ballot, head, choice, notify=True)
        assert set(LedgerEntry.objects.get(ballot=ballot, kind="vote").disclosures) == {"state"}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ~ %s', [r"\[\W*[AB]\W*\]"])
            assert cursor.fetchone() == (0,), table
    assert len({len(answer) for answer in HeldChoice.objects.values_list("answer", flat=True)}) == 1


@pytest.mark.django_db(transaction=True)
def test_after_every_vote_no_held_choice_shares_a_transaction_with_the_ledger_or_keeps_its_place():
    delegations = heads(11)
    ballot = make_secret()
    seen: set[str] = set()
    for number, head in enumerate(delegations, start=1):
        cast(ballot, head, "A" if number % 2 else "B")
        held = set(stored(HeldChoice, "xmin::text"))
        assert len(held) == 1
        for model in (Vote, LedgerEntry):
            assert held.isdisjoint(stored(model, "xmin::text"))
        now = {pk for (pk,) in stored(HeldChoice, "id")}
        assert (len(now), seen & now) == (number, set())
        seen = now
    assert SecretChoice.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_choices_are_published_in_an_order_that_is_not_that_of_voting_and_no_row_of_them_is_left():
    delegations = heads(33)
    ballot = make_secret()
    answers = ordered_choices(33)
    for head, choices in zip(delegations, answers, strict=True):
        cast(ballot, head, choices)
    close(ballot)
    cast_in_order = [["A"] if a == "A" else ["B"] if a == "B" else "abstain" for a in answers]
    published = LedgerEntry.objects.get(ballot=ballot, kind="close").disclosures["choices"][2]
    assert sorted(map(str, published)) == sorted(map(str, cast_in_order))
    # The chance that shuffling keeps the order is one in 33!/(11!)^3.
    assert published != cast_in_order
    assert (HeldChoice.objects.count(), SecretChoice.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_whatever_was_acknowledged_at_once_is_counted_once():
    delegations = heads(12)
    ballot = make_secret()
    ready, taken = threading.Barrier(24), []

    def vote(head) -> None:
        try:
            ready.wait(timeout=20)
            taken.append(cast(ballot, head, "A").pk)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=vote, args=[head]) for head in delegations * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(taken) == len(set(taken)) == 12
    assert HeldChoice.objects.count() == 12
    assert close(ballot).content["options"] == {"A": 12, "B": 0, "C": 0}


# --- Count and proof --------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(db) -> Ballot:
    delegations = heads(7)
    ballot = make_secret("secret")
    for head, choices in zip(delegations, ordered_choices(7), strict=True):
        cast(ballot, head, choices)
    end(ballot)
    return Ballot.objects.get(pk=ballot.pk)


def test_secret_ballot_is_counted_and_counted_again_outside(closed):
    result = closed.result
    assert (result.outcome, result.content["options"]) == ("tie", {"A": 2, "B": 2, "C": 0})
    report = verify(exported(closed), keys.public_keys())
    assert (report.replay.answered, report.totals["options"], report.replay.is_disclosed) == (
        7,
        {"A": 2, "B": 2, "C": 0},
        True,
    )
    public = verify(exported(closed, {"public"}), keys.public_keys())
    assert (public.totals, public.replay.is_disclosed) == (None, False)


def test_no_export_joins_a_state_with_a_choice(closed):
    rows = [json.loads(row) for row in lines_of(exported(closed))[1]]
    votes = [row for row in rows if row["payload"]["kind"] == "vote"]
    assert {frozenset(row["disclosed"]) for row in votes} == {frozenset({"state"})}
    assert {frozenset(row["payload"]["digests"]) for row in votes} == {frozenset({"state"})}


def altered(closed: Ballot, number: int, change) -> bytes:
    """Change the ledger and sign it again, as a dishonest holder of the key could."""
    first, rows, last = lines_of(exported(closed))
    lines = [json.loads(row) for row in rows]
    change(lines[number - 1])
    previous = verifier.START
    for line in lines:
        line["payload"]["previous"] = previous
        text = verifier.canonical(line["payload"])
        previous = line["hash"] = verifier.sha256(text)
        line["signature"] = keys.sign(text)
        line["seal"] = keys.sign(verifier.sealed_text("staff", line))
    return joined(first, [verifier.canonical(line) for line in lines], last)


def with_choices(change):
    def apply(line):
        disclosure = line["disclosed"]["choices"]
        change(disclosure[2])
        line["payload"]["digests"]["choices"] = verifier.digest(disclosure)

    return apply


def same_voter(line):
    line["payload"]["voter"] = VOTER[0]


VOTER = [""]


@pytest.mark.parametrize(
    ("number", "change", "what"),
    [
        (9, with_choices(lambda choices: choices.append(["A"])), "holds 8 choices; 7 States have voted"),
        (9, with_choices(lambda choices: choices.pop()), "holds 6 choices; 7 States have voted"),
        (9, with_choices(lambda choices: choices.__setitem__(0, ["X"])), "did not allow"),
        (
            9,
            with_choices(lambda choices: choices.sort(key=lambda c: c == "abstain") or choices.__setitem__(0, ["C"])),
            "counted is",
        ),
        (3, same_voter, "second vote of one State"),
    ],
)
def test_dishonest_count_is_found_although_its_signatures_hold(closed, number, change, what):
    VOTER[0] = json.loads(lines_of(exported(closed))[1][1])["payload"]["voter"]
    with pytest.raises(Wrong, match=what) as found:
        verify(altered(closed, number, change), keys.public_keys())
    assert found.value.number == number


def test_receipt_names_state_and_time_and_no_choice(closed):
    entry = LedgerEntry.objects.filter(ballot=closed, kind="vote").select_related("key").first()
    receipt = verifier.read_receipt(ledger.receipt_text(entry), keys.public_keys())
    assert (receipt.state, receipt.answer, receipt.hash) == (entry.entity.code, None, entry.hash)


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "editor", "publisher", "delegate"])
def test_no_page_or_export_differs_by_what_a_state_chose(role):
    delegations = heads(4)
    make_delegation("au")
    ballots = make_secret("one"), make_secret("two")
    # The same totals from other States: any trace of a State would differ.
    for ballot, answers in zip(ballots, ["AABB", "BBAA"], strict=True):
        for head, choices in zip(delegations, answers, strict=True):
            cast(ballot, head, choices)
        close(ballot)
        services.publish_result(ballot=ballot, actor=make_staff("publisher"), notify=False)
    client = signed_in(role)
    one, two = (seen_by(client, [page for page in pages_of(ballot) if "ledger" not in page]) for ballot in ballots)
    assert [(status, len(content)) for status, content in one.values()] == [
        (status, len(content)) for status, content in two.values()
    ]


@pytest.mark.django_db
def test_delegate_sees_that_the_vote_is_secret_and_final(sign_in, head):
    from tests.votes.test_views import text_of, token_in

    ballot = make_secret("secret")
    client = sign_in(head)
    review = client.post(reverse("votes:answer", args=["secret"]), {"choices": "A"})
    assert "You cannot change this vote after you send it" in text_of(review)
    sent = client.post(
        reverse("votes:answer_send", args=["secret"]), {"choices": "A", "token": token_in(review)}, follow=True
    )
    assert "Secret: there is no record of how the State voted." in text_of(sent)
    page = text_of(client.get(ballot.get_absolute_url()))
    assert (
        "Your State has answered" in page,
        "Change answer" in page,
        "Each State’s answer: nobody" in page,
    ) == (
        True,
        False,
        True,
    )
    assert client.get(reverse("votes:answer", args=["secret"])).status_code == 302
    assert database_now() < ballot.closes_at
