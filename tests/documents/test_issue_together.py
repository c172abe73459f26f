"""An issue while somebody types: what was accepted before the issue stands in it, what comes after is refused."""

import threading

import pytest
from django.db import connection, transaction

from documents import services
from documents.editing.authority import replacement, take_steps
from documents.models import Issue, Text
from tests.factories.documents import make_draft
from texts.compact import content_from_compact
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
        take_steps(
            text_id=text.pk,
            version=text.step_number,
            client="window",
            steps=[replacement(before=text.content, after=after)],
            person=None,
        )
        publisher.start()
        asked.wait(5)
        # The publisher's transaction has its view of the rows by now and waits for this one.
        publisher.join(0.5)
        assert publisher.is_alive()
    publisher.join(20)

    assert failures == []
    issued = Issue.objects.get(document=document).content
    words = [node["text"] for block in issued["parts"][0]["content"]["content"] for node in block["content"]]
    assert words == ["Before, and after."]
