"""Tracked changes give what Word shows when all of them are accepted."""

import pytest

from tests.factories.word_files import WordFile
from texts.schema import Content, plain_text
from texts.word.reader import read_word

CHANGE = "a tracked change (accepted)"


def p(words: str, mark: str = "", look: str = "") -> str:
    mark_properties = f'<w:rPr><w:{mark} w:id="1" w:author="A"/></w:rPr>' if mark else ""
    return f"<w:p><w:pPr>{look}{mark_properties}</w:pPr>{words}</w:p>"


def listed(words: str, number: int) -> str:
    return p(run(words), look=f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')


def run(words: str, name: str = "t") -> str:
    return f'<w:r><w:{name} xml:space="preserve">{words}</w:{name}></w:r>'


def gone(words: str) -> str:
    return f'<w:del w:id="2" w:author="A">{run(words, "delText")}</w:del>'


def away(words: str) -> str:
    return f'<w:moveFrom w:id="3" w:author="A">{run(words)}</w:moveFrom>'


def here(words: str) -> str:
    return f'<w:moveTo w:id="4" w:author="A">{run(words)}</w:moveTo>'


def table(*rows: str) -> str:
    return "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>" + "".join(rows) + "</w:tbl>"


def row(*cells: str, look: str = "") -> str:
    return f"<w:tr>{look}" + "".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def read(*body: str) -> tuple[list[str], list[str]]:
    file = WordFile()
    file.body = list(body)
    imported = read_word(file.bytes())
    return [_said(block) for block in imported.main["content"]], imported.left_out


def _said(block: Content) -> str:
    if block["type"] != "table":
        return plain_text(block)
    return " / ".join(" | ".join(plain_text(cell) for cell in line["content"]) for line in block["content"])


@pytest.mark.parametrize(
    ("body", "says", "changes"),
    [
        ([p(run("This is a"), "ins"), p(run(" split"), "del"), p(run("Para."))], ["This is a", "splitPara."], 2),
        ([p(run("One, "), "del"), p(run("two, "), "del"), p(run("three."))], ["One, two, three."], 2),
        ([p(gone("All of it."), "del"), p(run("Stays."))], ["Stays."], 2),
        ([p(run("Stays.")), p(gone("All of it."), "del")], ["Stays."], 1),
        ([p(away("Moved."), "moveFrom"), p(run("First.")), p(here("Moved."), "moveTo")], ["First.", "Moved."], 4),
        ([p(run("Before a table."), "del"), table(row(p(run("Cell.")), p(run("Other."))))],
         ["Before a table.", "Cell. | Other."], 1),
        ([p(gone("Before a table."), "del"), table(row(p(run("Cell.")), p(run("Other."))))], ["Cell. | Other."], 1),
        ([table(row(p(run("A "), "del") + p(run("b.")), p(gone("c"), "del")))], ["A b. | "], 3),
        ([table(row(p(run("Gone.")), p(run("Too.")), look='<w:trPr><w:del w:id="9"/></w:trPr>'),
                row(p(run("Stays.")), p(run("Too."))))], ["Stays. | Too."], 1),
    ],
    ids=[
        "split and joined", "three in a row", "a whole paragraph", "the last one", "a move", "words before a table",
        "nothing before a table", "in cells", "a row",
    ],
)  # fmt: skip
def test_tracked_changes_read_as_word_shows_them_accepted(body, says, changes) -> None:
    assert read(*body) == (says, [f"{CHANGE} × {changes}" if changes > 1 else CHANGE])


def test_a_joined_paragraph_looks_like_the_later_one() -> None:
    file = WordFile()
    file.body = [p(run("One "), "del"), listed("two.", file.new_list("numbers"))]
    (block,) = read_word(file.bytes()).main["content"]
    assert (plain_text(block), block["attrs"]["numbered"]) == ("One two.", True)


def test_twenty_thousand_deleted_marks_are_joined_within_the_limits() -> None:
    texts, _left_out = read(*[p(run(f"{place} "), "del") for place in range(20_000)], p(run("end.")))
    assert (len(texts), texts[0].startswith("0 1 2 "), texts[0].endswith("19999 end.")) == (1, True, True)


def test_lists_in_cells_stay_lists_in_their_cells() -> None:
    file = WordFile()
    bullets, letters = file.new_list("bullets"), file.new_list("letters")
    lists = listed("Collect", bullets) + listed("Share", letters) + listed("Publish", letters)
    file.body = [table(row(p(run("What")), p(run("Who"))), row(lists, p(run("States"))))]
    (found,) = read_word(file.bytes()).main["content"]
    cell, other = found["content"][1]["content"]
    assert [(block["type"], plain_text(block)) for block in (*cell["content"], *other["content"])] == [
        ("bullet_list", "Collect"),
        ("lettered_list", "SharePublish"),
        ("paragraph", "States"),
    ]
