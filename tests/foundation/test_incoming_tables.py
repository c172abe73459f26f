"""Reading tables as spreadsheets in different countries save them."""

import datetime as dt

import pytest

from foundation.refusals import Refused
from foundation.tables.exports import csv_bytes, xlsx_bytes
from foundation.tables.incoming import Column, Line, as_day, as_yes_or_no, read_table
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import CSV, EXCEL

COLUMNS = (Column("code"), Column("text", ("texte", "texto")))


def read(content: bytes, kind=CSV) -> list[Line]:
    return read_table(CheckedFile("a.csv", kind, content), COLUMNS)


def refusals(content: bytes) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(content)
    return refused.value.sentences


@pytest.mark.parametrize(
    "content",
    [
        b"code,text\na,\xc3\xa9t\xc3\xa9\n",
        "\ufeffcode;texte\r\na;été\r\n".encode(),
        "Code;Texto\r\na;été\r\n".encode("cp1252"),
        "text\tcode\r\nété\ta\r\n".encode("utf-16"),
        "code,text,,\na,été,,\n,,,\n,,,\n".encode(),
    ],
    ids=["commas", "semicolons and mark", "windows", "unicode text", "blank columns and rows"],
)
def test_every_way_of_saving_gives_the_same_rows(content) -> None:
    assert read(content) == [Line(2, {"code": "a", "text": "été"})]


def test_lines_are_counted_as_in_the_file() -> None:
    content = b'code,text\na,"two\nlines"\n\nb,"=1+1"\n'
    assert read(content) == [Line(2, {"code": "a", "text": "two\nlines"}), Line(5, {"code": "b", "text": "=1+1"})]


def test_our_own_exports_are_read_as_they_were() -> None:
    header, rows = ["code", "text"], [["1", "=SUM(A1)"], ["b", "-dash"], ["c", "'quoted'"]]
    wanted = [Line(place, dict(zip(header, row, strict=True))) for place, row in enumerate(rows, start=2)]
    assert read(csv_bytes(header, rows)) == read(xlsx_bytes(header, rows), EXCEL) == wanted


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ["The file contains no rows."]),
        (
            b"code,text\na,b\0c\n",
            ["The file contains NUL characters. Save it again as CSV in UTF-8."],
        ),
        (
            b"code,colour\na,b\n",
            ["Remove these columns, which are not known here: colour.", "Add these columns: text."],
        ),
        (b"code,text,texte\na,b,c\n", ["These columns appear twice: text."]),
        (b"code,text\na,b,c\n", ["Line 2: a cell has no heading above it."]),
        (b"code,text\n" + b"a,b\n" * 5001, ["The file has more than 5000 rows. Split it."]),
    ],
)
def test_what_is_wrong_with_a_table_is_named(content, said) -> None:
    assert refusals(content) == said


def test_a_cell_of_two_megabytes_is_read() -> None:
    assert len(read(b"code,text\na," + b"x" * (2 << 20))[0].cells["text"]) == 2 << 20


def test_days_are_read_day_first_and_never_guessed() -> None:
    assert [as_day(said) for said in ("12/07/2010", "12.7.2010", "2010-07-12")] == [dt.date(2010, 7, 12)] * 3
    with pytest.raises(Refused, match="is not a date"):
        as_day("07/25/2010")


def test_yes_and_no_are_read_in_three_languages() -> None:
    assert [as_yes_or_no(said) for said in ("yes", "Oui", "sí", "no", "NON")] == [True, True, True, False, False]
    with pytest.raises(Refused, match="neither yes nor no"):
        as_yes_or_no("maybe")
