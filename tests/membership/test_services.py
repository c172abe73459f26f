import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from foundation.refusals import Refused
from membership import services
from membership.models import Accreditation, Person, Role
from membership.people_list import people_rows
from tests.factories.membership import make_accreditation, make_person, make_staff, make_state

pytestmark = pytest.mark.django_db
TODAY = dt.date(2010, 7, 19)
LATER = dt.date(2010, 9, 1)


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch) -> None:
    noon = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)
    monkeypatch.setattr("membership.services.database_now", lambda: noon)


def periods(person: Person) -> list[tuple]:
    rows = Accreditation.objects.filter(person=person).order_by("begins", "pk")
    return list(rows.values_list("entity__code", "capacity", "begins", "ends"))


def test_accreditation_begins_today_unless_a_day_is_given(administrator) -> None:
    person, state = make_person(), make_state("au")
    services.accredit(person=person, entity=state, capacity="deputy", actor=administrator)
    services.accredit(
        person=person, entity=make_state("ch"), capacity="adviser", actor=administrator, begins=LATER, ends=None
    )
    assert periods(person) == [("au", "deputy", TODAY, None), ("ch", "adviser", LATER, None)]


def test_another_capacity_ends_the_former_one_on_its_first_day(administrator) -> None:
    held = make_accreditation(capacity="deputy", begins=dt.date(2010, 1, 1))
    services.accredit(person=held.person, entity=held.entity, capacity="charge", actor=administrator, begins=LATER)
    assert periods(held.person) == [
        ("au", "deputy", dt.date(2010, 1, 1), LATER),
        ("au", "charge", LATER, None),
    ]


@pytest.mark.parametrize(
    ("capacity", "begins", "ends", "reason"),
    [
        (
            "head",
            TODAY,
            None,
            "This person already has this accreditation. Choose another State or organization, or another capacity.",
        ),
        ("ambassador", TODAY, None, "Choose a capacity from the list."),
        ("adviser", TODAY, TODAY, "The end date must be after the start date."),
        (
            "adviser",
            dt.date(2009, 1, 1),
            None,
            "This person is accredited in another capacity from 2010-01-01. End that accreditation first.",
        ),
    ],
)
def test_accreditation_is_refused_with_the_reason(administrator, capacity, begins, ends, reason) -> None:
    held = make_accreditation(begins=dt.date(2010, 1, 1))
    with pytest.raises(Refused) as refused:
        services.accredit(
            person=held.person, entity=held.entity, capacity=capacity, actor=administrator, begins=begins, ends=ends
        )
    assert refused.value.sentences == [reason]
    assert periods(held.person) == [("au", "head", dt.date(2010, 1, 1), None)]


def test_the_database_refuses_two_accreditations_for_one_entity_at_once() -> None:
    held = make_accreditation(ends=LATER)
    with pytest.raises(IntegrityError, match="accreditation_once_at_a_time"), transaction.atomic():
        make_accreditation(held.person, held.entity, "adviser", begins=dt.date(2010, 8, 31))
    make_accreditation(held.person, held.entity, "adviser", begins=LATER)


def test_an_ended_accreditation_opens_nothing_the_same_day(administrator) -> None:
    held = make_accreditation(begins=dt.date(2010, 1, 1))
    services.end_accreditation(accreditation=held, actor=administrator)
    assert periods(held.person) == [("au", "head", dt.date(2010, 1, 1), TODAY)]
    assert held.person.rights_on(TODAY).acts_for_delegation is False
    assert held.person.rights_on(TODAY - dt.timedelta(days=1)).acts_for_delegation is True
    with pytest.raises(Refused, match="already ended"):
        services.end_accreditation(accreditation=held, actor=administrator)


def test_an_accreditation_cannot_end_before_it_begins(administrator) -> None:
    held = make_accreditation(begins=TODAY)
    with pytest.raises(Refused, match="The end date must be after the start date"):
        services.end_accreditation(accreditation=held, actor=administrator, ends=dt.date(2010, 7, 18))


def test_only_administrators_manage_people(editor, head) -> None:
    person, state = make_person(), make_state("au")
    role, held = Role.objects.get(person=editor), head.accreditations.get()
    for actor in (editor, head, make_staff("publisher")):
        for attempt in (
            lambda a: services.accredit(person=person, entity=state, capacity="head", actor=a),
            lambda a: services.end_accreditation(accreditation=held, actor=a),
            lambda a: services.grant_role(person=person, name="editor", actor=a),
            lambda a: services.end_role(role=role, actor=a),
            lambda a: services.register_person(email="a@b.example", first_name="A", last_name="B", actor=a),
            lambda a: services.set_active(person=person, active=False, actor=a),
            lambda a: services.reset_second_factor(person=person, actor=a),
        ):
            with pytest.raises(PermissionDenied):
                attempt(actor)
    assert (periods(person), person.roles.count(), Person.objects.filter(email="a@b.example").count()) == ([], 0, 0)


def test_a_role_granted_twice_is_one_and_administrators_enter_the_admin(administrator) -> None:
    person = make_person()
    first = services.grant_role(person=person, name="administrator", actor=administrator)
    assert services.grant_role(person=person, name="administrator", actor=administrator) == first
    person.refresh_from_db()
    assert (list(person.roles.values_list("name", "begins", "ends")), person.is_staff) == (
        [("administrator", TODAY, None)],
        True,
    )
    services.end_role(role=first, actor=administrator)
    person.refresh_from_db()
    assert (person.rights_on(TODAY).is_staff, person.is_staff) == (False, False)


def test_the_last_administrator_stays(administrator) -> None:
    closed = make_staff("administrator")
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(Refused, match="This is the last administrator"):
        services.end_role(role=administrator.roles.get(), actor=administrator)
    assert administrator.rights_on(TODAY).has_role("administrator")


def test_a_person_is_registered_once_whatever_the_spelling_of_the_address(administrator) -> None:
    made = services.register_person(
        email=" New.Delegate@Mission.example ", first_name="New", last_name="Delegate", actor=administrator
    )
    assert (made.email, made.has_usable_password(), made.is_staff) == ("new.delegate@mission.example", False, False)
    with pytest.raises(Refused, match="There is already an account with this email address"):
        services.register_person(
            email="NEW.delegate@mission.example", first_name="A", last_name="B", actor=administrator
        )


@pytest.mark.parametrize("name", ["Two\nlines", "Two\r\nlines", "para\u2029graph"])
def test_a_name_with_line_breaks_is_refused(administrator, name) -> None:
    with pytest.raises(Refused, match="on one line"):
        services.register_person(email="a@b.example", first_name=name, last_name="B", actor=administrator)
    with pytest.raises(Refused, match="on one line"):
        services.change_own_details(
            person=administrator, title="", first_name="A", last_name=name, language="en", zone="Europe/Zurich"
        )


@pytest.mark.parametrize("name", ["right\u202eleft", "rightleft\x07", "\ufeffright\u00adleft\u200e"])
def test_a_name_loses_what_nobody_sees(administrator, name) -> None:
    person = services.register_person(email="\u200bA@b.example ", first_name=name, actor=administrator)
    assert (person.full_name, person.email, person.name_key) == ("rightleft", "a@b.example", "rightleft")


def test_a_person_without_any_name_is_refused(administrator) -> None:
    with pytest.raises(Refused) as refused:
        services.register_person(email="a@b.example", first_name="\u200b", last_name=" ", actor=administrator)
    assert refused.value.fields == {"first_name": ["Enter at least one name."]}


def test_people_with_one_name_are_sorted_among_the_others(administrator) -> None:
    for first, last in (("Sukarno", ""), ("Ana", "Čapek"), ("", "Aegir"), ("Bo", "Zhu"), ("Lee", "O’Brien")):
        services.register_person(
            email=f"person{len(last)}{first}@b.example", first_name=first, last_name=last, actor=administrator
        )
    day = dt.date(2010, 7, 19)
    listed = [str(row) for row in people_rows(day=day).exclude(pk=administrator.pk)]
    assert listed == ["Aegir", "Ana Čapek", "Lee O’Brien", "Sukarno", "Bo Zhu"]
    assert [str(row) for row in people_rows(day=day, text="o'brien")] == ["Lee O’Brien"]


def test_a_zone_that_does_not_exist_is_refused(administrator) -> None:
    with pytest.raises(Refused, match="Enter the time zone of a city"):
        services.change_own_details(
            person=administrator, title="", first_name="A", last_name="B", language="en", zone="Europe/Atlantis"
        )


def test_nobody_closes_their_own_account(administrator) -> None:
    with pytest.raises(Refused, match="You cannot close your own account"):
        services.set_active(person=administrator, active=False, actor=administrator)
