"""The words of a document's frame in its own language, whatever language the page around it is in."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation

from documents.markings import markings_of
from documents.models import Body, Document, Kind
from foundation.time import formats

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


def words_in(material: Mapping[str, Any], language: str = "") -> dict[str, str]:
    """The words of a document's frame: those of its language, with what the house writes otherwise."""
    language = language or material["language"]
    return WORDS[language] | material.get("styles", {}).get(language, {}).get("words", {})


def masthead_of(document: Document, language: str, words: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What stands above the text, as words of that language; part of what an issue freezes; `words` by the house."""
    with translation.override(language):
        title, subtitle, session = document.title, document.subtitle, document.session_line
    return {
        "organization": (WORDS[language] | dict(words or {}))["organization"],
        "symbol": document.symbol or "",
        "distribution": DISTRIBUTIONS[language][document.distribution],
        "original": LANGUAGE_NAMES[language][document.original_language],
        "date": formats.long_date(document.dated, language),
        "iso_date": document.dated.isoformat(),
        "body": BODIES[language][document.body],
        "session": session,
        "kind": KINDS[language][document.kind],
        "title": title,
        "subtitle": subtitle or "",
        **markings_of(document, language),
    }
