import pytest

from texts.compact import CompactError, content_from_compact
from texts.ids import is_id
from texts.schema import ContentRefused, check_content, clean_content, parse, walk, with_ids

TEXT = {"type": "text", "text": "words"}


def doc(*blocks: object) -> dict:
    return {"type": "doc", "content": list(blocks)}


def paragraph(*inline: object, **attrs: object) -> dict:
    return {"type": "paragraph", "attrs": {"id": "abc", **attrs}, "content": list(inline)}


def linked(href: object) -> dict:
    return doc(paragraph({**TEXT, "marks": [{"type": "link", "attrs": {"href": href}}]}))


@pytest.mark.parametrize("href", ["http://idm.example/a?b=c", "https://idm.example/"])
def test_links_to_the_web_are_stored(href) -> None:
    assert check_content(linked(href)) == []


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "/here", "https://a b", "https://a\n", 3,
     'https://x"onclick="y', " https://x"],
)  # fmt: skip
def test_no_other_link_is(href) -> None:
    assert len(check_content(linked(href))) == 1


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "text",
        {"type": "paragraph"},
        doc(),
        doc({"type": "script"}),
        doc(paragraph(TEXT, numbered="yes")),
        doc(paragraph(TEXT, numbered=1)),
        doc(paragraph(TEXT, onclick="x")),
        doc(paragraph({**TEXT, "html": "<b>"})),
        doc(paragraph({"type": "text", "text": ""})),
        doc(paragraph({"type": "text", "text": "a\x00b"})),
        doc(paragraph({"type": "text", "text": 3})),
        doc(paragraph({"type": "figure", "attrs": {"key": "no key"}})),
        doc(paragraph({"type": "figure", "attrs": {"key": "a.b:c:d", "reads": "loudly"}})),
        doc(paragraph({"type": "footnote", "content": [{"type": "footnote"}]})),
        doc({"type": "heading", "attrs": {"id": "abc", "level": 9}}),
        doc({"type": "exhibit", "attrs": {"id": "abc", "key": "../../etc"}}),
        doc(paragraph({**TEXT, "marks": [{"type": "style"}]})),
        doc(paragraph({**TEXT, "marks": ["strong"]})),
        doc({"type": "paragraph", "attrs": {"id": "<b>"}}),
        doc(paragraph(TEXT), paragraph(TEXT)),
    ],
)
def test_nothing_else_can_be_stored(content) -> None:
    assert len(check_content(content)) == 1


def cell(**attrs: object) -> dict:
    return {"type": "table_cell", "attrs": attrs, "content": [{"type": "paragraph"}]}


def table(*rows: list) -> dict:
    return {"type": "table", "attrs": {"id": "tab"}, "content": [{"type": "table_row", "content": row} for row in rows]}


def nested(depth: int) -> dict:
    block: dict = {"type": "paragraph"}
    for _level in range(depth):
        block = {"type": "bullet_list", "content": [{"type": "list_item", "content": [{"type": "paragraph"}, block]}]}
    return doc(block)


def many(kind: str, number: int) -> list:
    return [{"type": kind, "content": [{"type": "paragraph"}]} for _one in range(number)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (doc(table([cell(colspan=100_000)])), "A table has 100000 columns. Reduce them to 40 or fewer."),
        (doc(table([cell(rowspan=100_000)])), "100000 is not between 1 and 200"),
        (nested(200), "The text has more than 24 nested levels. Remove some."),
        (
            doc({"type": "bullet_list", "content": many("list_item", 10_000)}),
            "The text has 10000 list items. Reduce them to 2000 or fewer.",
        ),
        (
            doc(paragraph(*({"type": "footnote"} for _one in range(10_000)))),
            "The text has 10000 footnotes. Reduce them to 1000 or fewer.",
        ),
        (doc(paragraph({"type": "text", "text": "x" * 5_000_000})), "The text is larger than 4 MB. Shorten it."),
    ],
    ids=["colspan", "rowspan", "nesting", "list", "footnotes", "size"],
)
def test_limits_are_named_in_the_message(content, message) -> None:
    errors = check_content(content, ids=False)
    assert message in " ".join(errors)


def test_a_depth_that_would_exhaust_the_stack_is_refused() -> None:
    content: dict = {"type": "paragraph"}
    for _level in range(100_000):
        content = {"type": "list_item", "content": [content]}
    assert len(check_content(doc(content))) == 1
    # Released step by step, because Python would recurse through it.
    while content.get("content"):
        content = content["content"].pop()


def test_cleaned_content_has_whole_attributes_and_ids_of_its_own() -> None:
    twice = {"type": "paragraph", "attrs": {"id": "same"}}
    cleaned = clean_content(doc(twice, twice, {"type": "paragraph"}))
    attrs = [block["attrs"] for block in cleaned["content"]]
    assert attrs[0] == {"id": "same", "numbered": False, "source": "", "source_hash": ""}
    assert len({entry["id"] for entry in attrs}) == 3
    assert all(is_id(entry["id"]) for entry in attrs)
    assert check_content(cleaned) == []


def test_with_ids_leaves_what_has_one() -> None:
    given = clean_content(doc({"type": "paragraph"}))
    assert with_ids(given) == given


def test_a_text_parsed_lately_is_not_parsed_again() -> None:
    content = clean_content(doc(paragraph(TEXT)))
    assert parse(content) is parse({**content})


def test_the_compact_format_makes_what_its_page_says() -> None:
    content = content_from_compact(
        [{"n": "On *this* and {w:people|words|capital}{note:a}", "id": "here"}, {"list": ["a"], "style": "roman"}],
        keys={"w": "app.subject:id"},
        notes={"a": ["See ", {"link": "https://idm.example/", "text": "there"}]},
    )
    kinds = [node["type"] for node in walk(content)]
    assert kinds == [
        "doc", "paragraph", "text", "text", "text", "figure", "footnote", "text", "text", "lettered_list", "list_item",
        "paragraph", "text",
    ]  # fmt: skip
    figure = content["content"][0]["content"][3]["attrs"]
    assert figure == {"key": "app.subject:id:people", "reads": "words", "capital": True, "gender": "m"}
    assert content["content"][1]["attrs"]["style"] == "roman"


@pytest.mark.parametrize("entry", [3, {}, {"nn": "x"}, {"n": "{note:none}"}, {"list": ["x"], "style": "stars"}])
def test_what_is_written_wrongly_is_refused_with_its_place(entry) -> None:
    with pytest.raises(CompactError, match="block 2"):
        content_from_compact(["fine", entry])


def test_a_figure_without_a_valid_key_is_refused_when_the_text_is_stored() -> None:
    with pytest.raises(ContentRefused):
        content_from_compact(["{nothing}"])
