"""Issue a draft in one language, which makes its text and figures final."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg2.errors import SerializationFailure

from documents.assembly import NothingToShow, assemble, frozen_as_json
from documents.issued_blocks import blocks_of
from documents.models import Act, Document, FrozenFigure, Issue, IssuedBlock, Text
from documents.permissions import PUBLISHERS, require_role
from documents.progress import clearance_obstacles, clearers_of
from documents.renditions import OF_EVERY_ISSUE, request_rendition
from documents.services.log import record
from documents.structure import structure_problems
from foundation.refusals import Refused
from foundation.time.clock import database_now
from texts import registry
from texts.material import Material, figure_as_json, freeze_moment, hash_of
from texts.problems import problems_of
from texts.schema import cited_keys

ISSUE_ATTEMPTS = 5


@contextmanager
def repeatable_read() -> Iterator[None]:
    """Open a transaction in which every query sees the same state of the database.

    All figures of a document then agree with each other. Inside another transaction its isolation level applies.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def issue_document(*, document: Document, language: str, actor: Any, now: dt.datetime | None = None) -> Issue:
    """Issue a document in one language; the first issue also freezes the figures for all languages.

    Jobs for its files are requested. Raises `Refused` with one sentence for each obstacle, such as a missing symbol, a
    figure without a value, an exhibit that cannot be drawn or a reference without a target.
    """
    require_role(actor, *PUBLISHERS)
    return issue_frozen(lambda: _issue(document, language, actor, now))


def issue_frozen(write: Callable[[], Issue]) -> Issue:
    """Run `write` in `repeatable_read()` and return its issue.

    It runs again, up to `ISSUE_ATTEMPTS` times, if a concurrent change of a text makes the transaction fail.
    """
    for attempt in range(ISSUE_ATTEMPTS):
        try:
            with repeatable_read():
                return write()
        except OperationalError as error:
            # Somebody changed a text at the same moment. Their change has to be in the issue, so start again.
            clashed = isinstance(error.__cause__, SerializationFailure) and not connection.in_atomic_block
            if not clashed or attempt == ISSUE_ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _issue(document: Document, language: str, actor: Any, now: dt.datetime | None) -> Issue:
    document = Document.objects.select_for_update().get(pk=document.pk)
    # Lock the texts: no step may be accepted between freezing the content and creating the issue, which closes them.
    list(Text.objects.select_for_update().filter(part__document=document).values_list("pk"))
    moment = now or database_now()
    _check_issuable(document, language, moment)
    frozen = {f.key: frozen_as_json(f) for f in document.frozen_figures.all()}
    try:
        material = assemble(document, language, frozen if document.issued_at else None)
    except NothingToShow as nothing:
        raise Refused(_("This document has no text in that language.")) from nothing
    problems = problems_of(material)
    if problems:
        raise Refused(*problems)
    if document.issued_at is None:
        _freeze(document, material, moment)
        document.issued_at = moment
    issue = write_issue(document, freeze_moment(material, document.issued_at), actor, moment)
    document.revision += 1
    document.save(update_fields=["issued_at", "revision"])
    record(document, Act.Kind.ISSUED, actor, moment, language)
    for file_format in OF_EVERY_ISSUE:
        request_rendition(document=document, language=language, format=file_format, actor=actor)
    return issue


Where = Literal["", "symbol", "readers", "clearance", "translation"]


@dataclass(frozen=True)
class Obstacle:
    """A reason why the document cannot be issued, and where it can be resolved; `where` is empty if it cannot."""

    words: str
    where: Where = ""


def obstacles_to_issue(document: Document, language: str, now: dt.datetime) -> list[str]:
    """Return the reasons apart from the text itself: symbol, readers, language, clearance, structure."""
    return [obstacle.words for obstacle in located_obstacles(document, language, now)]


def located_obstacles(document: Document, language: str, now: dt.datetime) -> list[Obstacle]:
    """Return the same reasons as `obstacles_to_issue`, each with the place where it can be resolved."""
    found: list[Obstacle] = []
    if document.is_withdrawn:
        found.append(Obstacle(_("This document has been withdrawn.")))
    if document.is_unsymboled:
        if not document.named_readers.exists():
            found.append(Obstacle(_("Choose at least one reader before you issue the document."), "readers"))
        if document.expires_at is None or document.expires_at <= now:
            found.append(Obstacle(_("Enter the date on which readers’ access ends."), "readers"))
    elif not document.symbol:
        found.append(Obstacle(_("A document needs a symbol before it can be issued."), "symbol"))
    if document.concerns_language and document.concerns_language != language:
        found.append(Obstacle(_("This document applies to another language only. Issue it in that language.")))
    if document.issues.filter(language=language).exists():
        found.append(Obstacle(_("This document has already been issued in that language.")))
    if document.is_draft:
        found += [Obstacle(words, "clearance") for words in clearance_obstacles(clearers_of(document))]
    return found + [Obstacle(words, "translation") for words in structure_problems(document, language)]


def _check_issuable(document: Document, language: str, moment: dt.datetime) -> None:
    obstacles = obstacles_to_issue(document, language, moment)
    if obstacles:
        raise Refused(*obstacles)


def _freeze(document: Document, material: Material, moment: dt.datetime) -> None:
    """Store the figures that any language cites, so that later languages use values of the same moment."""
    figures = dict(material["figures"])
    others: set[str] = set()
    for text in Text.objects.filter(part__document=document).exclude(language=material["language"]):
        others |= cited_keys(text.content)[0]
    missing = others - set(figures)
    figures |= {key: figure_as_json(figure) for key, figure in registry.resolve(missing).items()}
    FrozenFigure.objects.bulk_create(
        FrozenFigure(
            document=document,
            key=key,
            kind=figure["kind"],
            value=figure["value"],
            n=figure["n"],
            total=figure["total"],
            label=figure["label"],
            source=figure["source"],
            source_url=figure["source_url"],
            qualified=figure["qualified"],
            frozen_at=moment,
        )
        for key, figure in sorted(figures.items())
        if figure["status"] == "ok"
    )


def write_issue(
    document: Document,
    material: Material,
    actor: Any,
    moment: dt.datetime,
    *,
    number: int = 1,
    reason: str = "",
) -> Issue:
    """Create an issue and its blocks. A `number` above 1 is a technical reissue; its `reason` is printed."""
    issue = Issue.objects.create(
        number=number,
        reason=reason,
        document=document,
        language=material["language"],
        content=material,
        content_hash=hash_of(material),
        issued_by=actor,
        issued_at=moment,
    )
    IssuedBlock.objects.bulk_create(
        IssuedBlock(issue=issue, position=place, anchor=b.anchor, number=b.number, text=b.text, folded=b.folded)
        for place, b in enumerate(blocks_of(material))
    )
    return issue
