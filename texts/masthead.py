"""The words of a document's frame in its own language, whatever the language of the page around it."""

from collections.abc import Mapping
from typing import Any

from texts.kinds import Body, Kind, Relation

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
# A part that exists in one language only says so in the language of the document.
ONLY = {
    "en": {"en": "English only", "fr": "French only", "es": "Spanish only"},
    "fr": {"en": "anglais seulement", "fr": "français seulement", "es": "espagnol seulement"},
    "es": {"en": "inglés solamente", "fr": "francés solamente", "es": "español solamente"},
}
LANGUAGE_NAMES = {
    "en": {"en": "English", "fr": "French", "es": "Spanish"},
    "fr": {"en": "anglais", "fr": "français", "es": "espagnol"},
    "es": {"en": "inglés", "fr": "francés", "es": "español"},
}
DISTRIBUTIONS = {
    "en": {"general": "General", "limited": "Limited", "restricted": "Restricted", "internal": "Internal"},
    "fr": {"general": "Générale", "limited": "Limitée", "restricted": "Restreinte", "internal": "Interne"},
    "es": {"general": "General", "limited": "Limitada", "restricted": "Restringida", "internal": "Interna"},
}
BODIES = {
    "en": {
        "": "",
        Body.COUNCIL: "Council",
        Body.STANDING_COMMITTEE: "Standing Committee on Programmes and Finance",
        Body.CONSULTATIONS: "Informal Consultations",
        Body.DIALOGUE: "International Dialogue on Migration",
    },
    "fr": {
        "": "",
        Body.COUNCIL: "Conseil",
        Body.STANDING_COMMITTEE: "Comité permanent des programmes et des finances",
        Body.CONSULTATIONS: "Consultations informelles",
        Body.DIALOGUE: "Dialogue international sur la migration",
    },
    "es": {
        "": "",
        Body.COUNCIL: "Consejo",
        Body.STANDING_COMMITTEE: "Comité Permanente de Programas y Finanzas",
        Body.CONSULTATIONS: "Consultas informales",
        Body.DIALOGUE: "Diálogo Internacional sobre la Migración",
    },
}
KINDS = {
    "en": {
        Kind.NOTE: "Discussion note",
        Kind.INFORMATION: "Information note",
        Kind.PROVISIONAL_AGENDA: "Provisional agenda",
        Kind.ANNOTATED_AGENDA: "Annotated agenda",
        Kind.PARTICIPANTS: "List of participants",
        Kind.REPORT: "Report",
        Kind.ADVANCE_COPY: "Advance unedited copy",
        Kind.NON_PAPER: "Non-paper",
    },
    "fr": {
        Kind.NOTE: "Note de discussion",
        Kind.INFORMATION: "Note d’information",
        Kind.PROVISIONAL_AGENDA: "Ordre du jour provisoire",
        Kind.ANNOTATED_AGENDA: "Ordre du jour annoté",
        Kind.PARTICIPANTS: "Liste des participants",
        Kind.REPORT: "Rapport",
        Kind.ADVANCE_COPY: "Version préliminaire non éditée",
        Kind.NON_PAPER: "Document officieux",
    },
    "es": {
        Kind.NOTE: "Documento de reflexión",
        Kind.INFORMATION: "Nota informativa",
        Kind.PROVISIONAL_AGENDA: "Programa provisional",
        Kind.ANNOTATED_AGENDA: "Programa anotado",
        Kind.PARTICIPANTS: "Lista de participantes",
        Kind.REPORT: "Informe",
        Kind.ADVANCE_COPY: "Versión anticipada sin editar",
        Kind.NON_PAPER: "Documento oficioso",
    },
}
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


def words_in(material: Mapping[str, Any], language: str = "") -> dict[str, str]:
    """The words of a document's frame: those of its language, with what the house writes otherwise."""
    language = language or material["language"]
    return WORDS[language] | material.get("styles", {}).get(language, {}).get("words", {})
