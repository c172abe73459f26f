"""The masthead of a document as text in one language."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import translation

from documents.models import Body, Distribution, Document, Kind
from foundation.text import Language
from foundation.time import formats
from texts.kinds import UNSYMBOLED
from texts.masthead import CONCERNS, REISSUED, RELATIONS, WORDS, names_of


def masthead_of(document: Document, language: str, words: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the masthead in `language`, as it is frozen in an issue; `words` replaces the default wording."""
    with translation.override(language):
        title, subtitle, session = document.title, document.subtitle, document.session_line
    return {
        "organization": (WORDS[language] | dict(words or {}))["organization"],
        "symbol": document.symbol or "",
        "distribution": names_of(Distribution, language)[document.distribution],
        "original": names_of(Language, language)[document.original_language],
        "date": formats.long_date(document.dated, language),
        "iso_date": document.dated.isoformat(),
        "body": names_of(Body, language)[document.body] if document.body else "",
        "session": session,
        "kind": names_of(Kind, language)[document.kind],
        "title": title,
        "subtitle": subtitle or "",
        **markings_of(document, language),
    }


def markings_of(document: Document, language: str) -> dict[str, str]:
    """Return the markings of a document; those that it does not have are empty.

    `mark` is printed on every page, `relation` under the title and `concerns` after the symbol.
    """
    original = document.derives_from if document.derives_from_id else None
    relation = ""
    if original is not None and original.symbol:
        relation = RELATIONS[language][document.relation].format(symbol=original.symbol)
    return {
        "mark": names_of(Kind, language)[document.kind] if document.kind in UNSYMBOLED else "",
        "relation": relation,
        "concerns": CONCERNS[document.concerns_language] if document.concerns_language else "",
    }


def reissue_note(number: int, reason: str, at: dt.datetime, language: str) -> dict[str, str]:
    """Return the asterisks after the symbol, one for each reissue, and the text of their footnote."""
    words = REISSUED[language].format(day=formats.long_date(at.date(), language), reason=reason.strip())
    return {"asterisk": "*" * (number - 1), "words": words if words.endswith(".") else f"{words}."}
