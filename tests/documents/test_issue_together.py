"""Issuing while others work: accepted text is included, and all figures are of one moment."""

import threading

import pytest
from django.db import connection, transaction

from documents import services
from documents.editing.authority import accept_steps, replacement
from documents.models import FrozenFigure, Issue, Text
from membership.models import Person
from tests.factories.documents import make_draft
from tests.factories.membership import make_person
from texts import registry
from texts.compact import content_from_compact
from texts.registry import Figure
from texts.schema import with_ids

pytestmark = pytest.mark.django_db(transaction=True)


def test_words_accepted_while_the_issue_waits_are_in_the_issue():
    document = make_draft(["Before."])
    text = Text.objects.get(part__document=document, language="en")
    asked = threading.Event()
    failures: list[BaseException] = []

    def issue() -> None:
        try:
            asked.set()
            services.issue_document(document=document, language="en", actor=None)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    publisher = threading.Thread(target=issue)
    after = with_ids(content_from_compact(["Before, and after."]))
    with transaction.atomic():
        accept_steps(
            text_id=text.pk,
            version=text.step_number,
            client="window",
            steps=[replacement(before=text.content, after=after)],
            person=None,
        )
        publisher.start()
        asked.wait(5)
        # The publisher's transaction has taken its snapshot and waits for this one.
        publisher.join(0.5)
        assert publisher.is_alive()
    publisher.join(20)

    assert failures == []
    issued = Issue.objects.get(document=document).content
    words = [node["text"] for block in issued["parts"][0]["content"]["content"] for node in block["content"]]
    assert words == ["Before, and after."]


def test_figures_of_an_issue_are_of_one_moment_while_others_change_the_rows(monkeypatch):
    """Two apps count the same rows in turn. In between, another connection adds a row."""
    monkeypatch.setattr(registry, "_providers", dict(registry._providers))
    counted = []

    def add_a_person() -> None:
        try:
            make_person()
        finally:
            connection.close()

    def count(asked):
        if counted:
            adding = threading.Thread(target=add_a_person)
            adding.start()
            adding.join(20)
        counted.append(Person.objects.count())
        return {
            (identity, name): Figure("count", counted[-1], "people") for identity in asked for name in asked[identity]
        }

    for subject in ("tests_one.people", "tests_two.people"):
        registry.figure_provider(subject, names={"all": "people"})(count)
    keys = {"a": "tests_one.people:x", "b": "tests_two.people:x"}
    document = make_draft(["A paragraph."])
    content = with_ids(content_from_compact(["{a:all} and {b:all} people."], keys=keys))
    services.set_text(part=document.parts.get(), language="en", content=content, actor=None)

    counted.clear()
    before = Person.objects.count()
    services.issue_document(document=document, language="en", actor=None)

    assert (counted, Person.objects.count()) == ([before] * 2, before + 1)
    frozen = FrozenFigure.objects.filter(document=document).order_by("key").values_list("key", "value")
    assert list(frozen) == [("tests_one.people:x:all", before), ("tests_two.people:x:all", before)]
