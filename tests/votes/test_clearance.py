"""A deputy drafts, the head clears, the deputy sends: answers and statements, and what cancels a clearance."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from foundation.editing import Clash
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Accreditation, Capacity
from tests.factories.membership import make_staff
from tests.factories.votes import cast, make_delegation, make_open, make_silence, receipt_address, record_received, say
from votes import dashboard, services
from votes.models import Ballot, Position, Statement, Vote

pytestmark = pytest.mark.django_db
OBJECTION = {"kind": "objection", "language": "en", "text": "The costs\nare unknown."}


@pytest.fixture
def delegation() -> tuple[Accreditation, Accreditation]:
    """The head and the deputy of one State."""
    return make_delegation("au"), make_delegation("au", Capacity.DEPUTY)


def draft(ballot: Ballot, delegation: Accreditation, **answer: object) -> Position:
    held = Position.objects.filter(ballot=ballot).first()
    expected = held.edit_version if held else 0
    acting = {"ballot": ballot, "delegation": delegation, "actor": delegation.person}
    return services.save_position(**acting, **answer, expected=expected)


def clear(ballot: Ballot, delegation: Accreditation, expected: int) -> Position:
    return services.clear_position(
        ballot=ballot, delegation=delegation, actor=delegation.person, expected=expected, now=database_now()
    )


def actions(person) -> list[str]:
    return [item.action for item in dashboard.items(person, database_now())]


# --- An answer by note verbale, after the clearance ------------------------------------------------------------------


@pytest.mark.parametrize("notes", ["BC", ""])
def test_note_verbale_takes_the_clearance_of_another_answer(delegation, notes, sign_in):
    head, deputy = delegation
    ballot = make_open("topics")
    seen = clear(ballot, head, draft(ballot, deputy, choices=["A", "B"]).edit_version)
    record_received(ballot, head.entity, notes)
    with pytest.raises(PermissionDenied, match="must clear the position"):
        cast(ballot, deputy, "AB")
    with pytest.raises(Clash):
        clear(ballot, head, seen.edit_version)
    # The dashboard mentions the later note verbale, not the draft.
    assert (actions(head.person), actions(deputy.person)) == (["Check answer"], ["Check answer"])
    page = sign_in(deputy.person).get(reverse("votes:position", args=["topics"])).content.decode()
    assert ("must be cleared again" in page, "Review and send" in page) == (True, False)
    again = Position.objects.get()
    clear(ballot, head, again.edit_version)
    assert actions(deputy.person) == ["Send cleared answer"]
    cast(ballot, deputy, "AB")
    assert Vote.objects.get().choices == ["A", "B"]


def test_note_verbale_that_says_what_was_cleared_leaves_it(delegation):
    head, deputy = delegation
    ballot = make_open("topics")
    clear(ballot, head, draft(ballot, deputy, choices=["A", "B"]).edit_version)
    record_received(ballot, head.entity, "AB")
    assert Position.objects.get().stage == "cleared"


def test_note_verbale_touches_no_other_delegation(delegation):
    (head, deputy), other = delegation, make_delegation("fr")
    ballot = make_open("topics")
    clear(ballot, head, draft(ballot, deputy, choices=["A", "B"]).edit_version)
    record_received(ballot, other.entity, "BC")
    cast(ballot, deputy, "AB")
    assert Vote.objects.get(entity=head.entity).choices == ["A", "B"]


# --- Statements on texts ---------------------------------------------------------------------------------------------


def test_deputy_sends_the_objection_that_the_head_has_cleared(delegation):
    head, deputy = delegation
    ballot = make_silence("text")
    held = draft(ballot, deputy, statement={**OBJECTION, "text": " The costs\r\nare unknown.\n"}, note="ask Treasury")
    with pytest.raises(PermissionDenied):
        say(ballot, deputy, **OBJECTION)
    assert (actions(head.person), actions(deputy.person)) == (["Clear position"], ["Read text"])
    clear(ballot, head, held.edit_version)
    assert actions(deputy.person) == ["Send cleared answer"]
    with pytest.raises(PermissionDenied):
        say(ballot, deputy, "objection", "Other words.")
    with pytest.raises(PermissionDenied):
        say(ballot, make_delegation("au", Capacity.ADVISER), **OBJECTION)
    say(ballot, deputy, **OBJECTION)
    assert list(Statement.objects.values_list("kind", "text")) == [("objection", OBJECTION["text"])]
    assert actions(deputy.person) == []


@pytest.mark.parametrize("act", ["withdrawn", "explained", "letter"])
def test_what_the_state_does_otherwise_takes_the_clearance(delegation, act):
    head, deputy = delegation
    ballot = make_silence("text")
    clear(ballot, head, draft(ballot, deputy, statement=OBJECTION).edit_version)
    if act == "withdrawn":
        say(ballot, head, **OBJECTION)
        services.withdraw_statement(
            ballot=ballot, delegation=head, actor=head.person, kind="objection", token="w", notify=False
        )
    elif act == "explained":
        say(ballot, head, "explanation", "We can live with it.")
    else:
        services.record_statement(
            ballot=ballot, entity=head.entity, actor=make_staff("publisher"), kind="explanation", text="By letter.",
            language="en", received="letter of today", token="l", notify=False,
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        say(ballot, deputy, **OBJECTION)
    assert actions(deputy.person) == []


@pytest.mark.parametrize(
    "statement",
    [{**OBJECTION, "text": " "}, {**OBJECTION, "kind": ""}, {"kind": "", "language": "", "text": ""}],
)
def test_half_a_statement_is_saved_and_not_cleared(delegation, statement):
    head, deputy = delegation
    ballot = make_silence("text")
    held = draft(ballot, deputy, statement=statement, note="begun")
    with pytest.raises(Refused):
        clear(ballot, head, held.edit_version)
    assert Position.objects.get().note == "begun"


def test_no_reservation_is_drafted_to_a_silence_procedure(delegation):
    with pytest.raises(Refused, match="cannot make a statement of this kind"):
        draft(make_silence("text"), delegation[1], statement={**OBJECTION, "kind": "reservation"})


def test_pages_from_the_draft_to_the_receipt_without_a_script(delegation, sign_in):
    head, deputy = delegation
    make_silence("text")
    address = reverse("votes:position", args=["text"])
    clients = {person: sign_in(person) for person in (head.person, deputy.person)}
    form = {**OBJECTION, "note": "n", "edit_version": "0"}
    assert clients[deputy.person].post(address, form).status_code == 302
    assert clients[deputy.person].get(reverse("votes:statement", args=["text"])).url == reverse(
        "votes:ballot", args=["text"]
    )
    version = Position.objects.get().edit_version
    clients[head.person].post(reverse("votes:position_act", args=["text", "clear"]), {"edit_version": version})
    page = clients[deputy.person].get(reverse("votes:statement", args=["text"])).content.decode()
    assert ("Check before sending" in page, ">Change</button>" in page, "are unknown." in page) == (True, False, True)
    sent = clients[deputy.person].post(
        reverse("votes:statement_send", args=["text"]), {**OBJECTION, "token": "t"}, follow=True
    )
    assert sent.redirect_chain == [(receipt_address("text", 2), 302)]


def test_draft_of_a_statement_is_only_for_its_delegation(delegation, publisher):
    ballot = make_silence("text")
    draft(ballot, delegation[1], statement=OBJECTION)
    seen = []
    for person in (publisher, make_delegation("fr").person, delegation[0].person):
        client = Client()
        client.force_login(person)
        pages = [reverse(f"votes:{name}", args=["text"]) for name in ("ballot", "position", "statement", "results")]
        seen.append(any("are unknown." in client.get(page).content.decode() for page in pages))
    assert seen == [False, False, True]
