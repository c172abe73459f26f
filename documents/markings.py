"""What a masthead says beyond its own facts: no official paper, what it corrects, that it was issued again."""

import datetime as dt

from documents.models import Document, Kind, Relation
from foundation.time import formats

# On each page of a paper that nobody may cite.
MARKS = {
    "en": {Kind.ADVANCE_COPY: "Advance unedited copy", Kind.NON_PAPER: "Non-paper"},
    "fr": {Kind.ADVANCE_COPY: "Version préliminaire non éditée", Kind.NON_PAPER: "Document officieux"},
    "es": {Kind.ADVANCE_COPY: "Versión anticipada sin editar", Kind.NON_PAPER: "Documento oficioso"},
}
RELATIONS = {
    "en": {
        Relation.REVISION: "Revision of {symbol}",
        Relation.CORRIGENDUM: "Corrigendum to {symbol}",
        Relation.ADDENDUM: "Addendum to {symbol}",
        Relation.ADVANCE_COPY: "To be issued as {symbol}",
    },
    "fr": {
        Relation.REVISION: "Révision de {symbol}",
        Relation.CORRIGENDUM: "Rectificatif à {symbol}",
        Relation.ADDENDUM: "Additif à {symbol}",
        Relation.ADVANCE_COPY: "À paraître sous la cote {symbol}",
    },
    "es": {
        Relation.REVISION: "Revisión de {symbol}",
        Relation.CORRIGENDUM: "Corrección de {symbol}",
        Relation.ADDENDUM: "Adición a {symbol}",
        Relation.ADVANCE_COPY: "Se publicará con la signatura {symbol}",
    },
}
# After the symbol of what concerns one language, in that language.
CONCERNS = {"en": "English only", "fr": "français seulement", "es": "español solamente"}
REISSUED = {
    "en": "Reissued for technical reasons on {day}: {reason}",
    "fr": "Nouveau tirage pour raisons techniques le {day}\u00a0: {reason}",
    "es": "Publicado nuevamente por razones técnicas el {day}: {reason}",
}


def markings_of(document: Document, language: str) -> dict[str, str]:
    """`mark` stands on each page, `relation` under the title, `concerns` behind the symbol; empty where it has none."""
    original = document.derives_from if document.derives_from_id else None
    relation = ""
    if original is not None and original.symbol:
        relation = RELATIONS[language][document.relation].format(symbol=original.symbol)
    return {
        "mark": MARKS[language].get(document.kind, ""),
        "relation": relation,
        "concerns": CONCERNS[document.concerns_language] if document.concerns_language else "",
    }


def reissue_note(number: int, reason: str, at: dt.datetime, language: str) -> dict[str, str]:
    """`asterisk` behind the symbol, one more each time, and the `words` of its footnote on the first page."""
    words = REISSUED[language].format(day=formats.long_date(at.date(), language), reason=reason.strip())
    return {"asterisk": "*" * (number - 1), "words": words if words.endswith(".") else f"{words}."}
