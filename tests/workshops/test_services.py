import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from foundation.editing import Clash
from foundation.mail.models import Mail
from foundation.refusals import Refused
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import PNG
from foundation.uploads.models import StoredFile
from foundation.uploads.refusals import FileRefused
from tests.factories.files import checked, picture
from tests.factories.membership import make_entity, make_person, make_staff, make_state
from tests.factories.workshops import (
    CLOSES,
    OPENS,
    make_material,
    make_open_workshop,
    make_participant,
    make_topic,
    make_workshop,
    make_year,
)
from workshops import services
from workshops.models import (
    Contribution,
    IDMYear,
    Material,
    Participant,
    ParticipantState,
    Theme,
    Topic,
    Workshop,
)

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def person(**more):
    return {
        "entity": make_state("au"),
        "given_name": "Noor",
        "surname": "Valdesotto",
        "email": "noor@idm.example",
        "consents_to_listing": True,
    } | more


# --- Years, themes, topics --------------------------------------------------------------------------------------------


def test_a_year_has_one_selected_theme_by_service_and_database():
    year = make_year(2011)
    one = services.propose_theme(year=year, slug="one", title="One")
    two = services.propose_theme(year=year, slug="two", title="Two")
    services.set_theme_state(theme=one, state="selected")
    with pytest.raises(Refused):
        services.set_theme_state(theme=two, state="selected")
    with pytest.raises(IntegrityError), transaction.atomic():
        Theme.objects.filter(pk=two.pk).update(state="selected")


@pytest.mark.parametrize(("letter", "slug"), [("A", "another"), ("a", "small"), ("AB", "long"), ("1", "number")])
def test_letters_of_topics_are_single_capitals_and_once_a_year(letter, slug):
    topic = make_topic("A")
    with pytest.raises(Refused):
        services.propose_topic(year=topic.year, slug=slug, letter=letter, title="Another")


def test_the_next_letter_is_the_first_free_one():
    topic = make_topic("A")
    make_topic("C")
    assert services.next_letter(year=topic.year) == "B"


def test_two_editors_of_a_topic_clash_and_lose_nothing():
    topic = make_topic("A")
    services.edit_topic(topic=Topic.objects.get(), expected=1, rationale_en="First text")
    with pytest.raises(Clash) as clash:
        services.edit_topic(topic=topic, expected=1, rationale_en="Second text")
    assert clash.value.differences() == [("rationale_en", "First text", "Second text")]


def test_a_workshop_slug_that_is_a_word_of_addresses_is_refused():
    with pytest.raises(Refused):
        services.create_workshop(year=make_year(), number=1, slug="edit", title="Edit")


def test_a_workshop_that_had_only_its_place_gets_its_days_once():
    workshop = make_workshop(occasion=None)
    days = {"begins_on": dt.date(2010, 3, 1), "ends_on": dt.date(2010, 3, 2), "zone": "Europe/Zurich", "place": "Rome"}
    services.plan_days(workshop=workshop, **days)
    with pytest.raises(Refused):
        services.plan_days(workshop=workshop, **days)
    assert Workshop.objects.values_list("occasion__place_en", "edit_version").get() == ("Rome", 2)


# --- Registration -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [(OPENS - SECOND, False), (OPENS, True), (CLOSES - SECOND, True), (CLOSES, False), (CLOSES + SECOND, False)],
)
def test_the_public_registers_from_the_opening_up_to_the_close(moment, is_open):
    workshop = make_workshop()
    if is_open:
        services.register_participant(workshop=workshop, now=moment, **person())
    else:
        with pytest.raises(PermissionDenied):
            services.register_participant(workshop=workshop, now=moment, **person())
    assert Participant.objects.count() == int(is_open)


@pytest.mark.parametrize("state", ["draft", "cancelled", "postponed"])
def test_nobody_registers_for_a_workshop_that_is_not_published(state):
    workshop = make_workshop(state=state)
    with pytest.raises(PermissionDenied):
        services.register_participant(workshop=workshop, now=OPENS, **person())


def test_editors_register_after_the_close_and_it_is_recorded_who():
    workshop, editor = make_workshop(), make_staff("editor")
    row = services.register_participant(workshop=workshop, actor=editor, **person())
    assert (row.registered_by, row.state, row.category) == (editor, "registered", "state")


def test_somebody_without_the_role_cannot_act_for_others():
    with pytest.raises(PermissionDenied):
        services.register_participant(workshop=make_workshop(), actor=make_person(), **person())


@pytest.mark.parametrize(
    "second",
    [
        {"email": "NOOR@idm.example", "given_name": "Other"},
        {"email": "other@idm.example", "given_name": "NÓÓR"},
    ],
    ids=["same address", "same name and State"],
)
def test_one_person_is_registered_once(second):
    workshop = make_workshop()
    services.register_participant(workshop=workshop, now=OPENS, **person())
    with pytest.raises(Refused):
        services.register_participant(workshop=workshop, now=OPENS, **person(**second))
    assert Participant.objects.count() == 1


def test_the_database_keeps_duplicates_out_too():
    first = make_participant()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_participant(first.workshop, first.entity, given_name=first.given_name, surname=first.surname)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_participant(first.workshop, email=first.email)


def test_a_line_break_in_a_name_is_refused():
    with pytest.raises(Refused):
        services.register_participant(workshop=make_workshop(), now=OPENS, **person(surname="Smith\nBcc: x@y"))


def test_registration_requests_one_email_to_the_person():
    row = services.register_participant(workshop=make_workshop(), now=OPENS, **person())
    assert list(Mail.objects.values_list("kind", "recipient", "arguments")) == [
        ("workshops.registered", "noor@idm.example", {"participant_id": row.pk})
    ]


def test_a_known_address_gets_its_link_again_once_a_day_and_no_second_row():
    workshop = make_workshop()
    for moment in (OPENS, OPENS + SECOND, OPENS + 2 * SECOND, OPENS + dt.timedelta(days=1)):
        services.request_registration(workshop=workshop, now=moment, **person())
    assert (Participant.objects.count(), Mail.objects.filter(kind="workshops.registered").count()) == (1, 3)


def test_a_known_name_under_another_address_changes_nothing_and_says_so_by_mail():
    workshop = make_workshop()
    services.request_registration(workshop=workshop, now=OPENS, **person())
    services.request_registration(workshop=workshop, now=OPENS, **person(email="else@idm.example"))
    assert list(Participant.objects.values_list("email", flat=True)) == ["noor@idm.example"]
    assert Mail.objects.filter(kind="workshops.known_name").values_list("recipient", flat=True)[0] == "else@idm.example"


def test_a_cancelled_registration_lets_go_of_address_and_name():
    workshop, editor = make_workshop(), make_staff("editor")
    row = services.register_participant(workshop=workshop, now=OPENS, **person())
    services.cancel_participant(participant=row, expected=1, actor=editor)
    services.register_participant(workshop=workshop, now=OPENS, **person())
    assert sorted(Participant.objects.values_list("state", flat=True)) == ["cancelled", "registered"]


# --- Acts of editors --------------------------------------------------------------------------------------------------


def test_confirming_twice_is_a_clash_and_one_mail():
    row, editor = make_participant(state="registered"), make_staff("editor")
    services.confirm_participant(participant=row, expected=1, actor=editor)
    with pytest.raises(Clash):
        services.confirm_participant(participant=row, expected=1, actor=editor)
    assert (Participant.objects.get().state, Mail.objects.count()) == ("confirmed", 1)


def test_handing_over_keeps_state_and_entity_and_leaves_consent_to_the_successor():
    row, editor = make_participant(consents=True), make_staff("editor")
    successor = services.hand_over(
        participant=row, expected=1, given_name="Ilse", surname="Mbayembe", email="ilse@idm.example", actor=editor
    )
    row.refresh_from_db()
    assert (row.state, row.successor, row.token_hash) == ("cancelled", successor, None)
    assert (successor.entity, successor.state, successor.attendance, successor.consents_to_listing) == (
        row.entity,
        "confirmed",
        "expected",
        False,
    )


def test_handing_over_to_somebody_registered_changes_nothing():
    row = make_participant()
    other = make_participant(row.workshop)
    with pytest.raises(Refused):
        services.hand_over(participant=row, expected=1, given_name="Any", surname="Body", email=other.email, actor=None)
    row.refresh_from_db()
    assert (row.state, Participant.objects.count()) == ("confirmed", 2)


def set_to(attendance: str, shown: str = "expected") -> services.Seen:
    return services.Seen(attendance, shown)


def test_attendance_is_recorded_for_the_confirmed_of_this_workshop_only():
    row = make_participant(attendance="expected")
    waiting = make_participant(row.workshop, state="registered")
    foreign = make_participant(attendance="expected")
    sent = {row.pk: set_to("present"), waiting.pk: set_to("absent"), foreign.pk: set_to("absent")}
    assert services.record_attendance(workshop=row.workshop, attendance=sent) == services.Recorded(1, (waiting,))
    with pytest.raises(Refused):
        services.record_attendance(workshop=row.workshop, attendance={row.pk: set_to("asleep")})
    now = dict(Participant.objects.values_list("pk", "attendance"))
    assert now == {row.pk: "present", waiting.pk: waiting.attendance, foreign.pk: "expected"}


def test_rows_that_the_clerk_did_not_change_are_not_written_and_a_clash_in_one_row_saves_the_others():
    one = make_participant(attendance="expected")
    two, three, four = (make_participant(one.workshop, attendance="expected") for _each in range(3))
    first_clerk = {one.pk: set_to("present"), two.pk: set_to("absent"), three.pk: set_to("expected")}
    second_clerk = {
        one.pk: set_to("expected"),
        two.pk: set_to("excused"),
        three.pk: set_to("present"),
        four.pk: set_to("present"),
    }
    assert services.record_attendance(workshop=one.workshop, attendance=first_clerk) == services.Recorded(2, ())
    done = services.record_attendance(workshop=one.workshop, attendance=second_clerk)
    assert (done.changed, [row.pk for row in done.clashes]) == (2, [two.pk])
    now = dict(Participant.objects.values_list("pk", "attendance"))
    assert now == {one.pk: "present", two.pk: "absent", three.pk: "present", four.pk: "present"}


def test_the_database_knows_no_attendance_of_the_unconfirmed():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_participant(state=ParticipantState.REGISTERED, attendance="present")


def test_editing_a_participant_keeps_the_folded_name_in_step():
    row = make_participant(given_name="Ann", surname="Zed")
    services.edit_participant(participant=row, expected=1, surname="Ébert")
    assert Participant.objects.values_list("name_key", "edit_version").get() == ("ebert ann", 2)


@pytest.mark.parametrize(
    "act",
    [
        lambda row: services.confirm_participant(participant=row, expected=row.edit_version),
        lambda row: services.edit_participant(participant=row, expected=row.edit_version, function="Adviser"),
        lambda row: services.cancel_participant(participant=row, expected=row.edit_version),
        lambda row: services.remove_participant(participant=row, expected=row.edit_version),
        lambda row: services.change_own_consent(participant=row, consents=False),
    ],
    ids=["confirm", "edit", "cancel", "remove", "consent"],
)
def test_every_change_of_the_list_expires_cached_pages(act):
    row = make_participant(state="registered")
    before = Workshop.objects.values_list("revision", "year__revision").get()
    act(row)
    after = Workshop.objects.values_list("revision", "year__revision").get()
    assert (after[0] > before[0], after[1] > before[1]) == (True, True)


def test_a_list_with_somebody_twice_is_refused_whole():
    workshop, state = make_workshop(), make_state("au")
    rows = [
        {"entity": state, "given_name": "Ann", "surname": "Zed", "registered_at": OPENS},
        {"entity": state, "given_name": "ANN", "surname": "Zéd", "registered_at": OPENS},
    ]
    with pytest.raises(Refused):
        services.register_many(workshop=workshop, rows=rows)
    assert Participant.objects.count() == 0


def test_a_link_is_replaced_by_the_next_and_stored_as_a_hash():
    row = make_participant()
    first, second = services.issue_link(participant=row), services.issue_link(participant=row)
    row.refresh_from_db()
    assert first != second
    assert (row.token_hash == services.participants.hash_of(second), len(row.token_hash)) == (True, 64)


# --- Papers and money -------------------------------------------------------------------------------------------------


def test_a_paper_of_another_kind_or_without_a_title_leaves_no_row_and_no_file(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    workshop = make_workshop()
    with pytest.raises(FileRefused):
        services.add_material(workshop=workshop, title="Paper", file=CheckedFile("a.png", PNG, picture()))
    with pytest.raises(Refused):
        services.add_material(workshop=workshop, title="", file=checked("a.pdf"))
    assert (Material.objects.count(), StoredFile.objects.count(), list(tmp_path.iterdir())) == (0, 0, [])


def test_a_name_with_separators_and_marks_is_made_safe():
    row = make_material(make_workshop(), name="../..\u202e/etc\r\npasswd.txt")
    assert row.name == "-..-etcpasswd.txt"


def test_a_contribution_without_amount_is_in_part_and_a_pledge_counts_nowhere():
    year, donor = make_year(), make_state("au")
    services.record_contribution(year=year, donor=donor, state="paid")
    services.record_contribution(year=year, donor=donor, amount=Decimal(500), state="pledge")
    services.record_contribution(year=year, donor=donor, amount=Decimal(300), state="commitment")
    assert list(Contribution.objects.counted().values_list("amount", flat=True)) == [Decimal(300)]


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-5)])
def test_an_amount_of_nothing_is_refused(amount):
    with pytest.raises(Refused):
        services.record_contribution(year=make_year(), donor=make_state("au"), amount=amount)
    with pytest.raises(Refused):
        services.add_budget_line(year=make_year(), purpose="other", title="Line", amount=amount)


def test_a_contribution_names_a_workshop_of_its_own_year():
    with pytest.raises(Refused):
        services.record_contribution(year=make_year(2011), donor=make_state("au"), workshop=make_workshop(year=2010))


def test_category_follows_from_the_kind_of_the_entity():
    kinds = ["state", "organization", "ngo", "private-sector", "academia", "media"]
    workshop = make_open_workshop()
    rows = [make_participant(workshop, make_entity(f"e-{kind}", kind=kind)) for kind in kinds]
    assert [row.category for row in rows] == kinds


# --- History ----------------------------------------------------------------------------------------------------------


def test_a_change_leaves_an_event_that_says_who():
    row, editor = make_participant(), make_staff("editor")
    services.edit_participant(participant=row, expected=1, function="Adviser", actor=editor)
    event = Participant.pgh_event_model.objects.order_by("-pgh_id").first()
    assert (event.function, event.pgh_label, event.pgh_context.metadata["actor"]) == ("Adviser", "update", editor.pk)


def test_change_of_only_the_french_text_leaves_an_event():
    year = make_year()
    services.edit_year(year=year, expected=1, description_fr="Une année")
    assert IDMYear.pgh_event_model.objects.order_by("-pgh_id").first().description_fr == "Une année"
