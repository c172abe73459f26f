"""Reading tables as spreadsheets in different countries save them."""

import datetime as dt
import io

import pytest
import xlsxwriter
from django.utils.translation import gettext_lazy

from foundation.refusals import Refused
from foundation.tables.cells import DayOrder, OrderFound, as_choice, as_day, as_yes_or_no, order_of_days
from foundation.tables.exports import csv_bytes, xlsx_bytes
from foundation.tables.incoming import Column, Line, read_table
from foundation.tables.workbooks import MOST_CELLS
from foundation.text import Language
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import CSV, EXCEL

COLUMNS = (Column("code"), Column("text", headings=("texte", "texto")))


def read(content: bytes, kind=CSV) -> list[Line]:
    return read_table(CheckedFile("a.csv", kind, content), COLUMNS).lines


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
    ("content", "message"),
    [
        (b"", ["The file contains no rows. Add at least one row below the headings."]),
        (b"code,text\n,\n", ["The file contains no rows. Add at least one row below the headings."]),
        (
            b"code,text\na,b\0c\n",
            ["The file contains NUL characters. Save it again as CSV in UTF-8."],
        ),
        (
            b"code,colour\na,b\n",
            ["Remove these columns, which cannot be imported: colour.", "Add these columns: text."],
        ),
        (b"code,text,texte\na,b,c\n", ["These columns appear twice: text. Remove one of each."]),
        (b"code,text\na,b,c\n", ["Line 2: a cell has no heading above it. Add a heading or delete the cell."]),
        (b"code,text\n" + b"a,b\n" * 5001, ["The file has more than 5000 rows. Split it."]),
    ],
)
def test_what_is_wrong_with_a_table_is_named(content, message) -> None:
    assert refusals(content) == message


def test_a_cell_of_two_megabytes_is_read() -> None:
    assert len(read(b"code,text\na," + b"x" * (2 << 20))[0].cells["text"]) == 2 << 20


def test_a_column_of_our_exports_that_is_not_imported_is_named_and_left_out() -> None:
    columns = (*COLUMNS, Column("state", taken=False), Column("note", needed=False))
    table = read_table(CheckedFile("a.csv", CSV, b"code,State,text\na,open,b\n"), columns)
    assert (table.lines, table.left_out) == ([Line(2, {"code": "a", "text": "b"})], ["State"])


def test_a_heading_is_known_by_its_label_in_every_language() -> None:
    columns = (Column("author", gettext_lazy("Name")), Column("lang", gettext_lazy("Language")))
    tables = [f"{name};{language}\nAna;fr\n" for name, language in (("Name", "Language"), ("Nom", "Langue"))]
    assert [read_table(CheckedFile("a.csv", CSV, table.encode()), columns).lines for table in tables] == [
        [Line(2, {"author": "Ana", "lang": "fr"})]
    ] * 2


# --- Workbooks --------------------------------------------------------------------------------------------------------


def workbook(*cells: tuple[int, int, object], blank: tuple[int, int] | None = None) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for row, column, value in cells:
        sheet.write(row, column, value)
    if blank:
        sheet.write_blank(*blank, None, book.add_format({"bold": True}))
    book.close()
    return file.getvalue()


HEADS = ((0, 0, "code"), (0, 1, "text"))


def test_cells_of_a_workbook_are_read_as_people_see_them() -> None:
    content = workbook(*HEADS, (1, 0, 12), (1, 1, dt.date(2026, 4, 3)), (3, 0, 1.5), (3, 1, True))
    assert read(content, EXCEL) == [
        Line(2, {"code": "12", "text": "2026-04-03"}),
        Line(4, {"code": "1.5", "text": "yes"}),
    ]


def test_formatted_cells_without_a_value_are_no_part_of_the_table() -> None:
    assert read(workbook(*HEADS, (1, 0, "a"), (1, 1, "b"), blank=(1048575, 16383)), EXCEL) == [
        Line(2, {"code": "a", "text": "b"})
    ]


def refused_workbook(content: bytes) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(content, EXCEL)
    return refused.value.sentences


def test_a_cell_at_the_far_corner_is_refused_before_memory_is_reserved_for_all_between() -> None:
    message = ["The workbook has content too far from the table. Delete the cells outside the table."]
    assert refused_workbook(workbook(*HEADS, (1048575, 16383, "x"))) == message
    assert refused_workbook(workbook(*HEADS, (MOST_CELLS, 0, "x"))) == message


def test_one_long_text_named_by_many_cells_is_refused_before_it_is_copied() -> None:
    long = "x" * 32_000
    cells = [(row, column, long) for row in range(1, 101) for column in range(12)]
    assert refused_workbook(workbook(*HEADS, *cells)) == ["The workbook contains too much text. Split it."]


def test_a_file_that_is_no_workbook_is_refused_in_a_sentence() -> None:
    assert refused_workbook(b"PK\x03\x04 nothing") == ["The workbook cannot be read. Save it again as XLSX."]


# --- Cells ------------------------------------------------------------------------------------------------------------


def test_dates_that_can_be_read_in_one_way_need_no_order() -> None:
    same = ("25/07/2010", "7/25/2010", "25.7.2010", "2010-07-25", "25-07-2010")
    assert [as_day(written) for written in same] == [dt.date(2010, 7, 25)] * 5
    assert [as_day(written) for written in ("05/05/2026", "03.04.2026")] == [dt.date(2026, 5, 5), dt.date(2026, 4, 3)]


def test_a_date_that_can_be_read_in_two_ways_follows_the_order_or_is_refused() -> None:
    read_as = [as_day("03/04/2026", order) for order in (DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST)]
    assert read_as == [dt.date(2026, 4, 3), dt.date(2026, 3, 4)]
    with pytest.raises(Refused, match="“03/04/2026” can be read in two ways"):
        as_day("03/04/2026")


@pytest.mark.parametrize("written", ["12 July", "32/01/2026", "31/02/2026", "12/07/10", "", "٣/٤/2026x"])
def test_what_is_no_date_is_named(written) -> None:
    with pytest.raises(Refused, match="is not a date"):
        as_day(written)


def test_a_date_against_the_chosen_order_is_refused() -> None:
    with pytest.raises(Refused, match="“07/25/2010” is not a date"):
        as_day("07/25/2010", DayOrder.DAY_FIRST)


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        (["03/04/2026", "25/04/2026"], OrderFound(DayOrder.DAY_FIRST, 2, "25/04/2026")),
        (["03/04/2026", "04/25/2026"], OrderFound(DayOrder.MONTH_FIRST, 2, "04/25/2026")),
        (["03/04/2026", "25.04.2026"], OrderFound(None, 1, "03/04/2026", is_open=True)),
        (["25/04/2026", "03/04/2026", "04/25/2026"], OrderFound(None, 2, "03/04/2026", is_open=True)),
        (["05/05/2026", "2026-04-03", "no date"], OrderFound()),
        (["25/04/2026", "04/25/2026"], OrderFound()),
    ],
    ids=["day first", "month first", "nothing tells", "contradiction", "nothing to tell", "each tells its own"],
)
def test_the_order_of_dates_is_read_from_those_that_tell_it(dates, found) -> None:
    assert order_of_days(enumerate(dates, start=1)) == found


def test_a_choice_is_read_by_its_value_or_its_name_in_three_languages() -> None:
    assert [as_choice(Language)(written) for written in ("fr", "FR", "French", "français", "francés")] == ["fr"] * 5
    with pytest.raises(Refused, match="Enter one of these, not “Latin”: en, fr, es"):
        as_choice(Language)("Latin")


def test_yes_and_no_are_read_in_three_languages() -> None:
    assert [as_yes_or_no(written) for written in ("yes", "Oui", "sí", "no", "NON")] == [True, True, True, False, False]
    with pytest.raises(Refused, match="Enter yes or no, not “maybe”"):
        as_yes_or_no("maybe")
