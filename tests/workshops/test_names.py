"""People with one name, and names in every script: registered, found and sorted."""

import pytest
from django.urls import reverse

from tests.factories.membership import make_state
from tests.factories.workshops import make_open_workshop, make_year
from workshops import services
from workshops.models import Participant, Theme, Topic

pytestmark = pytest.mark.django_db


def sent(client, workshop, **names):
    address = reverse("workshops:register", args=[workshop.year.year, workshop.slug])
    fields = {"entity": make_state("id").pk, "email": "\u200bmission@example.org", "language": "en"} | names
    return client.post(address, fields)


@pytest.mark.parametrize(
    ("names", "full_name", "key"),
    [
        ({"given_name": "Sukarno"}, "Sukarno", "sukarno"),
        ({"surname": "Sukarno"}, "Sukarno", "sukarno"),
        ({"given_name": "علی\u200cرضا", "surname": "محمد"}, "علی\u200cرضا محمد", "محمد علیرضا"),
        ({"given_name": "Ana\u200e", "surname": "\u00a0O’Brien"}, "Ana O’Brien", "o'brien ana"),
    ],
)
def test_a_registration_keeps_a_name_as_it_was_meant(client, names, full_name, key):
    assert sent(client, make_open_workshop(), **names).status_code == 302
    row = Participant.objects.get()
    assert (row.full_name, row.name_key, row.email) == (full_name, key, "mission@example.org")


def test_registration_without_any_name_is_refused_beside_the_field(client):
    answer = sent(client, make_open_workshop(), given_name="\u200b", surname=" ")
    assert answer.status_code == 200
    assert answer.context["form"].errors == {"surname": ["Enter at least one name."]}
    assert not Participant.objects.exists()


@pytest.mark.parametrize("title", ["中文标题", "العنوان", "🙂", "a" * 300])
def test_a_title_in_any_letters_has_an_address_and_its_year_a_page(client, title):
    year = make_year(2011)
    theme = services.propose_theme(year=year, title=title)
    again = services.propose_theme(year=year, title=title)
    topic = services.propose_topic(year=year, letter="A", title=title)
    assert client.get(year.get_absolute_url()).status_code == 200
    assert theme.slug != again.slug
    assert all(row.slug for row in (*Theme.objects.all(), *Topic.objects.all()))
    assert len(topic.slug) <= 80
