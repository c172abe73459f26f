"""Papers of options: readers find those that they may read, on the page and in the brief."""

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from tests.factories.documents import make_issued
from tests.factories.votes import make_delegation, make_draft, make_open, make_upcoming
from votes import services
from votes.models import Option

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers() -> tuple[Document, Document]:
    """Two papers: one for everybody, one restricted to delegations."""
    everybody, delegations = make_issued(), make_issued()
    Document.objects.filter(pk=everybody.pk).update(distribution="general", audience="public")
    Document.objects.filter(pk=delegations.pk).update(distribution="restricted", audience="public")
    return everybody, delegations


def test_reader_finds_the_papers_that_they_may_read(papers, sign_in):
    head, ballot = make_delegation("au"), make_upcoming("topics")
    ballot.options.first().papers.set(papers)
    pages = [client.get(reverse("votes:ballot", args=["topics"])) for client in (Client(), sign_in(head.person))]
    shown = [[paper.get_absolute_url() in page.content.decode() for paper in papers] for page in pages]
    assert shown == [[True, False], [True, True]]


def test_cached_page_follows_a_paper_that_is_closed(papers):
    paper, ballot = papers[0], make_upcoming("topics")
    ballot.options.first().papers.set([paper])
    shown = []
    for distribution in ("general", "restricted"):
        Document.objects.filter(pk=paper.pk).update(distribution=distribution)
        page = Client().get(reverse("votes:ballot", args=["topics"])).content.decode()
        shown.append(paper.get_absolute_url() in page)
    assert shown == [True, False]


def test_brief_lists_the_papers_of_its_delegation(papers):
    head, ballot = make_delegation("au"), make_open("topics")
    ballot.options.first().papers.set(papers)
    made = services.request_brief(ballot=ballot, delegation=head, actor=head.person, language="en")
    assert {paper["symbol"] for paper in made.material["options"][0]["papers"]} == {row.symbol for row in papers}


def test_papers_are_chosen_in_the_draft(papers, editor, sign_in):
    ballot = make_draft("topics")
    option = ballot.options.first()
    form = {"code": "A", "title_en": "Topic A", "edit_version": 1, "papers": [row.pk for row in papers]}
    sign_in(editor).post(reverse("votes:option_edit", args=["topics", option.pk]), form)
    assert set(Option.objects.get(pk=option.pk).papers.all()) == set(papers)
