"""Words printed in the frame of a document, in the document's language and independent of the reader's."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils import translation

from texts.kinds import Relation

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "organization": "International Organization for Migration",
        "distribution": "Distr.",
        "original": "Original",
        "annex": "Annex",
        "annexes": "Annexes",
        "page": "page",
        "draft": "Draft",
        "only": "English only",
        "source": "Source",
        "note": "Note",
        "chart": "Chart",
        "of": "of",
        "contents": "Contents",
        "as-of": "Figures as of",
        "quotation-open": "“",
        "quotation-close": "”",
    },
    "fr": {
        "organization": "Organisation internationale pour les migrations",
        "distribution": "Distr.",
        "original": "Original",
        "annex": "Annexe",
        "annexes": "Annexes",
        "page": "page",
        "draft": "Projet",
        "only": "en français seulement",
        "source": "Source",
        "note": "Note",
        "chart": "Graphique",
        "of": "de",
        "contents": "Table des matières",
        "as-of": "Chiffres au",
        "quotation-open": "« ",
        "quotation-close": " »",
    },
    "es": {
        "organization": "Organización Internacional para las Migraciones",
        "distribution": "Distr.",
        "original": "Original",
        "annex": "Anexo",
        "annexes": "Anexos",
        "page": "página",
        "draft": "Proyecto",
        "only": "en español solamente",
        "source": "Fuente",
        "note": "Nota",
        "chart": "Gráfico",
        "of": "de",
        "contents": "Índice",
        "as-of": "Cifras al",
        "quotation-open": "«",
        "quotation-close": "»",
    },
}
# The note on a part that exists in one language only: by the document's language, then the part's.
ONLY = {
    "en": {"en": "English only", "fr": "French only", "es": "Spanish only"},
    "fr": {"en": "anglais seulement", "fr": "français seulement", "es": "espagnol seulement"},
    "es": {"en": "inglés solamente", "fr": "francés solamente", "es": "español solamente"},
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
# Printed after the symbol of a document that concerns one language version, in that language.
CONCERNS = {"en": "English only", "fr": "français seulement", "es": "español solamente"}
REISSUED = {
    "en": "Reissued for technical reasons on {day}: {reason}",
    "fr": "Nouveau tirage pour raisons techniques le {day}\u00a0: {reason}",
    "es": "Publicado nuevamente por razones técnicas el {day}: {reason}",
}


@cache
def names_of(choices: type[TextChoices], language: str) -> dict[str, str]:
    """Return the labels of `choices` in `language`, by value.

    Kinds, bodies, distributions and languages are named from the same catalogue on screen and in print.
    """
    with translation.override(language):
        return {value: str(label) for value, label in choices.choices}


def words_in(material: Mapping[str, Any], language: str = "") -> dict[str, str]:
    """Return the words of the frame in `language`, with the overrides of the house style.

    The default language is that of the material.
    """
    language = language or material["language"]
    overrides: dict[str, str] = material.get("styles", {}).get(language, {}).get("words", {})
    return WORDS[language] | overrides
