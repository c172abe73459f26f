import pytest

from documents import services
from documents.models import Act, Document, Part
from documents.permissions import NotAllowed
from documents.progress import clearers_of, fingerprint, stage_of
from foundation.mail.models import Mail
from foundation.refusals import Refused
from tests.factories.documents import make_draft
from tests.factories.membership import make_delegate, make_staff
from texts.compact import content_from_compact

pytestmark = pytest.mark.django_db


def asked(people) -> Document:
    document = make_draft()
    services.name_clearers(document=document, people=people, actor=make_staff("editor"))
    return document


def decide(document, person, decision="cleared", **more):
    values = {"seen": fingerprint(document)} | more
    return services.decide_clearance(document=document, decision=decision, actor=person, **values)


def states(document) -> list[str]:
    return [clearer.state for clearer in clearers_of(document)]


def rewrite(document, language="en", words="Other words.") -> None:
    part = document.parts.get(kind=Part.Kind.MAIN)
    services.set_text(part=part, language=language, content=content_from_compact([words]), actor=None)


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("kind", "recipient"))


def test_they_clear_in_order_and_each_next_one_is_notified() -> None:
    first, second = make_staff("editor"), make_staff("moderator")
    document = asked([first, second])
    asker = document.clearances.first().asked_by
    assert states(document) == ["turn", "waiting"]
    with pytest.raises(Refused, match=r"must decide first\."):
        decide(document, second)
    decide(document, first)
    assert (states(document), stage_of(document)) == (["cleared", "turn"], "in-review")
    decide(document, second, words="Fine.")
    assert (states(document), stage_of(document)) == (["cleared", "cleared"], "cleared")
    assert mails() == [
        ("documents.clearance", first.email),
        ("documents.clearance", second.email),
        ("documents.cleared", asker.email),
    ]


def test_a_return_needs_words_stops_the_round_and_tells_the_asker() -> None:
    first, second = make_staff("editor"), make_staff("moderator")
    document = asked([first, second])
    with pytest.raises(Refused, match=r"Enter the reason for returning the draft\."):
        decide(document, first, "returned")
    decide(document, first, "returned", words="Paragraph 3 is wrong.")
    assert states(document) == ["returned", "waiting"]
    with pytest.raises(Refused, match=r"returned the draft\."):
        decide(document, second)
    assert mails()[-1] == ("documents.returned", document.clearances.first().asked_by.email)
    services.ask_clearance_again(document=document, actor=None)
    assert states(document) == ["turn", "waiting"]
    assert mails()[-1] == ("documents.clearance", first.email)


def test_a_change_of_the_text_makes_earlier_clearances_stale() -> None:
    first, second = make_staff("editor"), make_staff("moderator")
    document = asked([first, second])
    decide(document, first)
    rewrite(document)
    assert states(document) == ["stale", "waiting"]
    with pytest.raises(Refused, match=r"must decide first\."):
        decide(document, second)
    decide(document, first)
    assert states(document) == ["cleared", "turn"]


def test_a_translation_leaves_the_clearance_of_the_original_as_it_is() -> None:
    person = make_staff("editor")
    document = asked([person])
    decide(document, person)
    rewrite(document, "fr", "Autres mots.")
    assert states(document) == ["cleared"]


def test_a_wider_distribution_after_clearance_is_cleared_anew() -> None:
    person = make_staff("editor")
    document = make_draft(distribution="restricted")
    services.name_clearers(document=document, people=[person], actor=None)
    decide(document, person)
    services.change_masthead(document=document, expected=1, actor=None, distribution="general")
    assert states(document) == ["stale"]


def test_nobody_clears_what_changed_under_their_eyes() -> None:
    person = make_staff("editor")
    document = asked([person])
    seen = fingerprint(document)
    rewrite(document)
    with pytest.raises(
        Refused, match=r"The draft changed while you were reading it\. Read it again before you decide\."
    ):
        decide(document, person, seen=seen)


def test_issuing_needs_every_clearance_that_was_asked() -> None:
    first, second = make_staff("editor"), make_staff("moderator")
    document = asked([first, second])
    decide(document, first)
    with pytest.raises(Refused, match=f"{second} has not cleared the draft yet"):
        services.issue_document(document=document, language="en", actor=None)
    decide(document, second)
    rewrite(document)
    with pytest.raises(Refused, match=f"changed after {first} cleared it"):
        services.issue_document(document=document, language="en", actor=None)
    for person in (first, second):
        decide(document, person)
    services.issue_document(document=document, language="en", actor=None)
    document.refresh_from_db()
    assert not document.is_draft


def test_whoever_stays_named_keeps_what_was_decided() -> None:
    first, second, third = (make_staff("editor") for _ in range(3))
    document = asked([first, second])
    decide(document, first)
    services.name_clearers(document=document, people=[first, third], actor=None)
    assert [(c.row.person, c.state) for c in clearers_of(document)] == [(first, "cleared"), (third, "turn")]


def test_only_staff_are_named_and_only_the_named_decide() -> None:
    with pytest.raises(Refused, match=r"Only secretariat staff can clear documents\. Remove:"):
        asked([make_delegate()])
    document = asked([make_staff("editor")])
    with pytest.raises(NotAllowed):
        decide(document, make_staff("publisher"))


def test_every_decision_stays_in_the_log() -> None:
    person = make_staff("editor")
    document = asked([person])
    decide(document, person, "returned", words="Shorter.")
    services.ask_clearance_again(document=document, actor=None, note="Done.")
    decide(document, person)
    log = document.acts.exclude(kind__in=[Act.Kind.CREATED, Act.Kind.CLEARERS_NAMED])
    assert list(log.values_list("kind", "person", "note")) == [
        ("returned", person.pk, "Shorter."),
        ("clearance-asked", None, "Done."),
        ("cleared", person.pk, ""),
    ]
