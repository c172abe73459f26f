"""A run-off among tied options, and the day on which its participants are determined."""

import datetime as dt

import pytest
from django.urls import reverse

from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Accreditation, VotingSuspension
from tests.factories.membership import make_state
from tests.factories.votes import DAY, cast, close, make_delegation, make_open, make_upcoming
from votes import services
from votes.models import Ballot, Entitlement
from workshops.models import IDMYear, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def tied(publisher):
    """A ballot in which A is selected, and B and C are tied for the second place."""
    year = IDMYear.objects.create(year=2011)
    ballot = make_upcoming("topics", opens_at=database_now() - DAY)
    for option in ballot.options.all():
        option.topic = Topic.objects.create(year=year, slug=option.code.lower(), letter=option.code, title_en="T")
        option.save()
    heads = [make_delegation(code) for code in ("au", "fr")]
    ballot = services.ensure_opened(ballot=ballot, notify=False)
    for head, choices in zip(heads, ("AB", "AC"), strict=True):
        cast(ballot, head, choices)
    close(ballot)
    services.publish_result(ballot=ballot, actor=publisher, notify=False)
    return ballot


def hold(ballot, publisher, **fields) -> Ballot:
    now = database_now()
    values = {"opens_at": now + DAY, "closes_at": now + 3 * DAY, "copies_entitled": True, **fields}
    return services.hold_run_off(ballot=ballot, actor=publisher, **values)


def test_run_off_holds_the_tied_options_and_the_places_left_and_is_set(tied, publisher, sign_in):
    run_off = hold(tied, publisher)
    assert (run_off.preparation, run_off.choose_max, run_off.to_select, run_off.run_off_of) == ("set", 1, 1, tied)
    assert list(run_off.options.values_list("code", flat=True)) == ["B", "C"]
    assert hold(tied, publisher) == run_off
    pages = {
        slug: sign_in(publisher).get(reverse("votes:ballot", args=[slug])).content.decode()
        for slug in (tied.slug, run_off.slug)
    }
    assert ("Run-off of this ballot" in pages["topics"], "Run-off of" in pages["topics-run-off"]) == (
        True,
        True,
    )


@pytest.mark.parametrize(("copies", "states"), [(True, ["au", "fr"]), (False, ["au", "fr", "gh"])])
def test_entitled_are_copied_or_looked_up_again(tied, publisher, copies, states):
    run_off = hold(tied, publisher, copies_entitled=copies)
    make_state("gh")
    services.ensure_opened(ballot=run_off, now=run_off.opens_at, notify=False)
    found = Entitlement.objects.filter(ballot=run_off).order_by("entity__code")
    assert list(found.values_list("entity__code", flat=True)) == states
    assert not set(found.values_list("pseudonym")) & set(tied.entitlements.values_list("pseudonym"))


def test_what_was_selected_before_the_tie_is_taken_over_with_the_run_off(tied, publisher):
    run_off = hold(tied, publisher)
    services.ensure_opened(ballot=run_off, now=run_off.opens_at, notify=False)
    run_off.refresh_from_db()
    for code in ("au", "fr"):
        cast(run_off, tied_delegation(code), "C", now=run_off.opens_at)
    services.ensure_closed(ballot=run_off, now=run_off.closes_at)
    services.publish_result(ballot=run_off, actor=publisher, now=run_off.closes_at, notify=False)
    services.apply_result(ballot=run_off, actor=publisher)
    assert dict(Topic.objects.values_list("letter", "state")) == {
        "A": "selected",
        "B": "not-selected",
        "C": "selected",
    }


def tied_delegation(code: str) -> Accreditation:
    return Accreditation.objects.select_related("entity", "person").get(entity__code=code)


def test_no_run_off_without_a_tie(publisher):
    head, ballot = make_delegation("au"), make_open("topics")
    cast(ballot, head, "AB")
    close(ballot)
    services.publish_result(ballot=ballot, actor=publisher, notify=False)
    with pytest.raises(Refused, match="no tied options"):
        hold(ballot, publisher)


# --- Who takes part ---------------------------------------------------------------------------------------------------


def test_rights_are_looked_up_for_the_day_that_the_ballot_states(publisher, sign_in):
    suspended = make_state("gh")
    make_delegation("au")
    day = database_now().date()
    VotingSuspension.objects.create(entity=suspended, decision="Article 4", begins=day, ends=day + 5 * DAY)
    upcoming = make_upcoming("topics", rights_on=day + dt.timedelta(days=1), opens_at=database_now() + 8 * DAY)
    page = sign_in(publisher).get(reverse("votes:participation", args=["topics"])).content.decode()
    assert ("Article 4" in page, "will take part" in page, "not taking part" in page) == (True, True, True)
    services.ensure_opened(ballot=upcoming, now=upcoming.opens_at, notify=False)
    found = dict(Entitlement.objects.values_list("entity__code", "is_entitled"))
    assert found == {"au": True, "gh": False}


def test_states_for_which_nobody_is_accredited_are_found(publisher, sign_in):
    make_delegation("au")
    make_state("gh")
    make_open("topics")
    page = sign_in(publisher).get(reverse("votes:participation", args=["topics"]) + "?show=nobody").content.decode()
    assert ("State of GH" in page, "State of AU" in page) == (True, False)
