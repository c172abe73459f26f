"""Symbols by the patterns of their bodies: proposed, taken, and no number twice."""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Act, Distribution, Document, SymbolPattern, SymbolSequence
from documents.permissions import EDITORS, may_be_edited, require_role
from documents.services.log import record
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.time.clock import database_now
from texts.symbols import is_consultation, is_pattern, needs_session, numbers_in, series_of, symbol_in

ADMINISTRATORS = ("administrator",)
PATTERN_FIELDS = ("body", "kind", "pattern", "first_number")


def pattern_for(document: Document) -> SymbolPattern | None:
    """That of its body and kind, else that of its body."""
    if document.is_unsymboled or not document.body:
        return None
    found = {row.kind: row for row in SymbolPattern.objects.filter(body=document.body, kind__in=["", document.kind])}
    return found.get(document.kind) or found.get("")


def proposed_symbol(document: Document, session: int | None = None) -> str:
    """What it would be given now; nothing is taken. Empty: no pattern, or the number of the session is not known."""
    pattern = pattern_for(document)
    if pattern is None or (needs_session(pattern.pattern) and not session):
        return ""
    return symbol_in(*_next(pattern, document.dated.year, session))


def next_of(pattern: SymbolPattern, year: int) -> str:
    """What a paper of that year would be given; a session that is not known stays open."""
    if needs_session(pattern.pattern):
        return pattern.pattern.replace("{year}", str(year)).replace("{number}", "…").replace("{session}", "…")
    return symbol_in(*_next(pattern, year, None))


def proposals(kind: str, year: int) -> list[tuple[str, str]]:
    """For a new paper of that kind: each body that has a pattern for it, with the symbol that comes next there."""
    rows = SymbolPattern.objects.filter(kind__in=["", kind]).order_by("body", "kind")
    by_body = {row.body: row for row in rows}
    return [(str(row.get_body_display()), next_of(row, year)) for row in by_body.values()]


def _next(pattern: SymbolPattern, year: int, session: int | None) -> tuple[str, int]:
    series = series_of(pattern.pattern, year=year, session=session)
    last = SymbolSequence.objects.filter(series=series).values_list("last", flat=True).first()
    return series, _next_number(series, max(last or 0, pattern.first_number - 1))


@transaction.atomic
def take_symbol(*, document: Document, actor: Any, session: int | None = None) -> Document:
    """The next free symbol of its series. Two who take at once get two numbers: the series is locked meanwhile."""
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
    """The first above `last` that nobody wrote by hand."""
    shape = re.compile(numbers_in(series))
    written = Document.objects.filter(symbol__regex=numbers_in(series)).values_list("symbol", flat=True)
    taken = {int(found[1]) for symbol in written if (found := shape.match(symbol or ""))}
    number = last + 1
    while number in taken:
        number += 1
    return number


# --- Patterns ---------------------------------------------------------------------------------------------------------
def add_pattern(*, actor: Any, **values: Any) -> SymbolPattern:
    require_role(actor, *ADMINISTRATORS)
    row = SymbolPattern(**{name: values[name] for name in PATTERN_FIELDS if name in values})
    _check(row.pattern)
    check_row(row)
    row.save()
    return row


def change_pattern(*, row: SymbolPattern, expected: int, actor: Any, **values: Any) -> SymbolPattern:
    """Symbols that were taken stay; the next one follows the new pattern."""
    require_role(actor, *ADMINISTRATORS)
    _check(values.get("pattern", row.pattern))
    save_checked(row, expected=expected, allowed=PATTERN_FIELDS, **values)
    return row


@transaction.atomic
def remove_pattern(*, row: SymbolPattern, actor: Any) -> None:
    require_role(actor, *ADMINISTRATORS)
    row.delete()


def _check(pattern: str) -> None:
    if not is_pattern(pattern):
        words = _("Enter a symbol with {number} once, and {year} or {session} where needed.")
        raise Refused(pattern=words)
