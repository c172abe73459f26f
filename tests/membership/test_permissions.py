import datetime as dt

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from foundation.pages.access import public
from membership import permissions
from membership.audience import audiences_of
from membership.models import Person, RoleName
from tests.factories.membership import (
    make_accreditation,
    make_delegate,
    make_organization,
    make_person,
    make_staff,
    make_state,
)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2010, 7, 19, 10, tzinfo=dt.UTC)

DECORATORS = {
    "public": public,
    "signed-in": permissions.signed_in_required,
    "any-role": permissions.any_role_required,
    "role:editor": permissions.role_required("editor"),
    "role:publisher": permissions.role_required("publisher"),
    "role:administrator": permissions.role_required("administrator"),
    "delegation": permissions.delegation_required,
    "member-state": permissions.member_state_required,
    "accredited": permissions.accredited_required,
    "link": permissions.personal_link,
}
ANYONE = {"public", "link"}
SIGNED_IN = ANYONE | {"signed-in"}


def request_by(person: Person | None, method: str = "GET", path: str = "/somewhere/?a=1", **data: str) -> HttpRequest:
    request = RequestFactory().generic(method, path) if not data else RequestFactory().post(path, data)
    request.viewer, request.session, request.htmx = person, SessionStore(), False
    return request


def entered_by(person: Person | None) -> set[str]:
    """Return the marks of the decorators that give this person access."""
    let_in = set()
    for rule, decorator in DECORATORS.items():
        view = decorator(lambda request: HttpResponse("inside"))
        assert view.access == rule
        try:
            response = view(request_by(person))
        except PermissionDenied:
            continue
        if response.content == b"inside":
            let_in.add(rule)
    return let_in


def focal_point() -> Person:
    return make_accreditation(capacity="focal-point").person


def of_an_organization() -> Person:
    return make_accreditation(entity=make_organization()).person


def of_a_body_without_status() -> Person:
    return make_accreditation(entity=make_organization("ngo-strangers", None)).person


@pytest.mark.parametrize(
    ("make", "rules"),
    [
        (lambda: None, ANYONE),
        (make_person, SIGNED_IN),
        (lambda: make_staff("editor"), SIGNED_IN | {"any-role", "role:editor"}),
        (lambda: make_staff("publisher"), SIGNED_IN | {"any-role", "role:editor", "role:publisher"}),
        (lambda: make_staff("moderator"), SIGNED_IN | {"any-role"}),
        (lambda: make_staff("protocol"), SIGNED_IN | {"any-role"}),
        (lambda: make_staff("administrator"), SIGNED_IN | {"any-role", "role:administrator"}),
        (make_delegate, SIGNED_IN | {"delegation", "member-state", "accredited"}),
        (lambda: make_delegate("va", status="observer"), SIGNED_IN | {"delegation", "accredited"}),
        (of_an_organization, SIGNED_IN | {"delegation", "accredited"}),
        (of_a_body_without_status, SIGNED_IN | {"accredited"}),
        (focal_point, SIGNED_IN | {"accredited"}),
    ],
)
def test_each_kind_of_person_enters_what_is_theirs(make, rules) -> None:
    assert entered_by(make()) == rules


def test_all_roles_are_staff() -> None:
    assert {name for name in RoleName.values if "any-role" in entered_by(make_staff(name))} == set(RoleName.values)


def test_a_role_that_does_not_exist_is_refused_when_the_view_is_written() -> None:
    with pytest.raises(ValueError, match="no such role: edtor"):
        permissions.role_required("editor", "edtor")


def test_rights_of_a_person_take_two_queries_whatever_their_number(django_assert_num_queries) -> None:
    person = make_staff("editor", "publisher")
    make_accreditation(person, make_state("au"))
    make_accreditation(person, make_state("ch"))
    with django_assert_num_queries(2):
        rights = person.rights_on(NOW.date())
        assert [(a.entity.code, a.entity_status) for a in rights.delegations] == [("au", "member"), ("ch", "member")]
    with django_assert_num_queries(0):
        assert permissions.rights_of(request_by(None)).is_staff is False


def test_audiences_follow_from_what_one_is() -> None:
    assert audiences_of(None, NOW) == {"public"}
    assert audiences_of(make_person(), NOW) == {"public"}
    assert audiences_of(of_an_organization(), NOW) == {"public", "delegations"}
    assert audiences_of(make_delegate(), NOW) == {"public", "delegations", "member-states"}
    for role in ("editor", "publisher", "translator"):
        assert audiences_of(make_staff(role), NOW) == {"public", "delegations", "member-states", "staff"}
    for role in ("moderator", "protocol", "administrator"):
        assert audiences_of(make_staff(role), NOW) == {"public"}


def test_an_accreditation_holds_up_to_the_day_on_which_it_ends() -> None:
    person = make_accreditation(begins=dt.date(2010, 7, 19), ends=dt.date(2010, 7, 21)).person
    days = [dt.date(2010, 7, day) for day in (18, 19, 20, 21)]
    assert [person.rights_on(day).acts_for_member_state for day in days] == [False, True, True, False]
