"""Create drafts, and change their mastheads and texts."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from documents.editing.authority import PORTAL, replacement
from documents.models import UNSYMBOLED, Act, Audience, Distribution, Document, Kind, Part, Step, Text
from documents.permissions import EDITORS, is_closed, may_be_edited, require_role, require_writer
from documents.services.log import record
from foundation.editing import save_versioned
from foundation.refusals import Refused
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from texts.schema import Content, clean_content
from texts.symbols import is_consultation, is_symbol

EMPTY: Content = {"type": "doc", "content": [{"type": "paragraph", "attrs": {"numbered": False}}]}
# Fields of the masthead that people can edit, including those in three languages.
MASTHEAD = (
    "symbol", "kind", "body", "dated", "distribution", "audience", "original_language", "footnotes_run_on",
    "lists_annexes", "annex_marks", "lists_contents",
    *(f"{name}_{language}" for name in ("title", "subtitle", "session_line") for language in LANGUAGES),
)  # fmt: skip


@transaction.atomic
def create_document(
    *, actor: Any, kind: str = Kind.NOTE, now: dt.datetime | None = None, note: str = "", **masthead: Any
) -> Document:
    """Create a draft with an empty main text in its original language.

    `masthead` takes the fields in `MASTHEAD`; `note` is for the log. A document with a symbol of consultations is
    restricted unless it is internal. Raises `Refused` if the symbol is malformed or in use, or documents of this kind
    have none.
    """
    require_role(actor, *EDITORS)
    document = Document(kind=kind)
    _write_masthead(document, masthead)
    if document.is_unsymboled:
        document.distribution, document.audience = Distribution.RESTRICTED, Audience.STAFF
    if is_consultation(document.symbol) and document.distribution != Distribution.INTERNAL:
        document.distribution = Distribution.RESTRICTED
    save_new(document)
    part = Part.objects.create(document=document, kind=Part.Kind.MAIN, position=0)
    Text.objects.create(part=part, language=document.original_language, content=clean_content(EMPTY))
    record(document, Act.Kind.CREATED, actor, now or database_now(), note)
    return document


def _write_masthead(document: Document, values: Mapping[str, Any]) -> None:
    unknown = set(values) - set(MASTHEAD)
    if unknown:
        raise TypeError(f"not of the masthead: {', '.join(sorted(unknown))}")
    for name, value in values.items():
        setattr(document, name, value)
    _check_masthead(document.symbol, document.kind)


def _check_masthead(symbol: str | None, kind: str) -> None:
    if symbol and kind in UNSYMBOLED:
        raise Refused(_("Non-papers and advance unedited copies do not have a symbol."))
    if symbol and not is_symbol(symbol):
        raise Refused(_("“%(symbol)s” is not a valid symbol. Enter one such as IC/2010/9.") % {"symbol": symbol})


def save_new(document: Document) -> None:
    """Insert the document. Raises `Refused` if its symbol is in use."""
    document.symbol = document.symbol or None
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        if "document_symbol" in str(error) or "symbol_key" in str(error):
            raise Refused(
                _("The symbol %(symbol)s is already in use. Enter a different one.") % {"symbol": document.symbol}
            ) from error
        raise


def change_masthead(*, document: Document, expected: int, actor: Any, **values: Any) -> Document:
    """Change fields of a draft's masthead.

    Documents without a symbol become restricted, and so do those with a symbol of consultations unless they are
    internal. Raises `Clash` if somebody has saved since `expected`, the `edit_version` that was shown, and `Refused` as
    `create_document` does or if the document has been issued.
    """
    require_role(actor, *EDITORS)
    if not may_be_edited(document):
        raise Refused(_("Issued documents cannot be edited. Create a revision."))
    unknown = set(values) - set(MASTHEAD)
    if unknown:
        raise TypeError(f"not of the masthead: {', '.join(sorted(unknown))}")
    if "symbol" in values:
        values["symbol"] = values["symbol"] or None
    symbol = values.get("symbol", document.symbol)
    distribution = values.get("distribution", document.distribution)
    kind = values.get("kind", document.kind)
    _check_masthead(symbol, kind)
    if (kind == Kind.ADVANCE_COPY) != (document.kind == Kind.ADVANCE_COPY):
        raise Refused(_("An advance unedited copy is created from its draft. Its kind cannot be changed."))
    if kind in UNSYMBOLED:
        values |= {"distribution": Distribution.RESTRICTED, "audience": Audience.STAFF}
    elif is_consultation(symbol) and distribution not in {Distribution.RESTRICTED, Distribution.INTERNAL}:
        values["distribution"] = Distribution.RESTRICTED
    try:
        save_versioned(document, expected=expected, **values)
    except IntegrityError as error:
        if "document_symbol" in str(error) or "symbol_key" in str(error):
            raise Refused(
                _("The symbol %(symbol)s is already in use. Enter a different one.") % {"symbol": symbol}
            ) from error
        raise
    return document


@transaction.atomic
def set_text(*, part: Part, language: str, content: Content, actor: Any) -> Text:
    """Replace the content of a text, or create the text. For imports and translations; the editor sends steps.

    The change is stored as one step, so that open editors follow it and the history is complete. Raises `Refused` if
    the language has been issued, and `ContentRefused` if the content does not fit the schema.
    """
    document = Document.objects.select_for_update().get(pk=part.document_id)
    require_writer(actor, document, language)
    # Other languages can still be written after the first has been issued.
    if is_closed(document, language):
        raise Refused(_("Issued documents cannot be edited. Create a revision."))
    if language not in LANGUAGES:
        raise Refused(_("The portal does not support the language “%(language)s”.") % {"language": language})
    cleaned = clean_content(content)
    text = Text.objects.select_for_update().filter(part=part, language=language).first()
    if text is None:
        return Text.objects.create(part=part, language=language, content=cleaned)
    step = replacement(before=text.content, after=cleaned)
    text.content, text.step_number = cleaned, text.step_number + 1
    Step.objects.create(text=text, number=text.step_number, content=step, client=PORTAL, person=actor)
    text.save(update_fields=["content", "step_number", "changed_at"])
    return text
