"""A draft with one text of three paragraphs, and a client for the editor's endpoints."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document, Part, Text
from membership.models import Person
from texts.registry import Figure, figure_provider, figure_subjects

PARAGRAPHS = {"first": "One sentence.", "second": "Another sentence.", "third": "The end."}


def paragraph(identity: str, *content: Any, numbered: bool = True) -> dict[str, Any]:
    inline = [{"type": "text", "text": part} if isinstance(part, str) else part for part in content]
    attrs = {"id": identity, "numbered": numbered, "source": "", "source_hash": ""}
    return {"type": "paragraph", "attrs": attrs, **({"content": inline} if inline else {})}


def make_text(content: list[dict[str, Any]] | None = None, *, language: str = "en", key: str = "maintext") -> Text:
    document = Document.objects.create(title="A note", dated=dt.date(2010, 9, 1))
    part = Part.objects.create(document=document, key=key, kind="main", position=0)
    blocks = content or [paragraph(identity, words) for identity, words in PARAGRAPHS.items()]
    return Text.objects.create(part=part, language=language, content={"type": "doc", "content": blocks})


class Window:
    """An open editor window: sends the requests of the browser's script."""

    def __init__(self, client: Client, text: Text, person: Person, name: str) -> None:
        self.client, self.text, self.person, self.name = client, text, person, name

    def address(self, name: str) -> str:
        return reverse(f"documents:{name}", args=[self.text.part.document_id, self.text.part.key, self.text.language])

    def get(self, name: str, **query: Any) -> Any:
        return self.client.get(self.address(name), query, headers={"Accept": "application/json"})

    def post(self, name: str, body: Any, **more: Any) -> Any:
        return self.client.post(
            self.address(name), body, content_type="application/json", headers={"Accept": "application/json"}, **more
        )

    def send(self, version: int, *steps: dict[str, Any]) -> Any:
        body = {"version": version, "client": self.name, "person": self.person.pk, "steps": list(steps)}
        return self.post("edit-steps", body)


@pytest.fixture
def text(db: None) -> Text:
    return make_text()


@pytest.fixture
def open_window(sign_in: Callable[[Person], Client], editor: Person, text: Text) -> Callable[..., Window]:
    """Return `open_window(name)`, with `person=` for another person and `on=` for another text."""

    def open_window(name: str, *, person: Person = editor, on: Text = text) -> Window:
        return Window(sign_in(person), on, person, name)

    return open_window


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    return open_window("window-1")


def typed(position: int, words: str) -> dict[str, Any]:
    content = [{"type": "text", "text": words}]
    return {"stepType": "replace", "from": position, "to": position, "slice": {"content": content}}


def removed(start: int, end: int) -> dict[str, Any]:
    return {"stepType": "replace", "from": start, "to": end}


def words_of(text: Text) -> list[str]:
    """Return the text of each block as stored."""
    text.refresh_from_db()
    return ["".join(piece.get("text", "·") for piece in block.get("content", ())) for block in text.content["content"]]


COUNTED = {"people": 178}
LISTED: dict[str, Any] = {"one": "The first"}
KNOWN = {"one"}


@pytest.fixture(autouse=True)
def as_counted() -> Iterator[None]:
    yield
    COUNTED["people"] = 178
    LISTED.clear()
    LISTED["one"] = "The first"
    KNOWN.intersection_update({"one"})


@figure_provider(
    "documents_test.counted",
    names={"people": "people", "later": "later"},
    names_of=lambda ids: {identity: {"score.a": "score of A"} for identity in ids},
)
def _provide(asked: dict[str, set[str]]) -> dict[tuple[str, str], Figure]:
    known = {
        "people": Figure("count", COUNTED["people"], "participants", source="Register", source_url="/workshops/"),
        "later": Figure("count", None, "votes", status="not-yet"),
        "score.a": Figure("score", 82.4, "score of A"),
    }
    return {(id, name): known[name] for id, names in asked.items() for name in names & set(known) if id in KNOWN}


@figure_subjects("documents_test.counted")
def _subjects(person: Any) -> list[tuple[str, str]]:
    return [(identity, str(label)) for identity, label in LISTED.items()]
