import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import services
from documents.assembly import assemble
from documents.mails import circulated
from documents.models import Document, Kind
from documents.search import hits
from documents.services.circulation import notify_readers
from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from foundation.mail.models import Mail
from foundation.refusals import Refused
from membership.models import Capacity, Entity
from tests.factories.documents import make_draft, make_issued
from tests.factories.membership import make_delegate, make_staff

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=7)
SECOND = dt.timedelta(seconds=1)


def make_non_paper(**masthead) -> Document:
    values = {"kind": Kind.NON_PAPER, "title_en": "Elements of a compromise", "dated": NOW.date()} | masthead
    return services.create_document(actor=None, **values)


def circulate(document, *, people=(), entities=(), expires_at=LATER, at=NOW) -> Document:
    services.name_readers(
        document=document, people=people, entities=entities, expires_at=expires_at, actor=None, now=NOW
    )
    services.issue_document(document=document, language="en", actor=None, now=NOW)
    return services.release_document(document=document, actor=None, at=at, now=NOW)


def readers_of(document, people, now) -> list:
    return [person for person in people if Document.objects.visible_to(person, now).filter(pk=document.pk).exists()]


def test_named_readers_alone_read_it_and_only_until_it_expires() -> None:
    named, colleague, other = make_delegate("fr"), make_delegate("au"), make_delegate("ch")
    document = circulate(
        make_non_paper(), people=[named], entities=[colleague.rights_on(NOW.date()).delegations[0].entity]
    )
    everybody = [None, named, colleague, other]
    assert readers_of(document, everybody, NOW - SECOND) == []
    assert readers_of(document, everybody, NOW) == [named, colleague]
    assert readers_of(document, everybody, LATER - SECOND) == [named, colleague]
    assert readers_of(document, everybody, LATER) == []
    assert readers_of(document, [make_staff("editor")], LATER) != []


def test_whoever_is_taken_off_the_list_reads_it_no_more() -> None:
    first, second = make_delegate("fr"), make_delegate("au")
    document = circulate(make_non_paper(), people=[first, second])
    services.name_readers(document=document, people=[second], entities=[], expires_at=LATER, actor=None, now=NOW)
    assert readers_of(document, [first, second], NOW) == [second]


def mails() -> list[tuple[str, list[int]]]:
    return [(row.recipient, row.arguments["document_ids"]) for row in Mail.objects.order_by("pk")]


def test_named_readers_are_notified_by_email_once() -> None:
    first, second = make_delegate("fr"), make_delegate("au")
    document = circulate(make_non_paper(), people=[first])
    services.name_readers(document=document, people=[first, second], entities=[], expires_at=LATER, actor=None, now=NOW)
    assert mails() == [(first.email, [document.pk]), (second.email, [document.pk])]


def test_a_named_delegation_is_notified_through_heads_and_mailbox_and_nobody_twice() -> None:
    head, adviser = make_delegate("au"), make_delegate("au", capacity=Capacity.ADVISER)
    entity = head.rights_on(NOW.date()).delegations[0].entity
    Entity.objects.filter(pk=entity.pk).update(mailbox="mission.au@idm.example", mailbox_language="fr")
    document = circulate(make_non_paper(), people=[head], entities=[entity])
    assert mails() == [(head.email, [document.pk]), ("mission.au@idm.example", [document.pk])]
    assert adviser.email not in dict(mails())


def test_nobody_is_notified_before_the_release_and_papers_released_together_are_one_email() -> None:
    named = make_delegate("fr")
    at = NOW + dt.timedelta(hours=3)
    papers = [make_non_paper(), make_non_paper()]
    for document in papers:
        circulate(document, people=[named], at=at)
    for moment in (at - SECOND, at, at + SECOND):
        sent = notify_readers(now=moment)
        assert (sent, mails()) == ((1, [(named.email, [row.pk for row in papers])]) if moment == at else (0, mails()))
    assert Mail.objects.count() == 1


def test_papers_released_one_after_the_other_are_one_mail(mailoutbox) -> None:
    named, until = make_delegate("fr"), timezone.now() + dt.timedelta(days=7)
    for title in ("One", "Two"):
        circulate(make_non_paper(title_en=title), people=[named], expires_at=until)
    jobs = list(Job.objects.filter(kind="mail.send"))
    assert [job.not_before > timezone.now() for job in jobs] == [True, True]
    Job.objects.update(not_before=None)
    for job in jobs:
        run_job(str(job.pk))
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([named.email], "For you to read: 2 papers")]


def test_a_paper_withdrawn_or_expired_before_its_release_tells_nobody() -> None:
    at = NOW + dt.timedelta(hours=3)
    withdrawn = circulate(make_non_paper(), people=[make_delegate("fr")], at=at)
    services.withdraw_document(document=withdrawn, actor=None, reason="A slip.", now=NOW)
    circulate(make_non_paper(), people=[make_delegate("au")], at=at, expires_at=at)
    assert (notify_readers(now=at), Mail.objects.count()) == (0, 0)


def test_the_mail_names_the_papers_that_can_still_be_read() -> None:
    named, now = make_delegate("fr"), timezone.now()
    until = now + dt.timedelta(days=7)
    rows = [circulate(make_non_paper(title_en=title), people=[named], expires_at=until) for title in ("One", "Two")]
    both = circulated(language="en", document_ids=[row.pk for row in rows])
    assert both.subject == "For you to read: 2 papers"
    assert [row.title in both.text and row.overview_url in both.text for row in rows] == [True, True]
    Document.objects.filter(pk=rows[0].pk).update(expires_at=now)
    one = circulated(language="en", document_ids=[row.pk for row in rows])
    assert (one.subject, "One" in one.text) == ("For you to read: Two", False)
    Document.objects.filter(pk=rows[1].pk).update(expires_at=now)
    assert circulated(language="en", document_ids=[row.pk for row in rows]) is None


def test_the_search_of_others_does_not_find_it() -> None:
    named, other = make_delegate("fr"), make_delegate("au")
    circulate(make_non_paper(), people=[named])
    assert [hits(person, "compromise", "en") for person in (other, None)] == [[], []]


def test_it_is_issued_without_a_symbol_but_not_without_readers_and_a_day() -> None:
    document = make_non_paper()
    with pytest.raises(Refused) as refused:
        services.issue_document(document=document, language="en", actor=None, now=NOW)
    assert refused.value.sentences == [
        "Choose at least one reader before you issue the document.",
        "Enter the date on which readers’ access ends.",
    ]


def test_it_never_bears_a_symbol_nor_a_wider_distribution() -> None:
    with pytest.raises(Refused, match="do not have a symbol"):
        make_non_paper(symbol="MC/12")
    document = make_non_paper(distribution="general", audience="public")
    assert (document.distribution, document.audience) == ("restricted", "staff")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(symbol="MC/12")
    circulate(document, people=[make_delegate("fr")])
    with pytest.raises(Refused, match=r"A document without a symbol can be read only by its named readers\."):
        services.derestrict_document(document=document, actor=None, now=NOW)


def test_an_advance_copy_is_marked_and_points_at_its_draft() -> None:
    draft = make_draft([{"n": "As it stands.", "id": "first"}], symbol="MC/2317")
    copy = services.create_advance_copy(document=draft, actor=None, now=NOW)
    material = assemble(copy, "en")
    assert (copy.symbol, copy.derives_from, copy.relation_number) == (None, draft, 1)
    assert material["parts"][0]["content"]["content"][0]["attrs"]["id"] == "first"
    assert {name: material["masthead"][name] for name in ("kind", "mark", "relation", "symbol")} == {
        "kind": "Advance unedited copy",
        "mark": "Advance unedited copy",
        "relation": "To be issued as MC/2317",
        "symbol": "",
    }
    assert services.create_advance_copy(document=draft, actor=None, now=NOW).relation_number == 2


def test_only_drafts_that_will_have_a_symbol_get_advance_copies() -> None:
    draft, non_paper = make_draft(symbol="IC/2026/4"), make_non_paper()
    copy = services.create_advance_copy(document=draft, actor=None, now=NOW)
    refused = [_refusal(document) for document in (non_paper, copy, make_issued(["Issued."], symbol="IC/2026/5"))]
    unsymboled = "You cannot create an advance unedited copy of a non-paper or of another advance unedited copy."
    assert refused == [unsymboled, unsymboled, "You can only create an advance unedited copy of a draft."]


def _refusal(document: Document) -> str:
    with pytest.raises(Refused) as refused:
        services.create_advance_copy(document=document, actor=None, now=NOW)
    return str(refused.value)


@pytest.mark.parametrize("values", [{"kind": "advance-copy"}, {"symbol": "MC/1"}])
def test_a_paper_stays_of_its_kind(values) -> None:
    with pytest.raises(Refused):
        services.change_masthead(document=make_non_paper(), expected=1, actor=None, **values)
