"""Documents for tests, built through the services, and figures of an app that exists only in tests."""

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from documents import services
from documents.models import Document, Part, Rendition
from foundation.pages.charts import bar_chart
from texts import registry
from texts.compact import content_from_compact
from texts.registry import Exhibit, Figure

SUBJECT = "docs_tests.facts"
KEYS = {"t": f"{SUBJECT}:one"}
ISSUED = dt.datetime(2010, 9, 20, 7, 0, tzinfo=dt.UTC)
_numbers = itertools.count(1)


class FakeApp:
    """A stand-in for an app that publishes `values` as figures. `asked` counts the requests for them."""

    def __init__(self) -> None:
        self.asked = 0
        self.values: dict[str, Figure] = {
            "people": Figure("count", 178, "participants", source="List of participants"),
            "rate": Figure("share", 28 / 178, "response rate", n=28, total=178, source="Survey"),
            "ordinal": Figure("ordinal", 99, "session"),
            "later": Figure("count", None, "votes", status="not-yet"),
            "few": Figure("score", None, "score", status="suppressed"),
        }

    def provide(self, asked: dict[str, set[str]]) -> dict[tuple[str, str], Figure]:
        self.asked += 1
        return {
            (identity, name): self.values[name]
            for identity, names in asked.items()
            for name in names
            if identity == "one" and name in self.values
        }

    def exhibit(self, identity: str, name: str, language: str) -> Exhibit:
        svg = bar_chart([("Objectives", 80)], title="Scores", unit="%", language=language)
        return Exhibit(svg, ["Section", "Score"], [["Objectives", "80%"]], "Scores", "Objectives: 80%", "Survey")

    class Maker:
        label = "Facts"

        def subjects(self, person: Any) -> list[tuple[str, str]]:
            return [("one", "The one")]

        def build(self, subject_id: str, language: str) -> list[dict[str, Any]]:
            return content_from_compact(["{t:people} people came."], keys=KEYS)["content"]


@contextmanager
def fake_app() -> Iterator[FakeApp]:
    app = FakeApp()
    registry.figure_provider(SUBJECT, names={"people": "participants"})(app.provide)
    registry.exhibit_provider(SUBJECT)(app.exhibit)
    registry.annex_maker(SUBJECT)(FakeApp.Maker)
    try:
        yield app
    finally:
        for entries in (registry._providers, registry._exhibits, registry._exhibit_names, registry._annex_makers):
            entries.pop(SUBJECT, None)


NOTE = [
    {"n": "First of all. See {see:annex-a} and {see:later}."},
    {"h1": "Attendance"},
    {"n": "It was attended by {t:people} people.{note:rate}"},
    {"lettered": "Topics"},
    {"n": "Two of these:", "id": "later"},
    {"list": ["one;", {"item": ["two;", {"list": ["small"], "style": "letters"}]}], "style": "letters"},
]
NOTES = {"rate": "The rate was {t:rate}."}
ANNEX = ["In the annex.{note:rate}", {"exhibit": "t:scores"}, {"quote": ["Said so."], "by": "Somebody"}]


def make_draft(
    blocks: list[Any] | None = None, *, symbol: str = "", annex: list[Any] | None = None, **masthead: Any
) -> Document:
    """Create a note with a main text in English and, if given, an annex `annex-a`."""
    values = {
        "symbol": symbol or f"MC/{next(_numbers)}",
        "title_en": "A note",
        "dated": dt.date(2010, 9, 20),
        "audience": "public",
    }
    document = services.create_document(actor=None, **(values | masthead))
    main = document.parts.get(kind=Part.Kind.MAIN)
    content = content_from_compact(blocks or ["A paragraph."], keys=KEYS, notes=NOTES)
    services.set_text(part=main, language="en", content=content, actor=None)
    if annex is not None:
        part = services.add_annex(document=document, actor=None, titles={"en": "What they said"}, key="annex-a")
        content = content_from_compact(annex, keys=KEYS, notes=NOTES)
        services.set_text(part=part, language="en", content=content, actor=None)
    return document


def make_issued(blocks: list[Any] | None = None, *, released: bool = True, **more: Any) -> Document:
    document = make_draft(blocks, **more)
    services.issue_document(document=document, language="en", actor=None, now=ISSUED)
    if released:
        services.release_document(document=document, actor=None, at=ISSUED, now=ISSUED)
    document.refresh_from_db()
    return document


def make_rendition(document: Document, format: str = "pdf") -> Rendition:
    """Create a rendition with its file, made in this process as a worker would."""
    from documents.renditions import request_rendition
    from foundation.jobs.services import run_job

    rendition = request_rendition(document=document, language="en", format=format)
    run_job(str(rendition.job_id))
    rendition.refresh_from_db()
    return rendition
