import io

import openpyxl
import pytest

from foundation.tables.datafiles import DataFileError, read_csv, read_json
from foundation.tables.demodata import DemoLoad
from foundation.tables.exports import csv_bytes, xlsx_bytes
from foundation.time.clock import database_now

FORMULAS = ["=1+1", "+41 22", "-5", "@SUM(A1)", "\tx", "\rx"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_cell_that_a_spreadsheet_would_compute_is_quoted_in_csv(cell):
    text = csv_bytes(["a"], [[cell]]).decode("utf-8-sig")
    assert text.splitlines()[1].strip('"').startswith("'" + cell[0].strip("\r") if cell[0] != "\r" else "'")


def test_xlsx_keeps_text_as_text_and_numbers_as_numbers():
    content = xlsx_bytes(["what", "n"], [[cell, 3] for cell in FORMULAS[:4]] + [["http://idm.example", None]])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == [*FORMULAS[:4], "http://idm.example"]
    assert [row[0].data_type for row in rows] == ["s"] * 5
    assert [row[1].value for row in rows] == [3, 3, 3, 3, None]
    assert rows[4][0].hyperlink is None


def test_same_table_is_the_same_bytes(time_machine):
    time_machine.move_to("2010-07-19")
    first = xlsx_bytes(["State"], [["Australia"]])
    time_machine.move_to("2011-07-19")
    assert xlsx_bytes(["State"], [["Australia"]]) == first


def write(folder, text, name="people.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_are_stripped_and_know_their_line(tmp_path):
    path = write(tmp_path, "code,name\n au , Australia \nfr,France\n")
    rows = list(read_csv(path, columns={"code", "name"}))
    assert [(dict(row), row.line) for row in rows] == [
        ({"code": "au", "name": "Australia"}, 2),
        ({"code": "fr", "name": "France"}, 3),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("code\nau\n", "people.csv, line 1: the column name is missing"),
        ("code,name\nau,A\nau,B\n", "people.csv, line 3: au is already in line 2"),
        ("code,name\nau\n", "people.csv, line 2: the number of cells differs from the header's"),
        ("code,name\nau,A,B\n", "people.csv, line 2: the number of cells differs from the header's"),
    ],
)
def test_complaint_names_file_and_line(tmp_path, text, complaint):
    with pytest.raises(DataFileError) as error:
        list(read_csv(write(tmp_path, text), columns={"code", "name"}, unique=("code",)))
    assert str(error.value) == complaint


def test_broken_json_names_file_and_line(tmp_path):
    with pytest.raises(DataFileError, match=r"^totals\.json, line 2: not JSON"):
        read_json(write(tmp_path, '{"a": 1,\n"b" 2}', "totals.json"))


@pytest.mark.django_db
def test_total_that_does_not_add_up_is_refused(tmp_path):
    demo = DemoLoad(folder=tmp_path, now=database_now())
    demo.check_total(tmp_path / "people.csv", "participants", 178, 178)
    with pytest.raises(
        DataFileError, match=r"people\.csv: participants: the rows give 177, the published total is 178"
    ):
        demo.check_total(tmp_path / "people.csv", "participants", 177, 178)
