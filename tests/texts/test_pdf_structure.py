"""The structure of a PDF/UA file, read back with pikepdf, which is not used to write it."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from foundation.text import LANGUAGES
from texts.compact import content_from_compact
from texts.masthead import WORDS
from texts.rendering import pdf
from texts.rendering.sample import sample

LONG = "The exchange turned on what had worked, for whom, and what it asked of everybody concerned. " * 12


@pytest.fixture(scope="module")
def renderer() -> None:
    pdf.warm()


def rendered(blocks: list[Any], notes: dict[str, Any] | None = None, language: str = "en") -> pikepdf.Pdf:
    material = sample(language)
    text = content_from_compact(blocks, notes=notes)
    material["parts"] = [{**material["parts"][0], "content": text}]
    return opened(material)


def opened(material: dict[str, Any]) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf.render(material)[0]))


def elements(node: Any) -> Iterator[Any]:
    yield node
    for kid in kids(node):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from elements(kid)


def kids(node: Any) -> list[Any]:
    held = node.get("/K", [])
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def tree(file: pikepdf.Pdf) -> list[Any]:
    return list(elements(file.Root.StructTreeRoot.K[0]))


def of_type(file: pikepdf.Pdf, *types: str) -> list[Any]:
    return [element for element in tree(file) if str(element.S) in types]


def outline(node: Any) -> Any:
    """Return `("P", [...])`: types of elements, text as "…", annotations as "@"."""
    held = []
    for kid in kids(node):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            held.append(outline(kid))
        else:
            is_annotation = isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
            sign = "@" if is_annotation else "…"
            if not held or held[-1] != sign:
                held.append(sign)
    return str(node.S)[1:], held


def annotation_of(element: Any) -> Any:
    return next(kid.Obj for kid in kids(element) if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR")


# --- Footnotes --------------------------------------------------------------------------------------------------------
def test_every_footnote_is_a_note_behind_its_paragraph_and_linked_both_ways(renderer) -> None:
    notes = {"one": "The first.", "two": ["See ", {"link": "https://example.org/"}, "."]}
    file = rendered([{"n": "Said{note:one} and said again.{note:two}"}, {"n": "After."}], notes)
    assert outline(of_type(file, "/Sect")[0])[1] == [
        ("P", ["…", ("Reference", [("Link", ["@", "…"])]), "…", ("Reference", [("Link", ["@", "…"])])]),
        ("Note", [("Lbl", [("Link", ["@", "…"])]), "…"]),
        ("Note", [("Lbl", [("Link", ["@", "…"])]), "…", ("Link", ["@", "…"]), "…"]),
        ("P", ["…"]),
    ]
    found = of_type(file, "/Note")
    identities = [str(note.ID) for note in found]
    assert identities == ["note-1", "note-2"]
    assert [str(name) for name in file.Root.StructTreeRoot.IDTree.Names][::2] == identities
    calls = [annotation_of(kids(reference)[0]) for reference in of_type(file, "/Reference")]
    backs = [annotation_of(kids(kids(note)[0])[0]) for note in found]
    assert [str(call.Dest) for call in calls] == identities
    assert [str(back.Dest) for back in backs] == ["note-1-call", "note-2-call"]
    assert [str(annotation.Contents) for annotation in (*calls, *backs)] == ["Note 1", "Note 2"] * 2
    destinations = [str(name) for name in file.Root.Names.Dests.Names][::2]
    assert set(destinations) >= {"note-1", "note-2", "note-1-call", "note-2-call"}


def test_footnotes_of_a_table_and_of_a_heading_stand_where_a_note_may(renderer) -> None:
    notes = {"one": "The first."}
    table = {"table": {"title": "", "head": ["What"], "rows": [["One{note:one}"]]}}
    file = rendered([{"h1": "Heading{note:one}"}, table], notes)
    heading, note, table = outline(of_type(file, "/Sect")[0])[1]
    assert (heading[0], note[0]) == ("H2", "Note")
    assert table == (
        "Table",
        [
            ("THead", [("TR", [("TH", [("P", ["…"])])])]),
            (
                "TBody",
                [
                    (
                        "TR",
                        [
                            (
                                "TD",
                                [
                                    ("P", ["…", ("Reference", [("Link", ["@", "…"])])]),
                                    ("Note", [("Lbl", [("Link", ["@", "…"])]), "…"]),
                                ],
                            )
                        ],
                    )
                ],
            ),
        ],
    )


def test_note_is_on_the_page_of_its_call(renderer) -> None:
    """Paragraphs before the note push its call line by line past the foot of the page."""
    pages = []
    for lines in range(2, 14):
        blocks = [*["A line."] * lines, {"n": LONG + "{note:one}" + LONG}]
        file = rendered(blocks, {"one": "The note of this paragraph. " * 4})
        (reference,), (note,) = of_type(file, "/Reference"), of_type(file, "/Note")
        links = (kids(reference)[0], kids(kids(note)[0])[0])
        numbers = {page.obj.objgen: number for number, page in enumerate(file.pages, 1)}
        pages.append(tuple(numbers[link.Pg.objgen] for link in links))
    assert {call for call, _note in pages} == {1, 2}
    assert [call for call, _note in pages] == [note for _call, note in pages]


# --- Content and artifacts --------------------------------------------------------------------------------------------
def test_running_heads_are_artifacts_and_all_else_is_in_the_tree(renderer) -> None:
    file = rendered([LONG, {"h1": "Heading"}, LONG, LONG, LONG])
    assert len(file.pages) > 1
    for number, page in enumerate(file.pages):
        assert outside_of_all_marks(page) == []
        mapped = list(file.Root.StructTreeRoot.ParentTree.Nums[2 * number + 1])
        assert {mcid for mcid, entry in enumerate(mapped) if entry is not None} == mcids_drawn(page)
    heads = [artifact_count(page) for page in file.pages]
    assert (heads[0], all(count >= 2 for count in heads[1:])) == (0, True)


def test_repeated_heading_row_of_a_table_is_tagged_once(renderer) -> None:
    rows = [[f"Row {number}", str(number)] for number in range(120)]
    file = rendered([{"table": {"title": "Many", "head": ["What", "How many"], "rows": rows}}])
    assert len(file.pages) > 2
    (table,) = of_type(file, "/Table")
    assert [name for name, _held in outline(table)[1]] == ["Caption", "THead", "TBody"]
    assert len(of_type(file, "/TH")) == 2
    assert [str(head.A.Scope) for head in of_type(file, "/TH")] == ["/Column"] * 2
    assert len(of_type(file, "/TR")) == 121


def test_a_paragraph_over_two_pages_is_one_element(renderer) -> None:
    file = rendered([LONG * 2, LONG * 2, LONG * 2])
    paragraphs = [element for element in of_type(file, "/P") if len(kids(element)) > 10]
    assert len(paragraphs) == 3
    pages = {kid.Pg.objgen for p in paragraphs for kid in kids(p) if isinstance(kid, pikepdf.Dictionary)}
    assert len(pages) == len(file.pages) - 1


# --- Order, names, languages ------------------------------------------------------------------------------------------
def test_headings_follow_each_other_without_a_gap(renderer) -> None:
    file = rendered([{"h3": "Too deep"}, "Words.", {"h1": "First"}, {"h3": "Deep again"}, {"h2": "Second"}])
    assert [str(element.S) for element in of_type(file, *(f"/H{n}" for n in range(1, 7)))] == [
        "/H1", "/H2", "/H2", "/H3", "/H3",
    ]  # fmt: skip


def test_lists_say_how_they_are_numbered_and_keep_labels_apart_from_bodies(renderer) -> None:
    file = rendered([
        {"list": ["one;", {"item": ["two;", {"list": ["small"], "style": "letters"}]}], "style": "letters"},
        {"list": ["a point"]},
    ])  # fmt: skip
    assert [str(found.A.ListNumbering) for found in of_type(file, "/L")] == ["/LowerAlpha", "/LowerRoman", "/Disc"]
    assert outline(of_type(file, "/L")[0]) == (
        "L",
        [
            ("LI", [("Lbl", ["…"]), ("LBody", [("P", ["…"])])]),
            (
                "LI",
                [
                    ("Lbl", ["…"]),
                    ("LBody", [("P", ["…"]), ("L", [("LI", [("Lbl", ["…"]), ("LBody", [("P", ["…"])])])])]),
                ],
            ),
        ],
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_title_pictures_and_links_are_named(renderer, language) -> None:
    file = opened(sample(language))
    assert str(file.Root.Lang) == language
    assert file.Root.ViewerPreferences.DisplayDocTitle
    assert str(file.docinfo["/Title"]) == f"IC/2010/9 – {WORDS[language]['chart']}"
    annex = of_type(file, "/Sect")[-1]
    assert str(annex.get("/Lang", language)) == "en"
    (drawing,) = of_type(file, "/Figure")
    assert (str(drawing.Alt), str(drawing.Lang)) == ("First: 80%", "en")
    x1, y1, x2, y2 = (float(corner) for corner in drawing.A.BBox)
    assert 0 < x1 < x2 < 596
    assert 0 < y1 < y2 < 842
    descriptions = [str(annotation.Contents) for page in file.pages for annotation in page.get("/Annots", [])]
    assert len(descriptions) >= 5
    assert [words for words in descriptions if not words or words.startswith("#")] == []


# --- Reading content streams ------------------------------------------------------------------------------------------
def outside_of_all_marks(page: Any) -> list[str]:
    depth, outside = 0, []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in {"BDC", "BMC"}:
            depth += 1
        elif str(operator) == "EMC":
            depth -= 1
        elif str(operator) in {"Tj", "TJ", "Do"} and not depth:
            outside.append(str(operands))
    return outside


def mcids_drawn(page: Any) -> set[int]:
    marks = [o for o, operator in pikepdf.parse_content_stream(page) if str(operator) == "BDC"]
    return {int(o[1].MCID) for o in marks if "/MCID" in o[1]}


def artifact_count(page: Any) -> int:
    """Return the number of artifacts that contain text, such as running heads."""
    found, kinds = 0, []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in {"BDC", "BMC"}:
            kinds.append(str(operands[0]))
        elif str(operator) == "EMC":
            kinds.pop()
        elif re.fullmatch("T[jJ]", str(operator)) and "/Artifact" in kinds:
            found += 1
    return found


# --- Long notes -------------------------------------------------------------------------------------------------------
def test_a_note_longer_than_a_page_goes_on_over_the_next_and_is_one_note(renderer) -> None:
    words = " ".join(f"word{number}" for number in range(2000))
    material = sample("en")
    notes = {"long": words, "short": "A short one."}
    text = content_from_compact([{"n": "Call.{note:long} And again.{note:short}"}, {"n": "After."}], notes=notes)
    material["parts"] = [{**material["parts"][0], "content": text}]
    content, _facts = pdf.render(material)
    places: list[tuple[str, float]] = []
    for page in PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=lambda part, cm, tm, _font, _size: places.append((part, tm[5] * cm[3] + cm[5])))
    found = [word for part, _height in places for word in re.findall(r"word\d+", part)]
    assert found == words.split()
    inside = [height for said, height in places if "word" in said]
    assert min(inside) > 50
    assert max(inside) < 780
    file = pikepdf.open(io.BytesIO(content))
    assert len(file.pages) > 3
    long, short = of_type(file, "/Note")
    assert (len(kids(long)) > 100, len(kids(short))) == (True, 2)


# --- Other pages than documents ---------------------------------------------------------------------------------------
def test_text_without_a_paragraph_gets_one_and_changes_are_distinguished(renderer) -> None:
    markup = (
        '<html lang="en"><head><title>x</title></head><body><h1>x</h1><div>Bare <em>words</em>.</div>'
        "<p>It <del>was</del><ins>is</ins> so.</p><dl><dt>What</dt><dd>That</dd></dl></body></html>"
    )
    file = pikepdf.open(io.BytesIO(pdf.render_markup(markup, identifier="x")[0]))
    assert outline(file.Root.StructTreeRoot.K[0])[1] == [
        ("H1", ["…"]),
        ("P", ["…"]),
        ("P", ["…", ("Span", ["…"]), ("Span", ["…"]), "…"]),
        ("P", ["…"]),
        ("P", ["…"]),
    ]
    assert [str(span.A.TextDecorationType) for span in of_type(file, "/Span")] == ["/LineThrough", "/Underline"]


def test_headings_and_last_lines_are_not_separated_at_page_breaks(renderer) -> None:
    after = ["Words in a line. " * 30]
    for lines in range(4, 28, 2):
        blocks = [
            *["A line."] * lines,
            {"h1": "Heading"},
            "It yielded:",
            {"list": [LONG[:180]] * 3},
            {"quote": [LONG[:180]], "by": "Somebody"},
            {"table": {"title": "Title", "head": ["What", "Many"], "rows": [["One", "1"]] * 4}},
            *after,
        ]
        material = sample("en")
        material["parts"] = [{**material["parts"][0], "content": content_from_compact(blocks)}]
        pages = PdfReader(io.BytesIO(pdf.render(material)[0])).pages
        texts = [[line.strip() for line in page.extract_text().splitlines() if line.strip()] for page in pages]
        feet = {text[-1] for text in texts[:-1]}
        heads = {text[2] for text in texts[1:] if len(text) > 2}
        assert feet & {"Heading", "It yielded:", "Title", "What Many"} == set()
        assert {head for head in heads if head.startswith("—")} == set()
