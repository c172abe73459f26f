"""Kinds, bodies, distributions and languages have the same names on the screen and in print."""

import pytest
from django.utils import translation

from foundation.text import LANGUAGES, Language
from texts.kinds import Body, Distribution, Kind
from texts.masthead import names_of

# Usage of the United Nations in each language; see docs/glossary.md.
NAMES = {
    "en": {
        Kind.NOTE: "Discussion note",
        Kind.INFORMATION: "Information note",
        Kind.PROVISIONAL_AGENDA: "Provisional agenda",
        Kind.ANNOTATED_AGENDA: "Annotated agenda",
        Kind.PARTICIPANTS: "List of participants",
        Kind.REPORT: "Report",
        Kind.ADVANCE_COPY: "Advance unedited copy",
        Kind.NON_PAPER: "Non-paper",
        Body.COUNCIL: "Council",
        Body.STANDING_COMMITTEE: "Standing Committee on Programmes and Finance",
        Body.CONSULTATIONS: "Informal Consultations",
        Body.DIALOGUE: "International Dialogue on Migration",
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
        Body.COUNCIL: "Conseil",
        Body.STANDING_COMMITTEE: "Comité permanent des programmes et des finances",
        Body.CONSULTATIONS: "Consultations informelles",
        Body.DIALOGUE: "Dialogue international sur la migration",
    },
    "es": {
        Kind.NOTE: "Documento de debate",
        Kind.INFORMATION: "Nota informativa",
        Kind.PROVISIONAL_AGENDA: "Programa provisional",
        Kind.ANNOTATED_AGENDA: "Programa anotado",
        Kind.PARTICIPANTS: "Lista de participantes",
        Kind.REPORT: "Informe",
        Kind.ADVANCE_COPY: "Versión anticipada sin editar",
        Kind.NON_PAPER: "Documento oficioso",
        Body.COUNCIL: "Consejo",
        Body.STANDING_COMMITTEE: "Comité Permanente de Programas y Finanzas",
        Body.CONSULTATIONS: "Consultas oficiosas",
        Body.DIALOGUE: "Diálogo Internacional sobre la Migración",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_and_bodies_have_the_names_of_united_nations_usage(language) -> None:
    assert names_of(Kind, language) | names_of(Body, language) == NAMES[language]


@pytest.mark.parametrize("choices", [Kind, Body, Distribution, Language])
@pytest.mark.parametrize("language", LANGUAGES)
def test_print_takes_the_names_that_the_screen_shows_whatever_the_page_around_it(choices, language) -> None:
    with translation.override(language):
        on_screen = {value: str(label) for value, label in choices.choices}
    for around in LANGUAGES:
        with translation.override(around):
            assert names_of(choices, language) == on_screen
