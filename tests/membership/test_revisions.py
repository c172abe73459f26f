"""Every change to the register raises its revision, even without a service; nothing else does."""

import datetime as dt

import pytest
from django.db import transaction

from membership.models import Entity, EntityName, EntityStatus, Group, GroupMembership, Person, VotingSuspension
from membership.revisions import revision_of_register
from tests.factories.membership import make_person, make_state

pytestmark = pytest.mark.django_db
DAY = dt.date(2010, 1, 1)


def rename(state):
    EntityName.objects.filter(entity=state, language="fr").update(short="Autre")


def remove_name(state):
    EntityName.objects.filter(entity=state, language="fr").delete()


def end_status(state):
    EntityStatus.objects.filter(entity=state).update(ends=DAY)


def remove_status(state):
    EntityStatus.objects.filter(entity=state).delete()


def change_kind(state):
    Entity.objects.filter(pk=state.pk).update(kind="organization")


def suspend(state):
    VotingSuspension.objects.bulk_create([VotingSuspension(entity=state, decision="C/1", begins=DAY)])


def join_group(state):
    group = Group.objects.create(code="africa", kind="region", name_en="African States")
    GroupMembership.objects.create(group=group, entity=state)


@pytest.mark.parametrize(
    "change", [rename, remove_name, end_status, remove_status, change_kind, suspend, join_group, make_state]
)
def test_change_to_the_register_raises_its_revision(change):
    state = make_state("aa")
    before = revision_of_register()
    change(state if change is not make_state else "bb")
    assert revision_of_register() > before


def test_change_that_is_undone_leaves_the_revision():
    state = make_state("aa")
    before = revision_of_register()
    with transaction.atomic():
        rename(state)
        transaction.set_rollback(True)
    assert revision_of_register() == before


def test_person_who_joins_leaves_the_revision():
    make_state("aa")
    before = revision_of_register()
    make_person()
    Person.objects.update(first_name="Jane")
    assert revision_of_register() == before


def test_revision_takes_one_query(django_assert_num_queries):
    make_state("aa")
    with django_assert_num_queries(1):
        revision = revision_of_register()
    make_state("bb")
    assert revision_of_register() != revision


def test_cached_register_follows_a_name(client):
    state = make_state("aa", name="Former name")
    assert "Former name" in client.get("/people/register/").text
    EntityName.objects.filter(entity=state, language="en").update(short="Later name", formal="Later name")
    page = client.get("/people/register/").text
    assert ("Former name" in page, "Later name" in page) == (False, True)
