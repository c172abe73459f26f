"""The archive copy, and the table of contents with page numbers."""

import datetime as dt
import io
import json
import re

import pikepdf
import pytest
from pypdf import PdfReader

from tests.factories.documents import ANNEX, NOTE, make_issued, make_rendition
from tests.texts.test_pdf_structure import of_type, outline
from texts.rendering import archive, pdf
from texts.rendering.formats import render_format
from texts.rendering.sample import sample


@pytest.fixture
def note(app):
    return make_issued(NOTE, annex=ANNEX, symbol="IC/2010/9", body="consultations")


@pytest.mark.django_db
def test_every_issue_has_an_archive_copy_at_an_address_of_its_own(client, note) -> None:
    made = make_rendition(note, "pdfa")
    assert (made.file_name, made.report, made.pages) == ("IC-2010-9 EN.archive.pdf", [], 2)
    response = client.get("/documents/IC/2010/9/en.archive.pdf")
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
    note.derestricted_at = dt.datetime(2010, 9, 21, tzinfo=dt.UTC)
    note.save()
    response = client.get("/documents/IC/2010/9/en.archive.pdf")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert b"".join(response.streaming_content if response.streaming else [response.content]) == made.file.read()
    assert 'href="/documents/IC/2010/9/en.archive.pdf"' in client.get("/documents/IC/2010/9/").content.decode()


@pytest.mark.django_db
def test_the_data_of_the_document_are_in_it_with_sources_and_moment(note) -> None:
    content = note.issues.get().content
    file = pikepdf.open(io.BytesIO(make_rendition(note, "pdfa").file.read()))
    (attached,) = file.Root.AF
    assert (str(attached.AFRelationship), str(attached.UF)) == ("/Source", "source.json")
    (name,) = file.attachments
    source = json.loads(file.attachments[name].get_file().read_bytes())
    assert source["parts"] == content["parts"]
    assert source["figures"] == content["figures"]
    assert source["figures"]["docs_tests.facts:one:people"]["source"]["en"] == "List of participants"
    assert source["frozen_at"] == "2010-09-20T07:00:00+00:00"
    (exhibit,) = source["exhibits"].values()
    assert (exhibit["rows"], "svg" in exhibit) == ([["Objectives", "80%"]], False)


def test_it_says_which_standards_it_keeps() -> None:
    file = pikepdf.open(io.BytesIO(archive.render(sample("fr"))[0]))
    (intent,) = file.Root.OutputIntents
    assert (str(intent.S), "/DestOutputProfile" in intent) == ("/GTS_PDFA1", True)
    metadata = file.Root.Metadata.read_bytes().decode()
    assert re.findall(r'(pdfaid:part|pdfaid:conformance|pdfuaid:part)="(\w+)"', metadata) == [
        ("pdfaid:part", "3"),
        ("pdfaid:conformance", "A"),
        ("pdfuaid:part", "1"),
    ]


def test_the_same_material_gives_the_same_archive_copy() -> None:
    material = sample("es")
    assert render_format(material, "pdfa")[0] == render_format(material, "pdfa")[0]


# --- Contents ---------------------------------------------------------------------------------------------------------
def test_contents_name_each_heading_and_annex_with_its_page() -> None:
    material = {**sample("en"), "lists_contents": True}
    content, _facts = pdf.render(material)
    first = PdfReader(io.BytesIO(content)).pages[0].extract_text(extraction_mode="layout")
    lines = [re.sub(r"[\s.]*\.{3,}\s*", " … ", line.strip()) for line in first.splitlines() if "...." in line]
    assert lines == ["Heading … 1", "A. Lettered … 1", "Annex I. - … 2", "Sub-heading … 2"]
    file = pikepdf.open(io.BytesIO(content))
    (contents,) = of_type(file, "/TOC")
    assert outline(contents) == ("TOC", [("TOCI", [("Reference", [("Link", ["@", "…"])])])] * 4)


def test_without_the_wish_there_are_no_contents() -> None:
    assert of_type(pikepdf.open(io.BytesIO(pdf.render(sample("en"))[0])), "/TOC") == []
