"""Pages of a ballot take as many queries for 200 States as for three, on every page and for every kind of reader."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.pages.cache import PAGES
from membership.models import Group
from tests.factories.membership import make_staff
from tests.factories.votes import cast, close, make_delegation, make_open, make_secret, make_silence, say
from tests.votes.test_confidential import pages_of
from votes import services
from votes.models import Ballot

pytestmark = pytest.mark.django_db
MAKE = {"topics": make_open, "secret": make_secret, "silence": make_silence}


def spoken(kind: str, slug: str, heads: list) -> Ballot:
    """Let every State vote, and every third State vote again."""
    ballot = MAKE[kind](slug)
    for place, head in enumerate(heads):
        if kind == "silence":
            say(ballot, head, "explanation" if place % 3 else "objection")
        else:
            cast(ballot, head, "AB" if kind == "topics" else "ABC"[place % 3])
        if kind == "topics" and place % 3 == 0:
            cast(ballot, head, "BC")
    return ballot


def costs(clients: dict[str, Client], ballot: Ballot) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (status, number of queries) of each page for each reader, without cache."""
    found = {}
    for address in pages_of(ballot):
        for reader, client in clients.items():
            caches[PAGES].clear()
            with CaptureQueriesContext(connection) as asked:
                response = client.get(address)
                if response.streaming:
                    b"".join(response.streaming_content)
            found[address.replace(ballot.slug, "…"), reader] = (response.status_code, len(asked))
    return found


@pytest.mark.parametrize(
    ("kind", "number"),
    [("topics", 40), *(pytest.param(kind, 200, marks=pytest.mark.long) for kind in ("topics", "secret", "silence"))],
)
def test_many_states_cost_no_more_queries_than_three(kind, number, sign_in):
    Group.objects.create(code="africa", kind="region", name_en="African States")
    heads = [make_delegation(f"q{place:03d}") for place in range(3)]
    publisher = make_staff("publisher")
    readers = {"publisher": sign_in(publisher), "delegate": sign_in(heads[0].person), "public": Client()}
    few = spoken(kind, "few", heads)
    heads += [make_delegation(f"q{place:03d}") for place in range(3, number)]
    many = spoken(kind, "many", heads)
    costs(readers, few)  # what a process reads once, such as content types, is not counted
    for stage in ("open", "published"):
        if stage == "published":
            for ballot in (few, many):
                close(ballot)
                services.publish_result(ballot=ballot, actor=publisher, notify=False)
        seen = [costs(readers, ballot) for ballot in (few, many)]
        assert seen[0] == seen[1], stage
        assert {status for status, _number in seen[0].values()} <= {200, 302, 403, 404, 405}
        assert sum(status == 200 for status, _number in seen[0].values()) > 15
