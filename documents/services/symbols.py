"""Symbols by the patterns of bodies: propose the next one, assign it, and edit the patterns."""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Act, Distribution, Document, SymbolPattern, SymbolSequence
from documents.permissions import EDITORS, may_be_edited, require_role
from documents.services.log import record
from foundation.editing import lock_unchanged
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.time.clock import database_now
from texts.symbols import is_consultation, is_pattern, needs_session, numbers_in, series_of, symbol_in

ADMINISTRATORS = ("administrator",)
PATTERN_FIELDS = ("body", "kind", "pattern", "first_number")


def pattern_for(document: Document) -> SymbolPattern | None:
    """Return the pattern for the document's body and kind, otherwise that of its body, or None."""
    if document.is_unsymboled or not document.body:
        return None
    found = {row.kind: row for row in SymbolPattern.objects.filter(body=document.body, kind__in=["", document.kind])}
    return found.get(document.kind) or found.get("")


def proposed_symbol(document: Document, session: int | None = None) -> str:
    """Return the symbol that the document would get now, without assigning it.

    Empty if there is no pattern, or the pattern needs the number of the session and none is given.
    """
    pattern = pattern_for(document)
    if pattern is None or (needs_session(pattern.pattern) and not session):
        return ""
    return symbol_in(*_next(pattern, document.dated.year, session))


def next_of(pattern: SymbolPattern, year: int) -> str:
    """Return the next symbol of a pattern in that year; `…` for session and number if it needs a session."""
    if needs_session(pattern.pattern):
        return pattern.pattern.replace("{year}", str(year)).replace("{number}", "…").replace("{session}", "…")
    return symbol_in(*_next(pattern, year, None))


def proposals(kind: str, year: int) -> list[tuple[str, str]]:
    """Return (body, next symbol) for each body that has a pattern for documents of that kind."""
    rows = SymbolPattern.objects.filter(kind__in=["", kind]).order_by("body", "kind")
    by_body = {row.body: row for row in rows}
    return [(str(row.get_body_display()), next_of(row, year)) for row in by_body.values()]


def _next(pattern: SymbolPattern, year: int, session: int | None) -> tuple[str, int]:
    """Return the series and its next free number."""
    series = series_of(pattern.pattern, year=year, session=session)
    last = SymbolSequence.objects.filter(series=series).values_list("last", flat=True).first()
    return series, _next_number(series, max(last or 0, pattern.first_number - 1))


@transaction.atomic
def assign_symbol(*, document: Document, actor: Any, session: int | None = None) -> Document:
    """Assign the next free symbol of its series to a draft.

    The series is locked meanwhile, so two people at once get two numbers. Symbols of consultations make the document
    restricted. Raises `Refused` if it is not a draft or has a symbol, or there is no pattern or no session number.
    """
    require_role(actor, *EDITORS)
    document = Document.objects.select_for_update().get(pk=document.pk)
    if not may_be_edited(document):
        raise Refused(_("Issued documents cannot be edited. Create a revision."))
    if document.symbol:
        raise Refused(_("This document already has the symbol %(symbol)s.") % {"symbol": document.symbol})
    pattern = pattern_for(document)
    if pattern is None:
        raise Refused(_("There is no symbol pattern for this body and kind. Enter the symbol yourself."))
    if needs_session(pattern.pattern) and not session:
        raise Refused(_("Enter the session number. It is part of the symbol."))
    series = series_of(pattern.pattern, year=document.dated.year, session=session)
    SymbolSequence.objects.get_or_create(series=series)
    sequence = SymbolSequence.objects.select_for_update().get(series=series)
    sequence.last = _next_number(series, max(sequence.last, pattern.first_number - 1))
    sequence.save(update_fields=["last"])
    document.symbol = symbol_in(series, sequence.last)
    if is_consultation(document.symbol) and document.distribution != Distribution.INTERNAL:
        document.distribution = Distribution.RESTRICTED
    document.edit_version += 1
    document.save(update_fields=["symbol", "distribution", "edit_version"])
    record(document, Act.Kind.SYMBOL_TAKEN, actor, database_now(), document.symbol)
    return document


def _next_number(series: str, last: int) -> int:
    """Return the first number above `last` that no existing symbol uses, including those entered by hand."""
    pattern = re.compile(numbers_in(series))
    symbols = Document.objects.filter(symbol__regex=numbers_in(series)).values_list("symbol", flat=True)
    taken = {int(found[1]) for symbol in symbols if (found := pattern.match(symbol or ""))}
    number = last + 1
    while number in taken:
        number += 1
    return number


# --- Patterns ---------------------------------------------------------------------------------------------------------
def add_pattern(*, actor: Any, **values: Any) -> SymbolPattern:
    """Create a pattern. Raises `Refused` if it is malformed or repeats the body and kind of another."""
    require_role(actor, *ADMINISTRATORS)
    row = SymbolPattern(**{name: values[name] for name in PATTERN_FIELDS if name in values})
    _check(row.pattern)
    check_row(row)
    row.save()
    return row


def change_pattern(*, row: SymbolPattern, expected: int, actor: Any, **values: Any) -> SymbolPattern:
    """Change a pattern. Symbols already assigned stay; the next one follows the new pattern.

    Raises `Clash` if somebody has saved since `expected`, and `Refused` if the pattern is malformed.
    """
    require_role(actor, *ADMINISTRATORS)
    _check(values.get("pattern", row.pattern))
    save_checked(row, expected=expected, allowed=PATTERN_FIELDS, **values)
    return row


@transaction.atomic
def remove_pattern(*, row: SymbolPattern, expected: int, actor: Any) -> None:
    """Delete a pattern. Symbols already assigned stay."""
    require_role(actor, *ADMINISTRATORS)
    with transaction.atomic():
        lock_unchanged(row, expected).delete()


def _check(pattern: str) -> None:
    """Raise `Refused` if the pattern is malformed."""
    if not is_pattern(pattern):
        words = _("Enter a pattern that contains {number} once and, if needed, {year} or {session}.")
        raise Refused(pattern=words)
