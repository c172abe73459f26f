"""veraPDF on every printed document of the cycle, in three languages: blueprints, filled and empty, and ballots."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import translation

from documents import services
from documents.assembly import assemble
from documents.blueprints import Blueprint, blueprints
from documents.models import Document
from foundation.text import LANGUAGES
from membership.models import Person
from tests.documents.verapdf import failures
from texts import registry
from texts.rendering import archive, pdf
from votes.models import Ballot, Entitlement, Printout
from votes.printing.briefs import brief_material
from votes.printing.results import result_material
from votes.printing_jobs import render

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.usefixtures("cycle")]
# The rows of the cycle that each blueprint is filled from.
SUBJECTS = {
    "workshops.year": "2011",
    "workshops.workshop": "2010-societies-and-identities",
    "surveys.survey": "societies-2010",
    "dialogue.dialogue": "migration-and-integration",
    "votes.ballot": "theme-2011",
    "council.meeting": "session-99",
}


@pytest.mark.parametrize("filled", [True, False], ids=["filled", "empty"])
def test_every_blueprint_in_every_language_passes(filled: bool, tmp_path: Path) -> None:
    pdf.warm()
    asked: dict[Path, list[str]] = {}
    for blueprint in blueprints().values():
        document = _begun(blueprint, filled)
        for language in LANGUAGES:
            with translation.override(language):
                material = assemble(document, language)
                for name, made, profiles in (
                    ("page", pdf.render, ["ua-1"]),
                    ("archive", archive.render, ["ua-1", "a-3a"]),
                ):
                    path = tmp_path / f"{blueprint.name}-{language}-{name}.pdf"
                    path.write_bytes(made(material)[0])
                    asked[path] = profiles
    reports = failures(asked)
    assert len(reports) == 3 * len(blueprints()) * len(LANGUAGES)
    assert {name: failed for name, failed in reports.items() if failed} == {}


def _begun(blueprint: Blueprint, filled: bool) -> Document:
    editor = Person.objects.get(email="editor@idm.example")
    subjects = {wanted.name: SUBJECTS[wanted.of] for wanted in blueprint.subjects} if filled else {}
    for wanted in blueprint.subjects:
        assert SUBJECTS[wanted.of] in dict(registry.subjects_of(wanted.of, editor))
    return services.create_from_blueprint(
        blueprint=blueprint,
        subjects=subjects,
        languages=LANGUAGES,
        actor=editor,
        **{f"title_{language}": title for language, title in blueprint.titles.items()},
        dated=dt.date(2010, 9, 1),
    )


def test_what_the_votes_print_passes_in_every_language(tmp_path: Path) -> None:
    asked: dict[Path, list[str]] = {}
    for ballot in Ballot.objects.filter(opens_at__isnull=False).order_by("slug"):
        for language in LANGUAGES:
            with translation.override(language):
                for kind, material in _materials(ballot):
                    row = Printout(kind=kind, ballot=ballot, language=language, material=material, hash="0" * 64)
                    path = tmp_path / f"{kind}-{ballot.slug}-{language}.pdf"
                    path.write_bytes(render(row)[0])
                    asked[path] = ["ua-1"]
    reports = failures(asked)
    kinds = {name.partition("-")[0] for name in reports}
    assert (kinds, len(reports) % len(LANGUAGES)) == ({"brief", "result"}, 0)
    assert {name: failed for name, failed in reports.items() if failed} == {}


def _materials(ballot: Ballot) -> list[tuple[str, dict]]:
    """Return a brief for the first State that may vote, and the result if there is one."""
    entity = Entitlement.objects.filter(ballot=ballot).order_by("entity__code").values_list("entity_id", flat=True)[0]
    readable = Document.objects.issued()
    brief = brief_material(
        ballot, entity, capital_zone="Pacific/Auckland", message="One line.\n\nAnother.", documents=readable
    )
    made = [(Printout.Kind.BRIEF.value, brief)]
    if hasattr(ballot, "result"):
        made.append((Printout.Kind.RESULT.value, result_material(ballot, totals=True, choices=True)))
    return made
