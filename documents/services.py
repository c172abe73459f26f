"""The verbs of documents: draft, issue, release, derestrict, withdraw, revise."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from psycopg2.errors import SerializationFailure

from documents import assembly, registry
from documents.editing.authority import PORTAL, replacement
from documents.issued_blocks import blocks_of
from documents.models import (
    Act,
    Distribution,
    Document,
    FrozenFigure,
    Issue,
    IssuedBlock,
    Kind,
    Part,
    Relation,
    Rendition,
    ShortAddress,
    Step,
    Text,
)
from documents.permissions import EDITORS, PUBLISHERS, may_be_edited, require_role
from documents.schema import Content, cited_keys, clean_content, with_ids
from documents.symbols import derived_symbol, is_consultation, is_symbol
from foundation.editing import save_versioned
from foundation.text import LANGUAGES
from foundation.time.clock import database_now


class Refused(Exception):
    """It cannot be done; `reasons` says why, each in a sentence."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(reasons))


EMPTY: Content = {"type": "doc", "content": [{"type": "paragraph", "attrs": {"numbered": False}}]}
# Fields of the masthead that a person may write, with those in three languages.
MASTHEAD = (
    "symbol", "kind", "body", "dated", "distribution", "audience", "original_language", "footnotes_run_on",
    *(f"{name}_{language}" for name in ("title", "subtitle", "session_line") for language in LANGUAGES),
)  # fmt: skip


# --- Drafts -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_document(*, actor: Any, kind: str = Kind.NOTE, now: dt.datetime | None = None, **masthead: Any) -> Document:
    """A draft with an empty main text in its original language. A symbol of consultations is restricted."""
    require_role(actor, *EDITORS)
    document = Document(kind=kind)
    _write_masthead(document, masthead)
    if is_consultation(document.symbol) and document.distribution != Distribution.INTERNAL:
        document.distribution = Distribution.RESTRICTED
    _save_new(document)
    part = Part.objects.create(document=document, kind=Part.Kind.MAIN, position=0)
    Text.objects.create(part=part, language=document.original_language, content=clean_content(EMPTY))
    _log(document, Act.Kind.CREATED, actor, now or database_now())
    return document


def _write_masthead(document: Document, values: Mapping[str, Any]) -> None:
    unknown = set(values) - set(MASTHEAD)
    if unknown:
        raise TypeError(f"not of the masthead: {', '.join(sorted(unknown))}")
    for name, value in values.items():
        setattr(document, name, value)
    _check_masthead(document.symbol, document.distribution)


def _check_masthead(symbol: str | None, distribution: str) -> None:
    if symbol and not is_symbol(symbol):
        raise Refused(_("“%(symbol)s” is not written as a symbol is, for example IC/2010/9.") % {"symbol": symbol})


def _save_new(document: Document) -> None:
    document.symbol = document.symbol or None
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        if "symbol" in str(error):
            raise Refused(_("The symbol %(symbol)s is taken.") % {"symbol": document.symbol}) from error
        raise


def change_masthead(*, document: Document, expected: int, actor: Any, **values: Any) -> Document:
    """Writes what a person changed, if nobody else did meanwhile (foundation.editing.Clash)."""
    require_role(actor, *EDITORS)
    if not may_be_edited(document):
        raise Refused(_("An issued document is not edited; make a revision."))
    unknown = set(values) - set(MASTHEAD)
    if unknown:
        raise TypeError(f"not of the masthead: {', '.join(sorted(unknown))}")
    if "symbol" in values:
        values["symbol"] = values["symbol"] or None
    symbol = values.get("symbol", document.symbol)
    distribution = values.get("distribution", document.distribution)
    _check_masthead(symbol, distribution)
    if is_consultation(symbol) and distribution not in {Distribution.RESTRICTED, Distribution.INTERNAL}:
        values["distribution"] = Distribution.RESTRICTED
    try:
        save_versioned(document, expected=expected, **values)
    except IntegrityError as error:
        if "symbol" in str(error):
            raise Refused(_("The symbol %(symbol)s is taken.") % {"symbol": symbol}) from error
        raise
    return document


@transaction.atomic
def set_text(*, part: Part, language: str, content: Content, actor: Any) -> Text:
    """Puts a whole text in place: from a data file, an import, a translation. The editor writes by steps instead."""
    require_role(actor, *EDITORS)
    document = Document.objects.select_for_update().get(pk=part.document_id)
    # A later language is still written after the first was issued.
    if document.is_withdrawn or document.issues.filter(language=language).exists():
        raise Refused(_("An issued document is not edited; make a revision."))
    if language not in LANGUAGES:
        raise Refused(_("There is no language “%(language)s”.") % {"language": language})
    cleaned = clean_content(content)
    text = Text.objects.select_for_update().filter(part=part, language=language).first()
    if text is None:
        return Text.objects.create(part=part, language=language, content=cleaned)
    # A step like any other, so that open editors follow and the history stays whole.
    step = replacement(before=text.content, after=cleaned)
    text.content, text.step_number = cleaned, text.step_number + 1
    Step.objects.create(text=text, number=text.step_number, content=step, client=PORTAL, person=actor)
    text.save(update_fields=["content", "step_number", "changed_at"])
    return text


@transaction.atomic
def add_annex(
    *,
    document: Document,
    actor: Any,
    titles: Mapping[str, str] | None = None,
    key: str = "",
    maker: str = "",
    subject: str = "",
) -> Part:
    """An empty annex behind the others."""
    require_role(actor, *EDITORS)
    document = Document.objects.select_for_update().get(pk=document.pk)
    if not may_be_edited(document):
        raise Refused(_("An issued document is not edited; make a revision."))
    last = document.parts.aggregate(last=Max("position"))["last"]
    part = Part(document=document, kind=Part.Kind.ANNEX, position=(last or 0) + 1, maker=maker, maker_subject=subject)
    if key:
        part.key = key
    for language, title in (titles or {}).items():
        setattr(part, f"title_{language}", title)
    part.save()
    return part


@transaction.atomic
def make_annex(*, document: Document, maker: str, subject: str, language: str, actor: Any, title: str = "") -> Part:
    """An annex built by a room from its own rows: live figures and exhibits, and room for prose."""
    require_role(actor, *EDITORS)
    makers = registry.annex_makers()
    if maker not in makers:
        raise Refused(_("Nothing makes annexes from “%(maker)s”.") % {"maker": maker})
    known = dict(makers[maker].subjects(actor))
    if subject not in known:
        raise Refused(_("There is no “%(subject)s” to make an annex from.") % {"subject": subject})
    blocks = makers[maker].build(subject, language)
    part = add_annex(
        document=document,
        actor=actor,
        titles={language: title or str(known[subject])},
        maker=maker,
        subject=subject,
    )
    set_text(part=part, language=language, content=with_ids({"type": "doc", "content": blocks}), actor=actor)
    return part


@transaction.atomic
def remove_annex(*, part: Part, actor: Any) -> None:
    require_role(actor, *EDITORS)
    document = Document.objects.select_for_update().get(pk=part.document_id)
    if part.kind != Part.Kind.ANNEX or not may_be_edited(document):
        raise Refused(_("Only an annex of a draft can be removed."))
    position = part.position
    part.delete()
    document.parts.filter(position__gt=position).update(position=F("position") - 1)


@transaction.atomic
def give_short_address(*, alias: str, target: str, actor: Any) -> ShortAddress:
    """A lasting `/go/<alias>`; given again with another target it leads there from now on."""
    require_role(actor, *EDITORS)
    address, created = ShortAddress.objects.get_or_create(alias=alias, defaults={"target": target})
    if not created and address.target != target:
        address.target = target
        address.save(update_fields=["target"])
    return address


# --- Issuing ----------------------------------------------------------------------------------------------------------
ISSUE_ATTEMPTS = 5


@contextmanager
def repeatable_read() -> Iterator[None]:
    """One view of all rooms' rows for every figure. Inside a caller's transaction that one's isolation holds."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def issue_document(*, document: Document, language: str, actor: Any, now: dt.datetime | None = None) -> Issue:
    """Freezes all parts in one language, and with the first language all figures. Its files are made by a job.

    Refused with a sentence for every figure that does not resolve, exhibit that cannot be drawn, and reference that
    points at nothing.
    """
    require_role(actor, *PUBLISHERS)
    for attempt in range(ISSUE_ATTEMPTS):
        try:
            return _issue(document, language, actor, now)
        except OperationalError as error:
            # Somebody typed in that instant: what they typed belongs into the issue, so it is begun anew.
            clashed = isinstance(error.__cause__, SerializationFailure) and not connection.in_atomic_block
            if not clashed or attempt == ISSUE_ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _issue(document: Document, language: str, actor: Any, now: dt.datetime | None) -> Issue:
    with repeatable_read():
        document = Document.objects.select_for_update().get(pk=document.pk)
        # No step is taken between what is frozen here and the issue that closes the texts.
        list(Text.objects.select_for_update().filter(part__document=document).values_list("pk"))
        moment = now or database_now()
        _check_issuable(document, language)
        frozen = {f.key: assembly.frozen_as_json(f) for f in document.frozen_figures.all()}
        try:
            material = assembly.assemble(document, language, frozen if document.issued_at else None)
        except assembly.NothingToShow as nothing:
            raise Refused(_("It has no text in that language.")) from nothing
        problems = assembly.problems_of(material)
        if problems:
            raise Refused(*problems)
        if document.issued_at is None:
            _freeze(document, material, moment)
            document.issued_at = moment
        issue = _write_issue(document, assembly.freeze_moment(material, document.issued_at), actor, moment)
        document.revision += 1
        document.save(update_fields=["issued_at", "revision"])
        _log(document, Act.Kind.ISSUED, actor, moment, language)
        from documents.renditions import request_rendition

        for file_format in (Rendition.Format.PDF, Rendition.Format.DOCX):
            request_rendition(document=document, language=language, format=file_format, actor=actor)
    return issue


def _check_issuable(document: Document, language: str) -> None:
    if document.is_withdrawn:
        raise Refused(_("It has been withdrawn."))
    if not document.symbol:
        raise Refused(_("A document needs a symbol before it can be issued."))
    if document.issues.filter(language=language).exists():
        raise Refused(_("It has been issued in that language already."))


def _freeze(document: Document, material: assembly.Material, moment: dt.datetime) -> None:
    """Every figure that any language cites, so that later languages find theirs frozen at the same moment."""
    figures = dict(material["figures"])
    others: set[str] = set()
    for text in Text.objects.filter(part__document=document).exclude(language=material["language"]):
        others |= cited_keys(text.content)[0]
    missing = others - set(figures)
    figures |= {key: assembly.figure_as_json(figure) for key, figure in registry.resolve(missing).items()}
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


def _write_issue(document: Document, material: assembly.Material, actor: Any, moment: dt.datetime) -> Issue:
    issue = Issue.objects.create(
        document=document,
        language=material["language"],
        content=material,
        content_hash=assembly.hash_of(material),
        issued_by=actor,
        issued_at=moment,
    )
    IssuedBlock.objects.bulk_create(
        IssuedBlock(issue=issue, position=place, anchor=b.anchor, number=b.number, text=b.text, folded=b.folded)
        for place, b in enumerate(blocks_of(material))
    )
    return issue


# --- After issue ------------------------------------------------------------------------------------------------------
def release_document(
    *, document: Document, actor: Any, at: dt.datetime | None = None, now: dt.datetime | None = None
) -> Document:
    """Open to its readers from a moment (None: now), in all languages together."""
    moment = now or database_now()
    release_at = at or moment

    def release(locked: Document) -> None:
        if locked.is_draft:
            raise Refused(_("A draft is issued before it is released."))
        if locked.released_at is not None and locked.released_at <= moment:
            raise Refused(_("It has been released already."))
        locked.released_at = release_at

    return _act(document, actor, Act.Kind.RELEASED, moment, release, note=release_at.isoformat())


def derestrict_document(*, document: Document, actor: Any, note: str = "", now: dt.datetime | None = None) -> Document:
    """Opens a restricted document to everybody. Logged, with who did it and why."""
    moment = now or database_now()

    def derestrict(locked: Document) -> None:
        if locked.distribution != Distribution.RESTRICTED:
            raise Refused(_("It is not restricted."))
        if locked.derestricted_at is not None:
            raise Refused(_("It has been derestricted already."))
        locked.derestricted_at = moment

    return _act(document, actor, Act.Kind.DERESTRICTED, moment, derestrict, note=note)


def withdraw_document(*, document: Document, actor: Any, reason: str, now: dt.datetime | None = None) -> Document:
    """Leaves a tombstone: symbol, title and reason stay, the text is shown no more."""
    moment = now or database_now()

    def withdraw(locked: Document) -> None:
        if locked.is_draft:
            raise Refused(_("Only an issued document can be withdrawn."))
        if locked.is_withdrawn:
            raise Refused(_("It has been withdrawn already."))
        if not reason.strip():
            raise Refused(_("Say why it is withdrawn."))
        locked.withdrawn_at, locked.withdrawal_reason = moment, reason.strip()[:300]

    return _act(document, actor, Act.Kind.WITHDRAWN, moment, withdraw, note=reason.strip()[:300])


@transaction.atomic
def _act(document: Document, actor: Any, kind: str, moment: dt.datetime, change: Any, note: str = "") -> Document:
    require_role(actor, *PUBLISHERS)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    change(locked)
    locked.revision += 1
    locked.save()
    _log(locked, kind, actor, moment, note)
    return locked


def _log(document: Document, kind: str, actor: Any, at: dt.datetime, note: str = "") -> None:
    Act.objects.create(document=document, kind=kind, person=actor, at=at, note=note)


@transaction.atomic
def create_revision(
    *,
    document: Document,
    actor: Any,
    relation: str = Relation.REVISION,
    dated: dt.date | None = None,
    now: dt.datetime | None = None,
) -> Document:
    """A draft that derives from an issued document: a revision with its texts, live again; else an empty one."""
    require_role(actor, *EDITORS)
    moment = now or database_now()
    original = Document.objects.select_for_update().get(pk=document.pk)
    if original.is_draft:
        raise Refused(_("Only an issued document has revisions, corrigenda and addenda."))
    last = original.derived.filter(relation=relation).aggregate(last=Max("relation_number"))["last"]
    number = (last or 0) + 1
    copied = {name: getattr(original, name) for name in MASTHEAD if name not in {"symbol", "dated"}}
    derived = Document(
        **copied,
        symbol=derived_symbol(original.symbol, relation, number),
        dated=dated or moment.date(),
        derives_from=original,
        relation=relation,
        relation_number=number,
    )
    _save_new(derived)
    if relation == Relation.REVISION:
        _copy_texts(original, derived)
    else:
        part = Part.objects.create(document=derived, kind=Part.Kind.MAIN, position=0)
        Text.objects.create(part=part, language=derived.original_language, content=clean_content(EMPTY))
    _log(derived, Act.Kind.CREATED, actor, moment, original.symbol)
    return derived


def _copy_texts(original: Document, derived: Document) -> None:
    """Parts and blocks keep their lasting ids, so that the two can be compared and aligned."""
    for part in original.parts.prefetch_related("texts"):
        texts = list(part.texts.all())
        part.pk, part.document, part._state.adding = None, derived, True
        part.save()
        Text.objects.bulk_create(Text(part=part, language=t.language, content=t.content) for t in texts)
