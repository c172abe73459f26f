"""Word files: numbering by Word itself, and the same document after reading the file again."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from lxml import etree

from documents.assembly import assemble
from documents.models import Document
from tests.documents.libreoffice import converted
from tests.factories.documents import ANNEX, NOTE, make_draft, make_issued
from texts.rendering import docx
from texts.rendering.ooxml.pictures import picture_of
from texts.schema import parse, walk
from texts.word.reader import read_word

pytestmark = pytest.mark.django_db
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EVERYTHING = [
    {"n": "First of all. See {see:annex-a} and {see:later|number}; of *them* **all** {t:people} came.{note:rate}"},
    {"h1": "Attendance of **many**"},
    {
        "n": [
            "Words ",
            {"lang": "fr", "text": "en français"},
            {"break": True},
            {"link": "https://idm.example/x?a=1&b=2"},
        ]
    },
    {"lettered": "Topics"},
    {"n": "Two of these:", "id": "later"},
    {"list": ["one;", {"item": ["two;", {"list": ["small", "smaller"], "style": "letters"}]}], "style": "letters"},
    "Between lists.",
    {"list": ["a sign", {"item": ["and more", "in two paragraphs"]}]},
    {"list": ["first", "second"], "style": "numbers"},
    {"lettered": "More topics"},
    {"n": "A last one  with two spaces and a <sign> & “quotes”."},
    {"table": {"head": ["Part", "Share"], "rows": [["Aims", "80%"], ["=1+1", "2²"]], "title": "Shares"}},
    {"quote": ["Said one.", "Said another."], "by": "Somebody"},
]


@pytest.fixture
def note(app) -> Document:
    return make_draft(EVERYTHING, annex=ANNEX, symbol="IC/2010/9", body="consultations", session_line_en="Round one")


def parts_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def body_of(content: bytes) -> Any:
    return etree.fromstring(parts_of(content)["word/document.xml"].encode())


def whole(content: dict[str, Any]) -> Any:
    """Return the content as stored: adjacent text with the same marks joined, all attributes present."""
    return parse(json.loads(json.dumps(content))).to_json()


def exported(document: Document) -> tuple[dict[str, Any], bytes]:
    material = assemble(document, "en")
    return material, docx.render(material)[0]


def test_exported_and_imported_again_it_is_the_same_document_block_by_block(note) -> None:
    material, content = exported(note)
    imported = read_word(content)
    assert (imported.left_out, imported.notices) == ([], [])
    assert [whole(part.content) for part in imported.parts] == [whole(part["content"]) for part in material["parts"]]
    assert [(p.key, p.title) for p in imported.annexes] == [(p["key"], p["title"]) for p in material["parts"][1:]]
    assert (imported.title, imported.masthead["symbol"], imported.masthead["session_line"]) == (
        "A note", "IC/2010/9", "Round one",
    )  # fmt: skip


def test_words_changed_in_word_come_back_under_their_ids(note) -> None:
    material, content = exported(note)
    texts = parts_of(content)
    changed = (
        texts["word/document.xml"].replace("Between lists.", "Between the lists, changed.").replace(">178<", ">180<")
    )
    imported = read_word(with_part(content, "word/document.xml", changed))
    before = {n["attrs"]["id"]: n for n in material["parts"][0]["content"]["content"]}
    after = {n["attrs"]["id"]: n for n in imported.main["content"]}
    differing = [identity for identity in before if whole_block(before[identity]) != whole_block(after[identity])]
    assert list(before) == list(after)
    assert [words_of(after[identity]) for identity in differing] == [
        # A figure whose text was changed in Word becomes plain text.
        "First of all. See  and ; of them all 180 came.",
        "Between the lists, changed.",
    ]


def test_a_paragraph_added_in_word_finds_its_place(note) -> None:
    material, content = exported(note)
    texts = parts_of(content)
    added = "<w:p><w:r><w:t>A paragraph of the ministry.</w:t></w:r></w:p>"
    marker = texts["word/document.xml"].index("<w:p>", texts["word/document.xml"].index("Between lists."))
    changed = texts["word/document.xml"][:marker] + added + texts["word/document.xml"][marker:]
    imported = read_word(with_part(content, "word/document.xml", changed))
    ids = [n["attrs"]["id"] for n in material["parts"][0]["content"]["content"]]
    came = [n["attrs"]["id"] for n in imported.main["content"]]
    assert [identity for identity in came if identity in ids] == ids
    new = [n for n in imported.main["content"] if n["attrs"]["id"] not in ids]
    assert [(n["type"], words_of(n)) for n in new] == [("paragraph", "A paragraph of the ministry.")]


def test_without_the_embedded_data_the_structure_is_the_same(note) -> None:
    material, content = exported(note)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        bare = io.BytesIO()
        with zipfile.ZipFile(bare, "w") as target:
            for name in archive.namelist():
                if not name.startswith("customXml"):
                    target.writestr(name, archive.read(name))
    imported = read_word(bare.getvalue())
    kinds = [[block["type"] for block in part.content["content"]] for part in imported.parts]
    asked = [block["type"] for block in material["parts"][0]["content"]["content"]]
    assert kinds[0] == asked
    assert [n["attrs"]["id"] for n in walk(imported.main) if n["type"] == "paragraph"] == [
        n["attrs"]["id"] for n in walk(material["parts"][0]["content"]) if n["type"] == "paragraph"
    ]


def test_the_same_material_gives_the_same_bytes(note) -> None:
    material = assemble(note, "en")
    assert docx.render(material)[0] == docx.render(material)[0]


def test_word_counts_refers_and_repeats_by_itself(note) -> None:
    _material, content = exported(note)
    texts = parts_of(content)
    body = texts["word/document.xml"]
    assert (body.count("<w:footnoteReference "), texts["word/footnotes.xml"].count("The rate was ")) == (2, 2)
    assert re.findall(r'w:pStyle w:val="(Title|Heading\d|AnnexLabel)"', body) == [
        "Title", "Heading1", "Heading2", "Heading2", "AnnexLabel",
    ]  # fmt: skip
    assert re.findall(r"REF (\S+) \\r", body) == ["_b_later"]
    assert 'w:name="_b_later"' in body
    assert (body.count("<w:tblHeader/>"), " PAGE " in texts["word/header1.xml"]) == (2, True)
    numbered = [p.find(f".//{W}numId").get(f"{W}val") for p in styled(content, "NumberedParagraph")]
    assert (len(numbered), len(set(numbered))) == (4, 1)
    # Numbers of paragraphs are not typed as text.
    assert not any(re.match(r"\d+\.", "".join(p.itertext()).strip()) for p in styled(content, "NumberedParagraph"))
    assert '<w:lang w:val="en"/>' in texts["word/styles.xml"]


def test_a_chart_is_a_picture_with_words_for_who_does_not_see_it(note) -> None:
    _material, content = exported(note)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        picture = archive.read("word/media/picture1.png")
    assert picture.startswith(b"\x89PNG")
    assert 'descr="Objectives: 80%"' in parts_of(content)["word/document.xml"]


def test_a_drawing_of_other_shapes_is_left_to_its_table() -> None:
    assert picture_of('<svg width="10" height="10"><path d="M0 0"/></svg>') is None
    assert picture_of('<svg width="99999" height="10"><rect/></svg>') is None
    assert picture_of("no drawing") is None


def test_embedded_data_is_not_trusted(note) -> None:
    _material, content = exported(note)
    forged = (
        parts_of(content)["customXml/item1.xml"].replace("surveys", "x").replace('"type":"paragraph"', '"type":"doc"')
    )
    imported = read_word(with_part(content, "customXml/item1.xml", forged))
    assert "First of all. See " in words_of(imported.main["content"][0])
    nonsense = '<document xmlns="urn:idm-portal:document">{"blocks": [[1], {"type": 3}], "objects": 7</document>'
    assert read_word(with_part(content, "customXml/item1.xml", nonsense)).main["content"][0]["type"] == "paragraph"


def test_a_withdrawn_figure_is_reported(app) -> None:
    draft = make_draft(["So many: {t:later}."])
    assert docx.render(assemble(draft, "en"))[1] == {
        "report": ["“votes (docs_tests.facts:one:later)”: not available yet"]
    }


def test_an_annex_that_heads_itself_keeps_its_title_in_the_list(app) -> None:
    note = make_draft(NOTE, annex=[{"h1": "Their words"}, "In the annex."])
    note.parts.filter(kind="annex").update(heads_itself=True)
    material, content = exported(note)
    body = "".join(body_of(content).itertext())
    assert (body.count("What they said"), body.count("Their words")) == (1, 1)
    imported = read_word(content)
    assert (imported.annexes[0].title, imported.annexes[0].heads_itself) == ("What they said", True)
    assert whole(imported.annexes[0].content) == whole(material["parts"][1]["content"])


# --- Opened by another program ----------------------------------------------------------------------------------------
@pytest.mark.long
def test_libreoffice_reads_footnotes_numbering_and_headings(note, tmp_path) -> None:
    _material, content = exported(note)
    saved = converted(content, tmp_path, "odt")
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        written = archive.read("content.xml").decode()
    assert written.count('text:note-class="footnote"') == 2
    assert re.findall(r'<text:h [^>]*outline-level="(\d)"', written) == ["1", "2", "2", "1", "1"]
    assert written.count("<text:list-item") >= 12
    assert written.count("<table:table-header-rows") == 2
    assert (written.count("<draw:image"), written.count("text:bookmark-ref") > 0) == (1, True)


@pytest.mark.long
def test_saved_by_libreoffice_it_is_still_the_same_document(note, tmp_path) -> None:
    material, content = exported(note)
    imported = read_word(converted(content, tmp_path, "docx"))
    assert [whole(part.content) for part in imported.parts] == [whole(part["content"]) for part in material["parts"]]


def with_part(content: bytes, name: str, text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            target.writestr(entry, text if entry == name else source.read(entry))
    return made.getvalue()


def styled(content: bytes, style: str) -> list[Any]:
    paragraphs = body_of(content).iter(f"{W}p")
    return [p for p in paragraphs if (s := p.find(f"{W}pPr/{W}pStyle")) is not None and s.get(f"{W}val") == style]


def whole_block(block: dict[str, Any]) -> Any:
    return whole({"type": "doc", "content": [block]})


def words_of(block: dict[str, Any]) -> str:
    return "".join(n["text"] for n in walk(block) if n["type"] == "text").replace("The rate was .", "")


def test_an_issued_document_is_written_as_it_was_issued(app) -> None:
    issued = make_issued(NOTE, annex=ANNEX)
    material = issued.issues.get().content
    assert "attended by 178 people" in "".join(body_of(docx.render(material)[0]).itertext()).replace("\n", "")
