"""veraPDF on what is printed: every kind of document, in three languages, for readers and for the archive."""

from pathlib import Path

import pytest

from documents.masthead import KINDS
from documents.models import Kind
from documents.rendering import archive, pdf
from documents.rendering.sample import sample
from foundation.text import LANGUAGES
from tests.documents.verapdf import failures

pytestmark = pytest.mark.long


def test_every_kind_of_document_in_every_language_passes(tmp_path) -> None:
    pdf.warm()
    asked: dict[Path, list[str]] = {}
    for kind in Kind:
        for language in LANGUAGES:
            material = sample(language)
            material["masthead"]["kind"] = KINDS[language][kind]
            for name, render, profiles in (
                ("page", pdf.render, ["ua-1"]),
                ("archive", archive.render, ["ua-1", "a-3a"]),
            ):
                path = tmp_path / f"{kind}-{language}-{name}.pdf"
                path.write_bytes(render(material)[0])
                asked[path] = profiles
    told = failures(asked)
    assert len(told) == 3 * len(Kind) * len(LANGUAGES)
    assert {name: failed for name, failed in told.items() if failed} == {}


def test_a_file_with_faults_does_not_pass(tmp_path) -> None:
    page = '<html lang="en"><head><title>x</title></head><body><h1>x</h1><img src="asset:none"></body></html>'
    path = tmp_path / "wrong.pdf"
    path.write_bytes(pdf.render_markup(page, identifier="x", variant="pdf/a-2b")[0])
    assert set(failures({path: ["ua-1", "a-3a"]})) == {"wrong.pdf ua-1", "wrong.pdf a-3a"}
    assert all(failures({path: ["ua-1", "a-3a"]}).values())
