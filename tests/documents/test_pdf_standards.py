"""veraPDF on every kind of document in three languages, for reading and for the archive."""

from pathlib import Path

import pytest

from documents.comparing.jobs import render as compared
from documents.models import Comparison, Kind
from foundation.text import LANGUAGES
from tests.documents.verapdf import failures
from texts.masthead import names_of
from texts.rendering import archive, pdf
from texts.rendering.sample import sample

pytestmark = pytest.mark.long


def test_every_kind_of_document_in_every_language_passes(tmp_path) -> None:
    pdf.warm()
    asked: dict[Path, list[str]] = {}
    for kind in Kind:
        for language in LANGUAGES:
            material = {**sample(language), "lists_contents": kind != Kind.NOTE}
            material["masthead"]["kind"] = names_of(Kind, language)[kind]
            for name, render, profiles in (
                ("page", pdf.render, ["ua-1"]),
                ("archive", archive.render, ["ua-1", "a-3a"]),
            ):
                path = tmp_path / f"{kind}-{language}-{name}.pdf"
                path.write_bytes(render(material)[0])
                asked[path] = profiles
    reports = failures(asked)
    assert len(reports) == 3 * len(Kind) * len(LANGUAGES)
    assert {name: failed for name, failed in reports.items() if failed} == {}


def test_two_versions_compared_pass_in_every_language(tmp_path) -> None:
    asked: dict[Path, list[str]] = {}
    for language in LANGUAGES:
        old, new = sample(language), sample(language)
        first = new["parts"][0]["content"]["content"]
        first[0]["content"][0]["text"] += " New words."
        del first[2]
        row = Comparison(language=language, name="Changes", hash="0" * 64)
        row.material = {"old": old, "new": new, "labels": {"old": "A", "new": "B"}}
        path = tmp_path / f"compared-{language}.pdf"
        path.write_bytes(compared(row)[0])
        asked[path] = ["ua-1"]
    assert failures(asked) == {f"compared-{language}.pdf ua-1": {} for language in LANGUAGES}


def test_a_file_with_faults_does_not_pass(tmp_path) -> None:
    page = '<html lang="en"><head><title>x</title></head><body><h1>x</h1><img src="asset:none"></body></html>'
    path = tmp_path / "wrong.pdf"
    path.write_bytes(pdf.render_markup(page, identifier="x", variant="pdf/a-2b")[0])
    assert set(failures({path: ["ua-1", "a-3a"]})) == {"wrong.pdf ua-1", "wrong.pdf a-3a"}
    assert all(failures({path: ["ua-1", "a-3a"]}).values())
