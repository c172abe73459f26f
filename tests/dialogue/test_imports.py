"""Contributions are imported from a table: uploaded, previewed line by line, imported."""

import csv
import datetime as dt
import io
import re

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from dialogue import services
from dialogue.models import Contribution
from foundation.jobs.models import Job
from foundation.jobs.services import run_job
from foundation.tables import uploads
from foundation.tables.exports import csv_bytes, xlsx_bytes
from foundation.tables.models import TableUpload
from foundation.uploads.models import StoredFile
from tests.factories.dialogue import make_contribution, make_partner_dialogue
from tests.factories.membership import make_staff

pytestmark = pytest.mark.django_db
HEADS = ["code", "topic", "text", "language", "written_on"]
HEADS += ["author_name", "author_description", "may_quote", "attribution"]
FIRST = ["first", "1", "Words of Ana.", "en", "2010-07-12", "Ana", "a nurse", "yes", "name"]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield tmp_path


@pytest.fixture
def dialogue():
    return make_partner_dialogue("movement")


@pytest.fixture
def editor(sign_in):
    return sign_in(make_staff("editor"))


def line(code="first", **more):
    row = dict(zip(HEADS, FIRST, strict=True)) | {"code": code, **more}
    return [row[name] for name in HEADS]


def upload(client, dialogue, rows=(FIRST,), *, heads=HEADS, name="forum.csv", content=None, **more):
    """Upload a table and return the response."""
    made = xlsx_bytes if name.endswith(".xlsx") else csv_bytes
    file = SimpleUploadedFile(name, made(heads, rows) if content is None else content)
    data = {"file": file, "source": "Forum", "approved": "on"} | more
    return client.post(reverse("dialogue:import", args=[dialogue.slug]), data)


def preview(client, dialogue, rows=(FIRST,), **more):
    """Upload a table and return its preview as (address, response)."""
    answer = upload(client, dialogue, rows, **more)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer["Location"], client.get(answer["Location"])


def rows_on(page):
    """Return (number, result, {column: notes on the cell}) for each line of the preview."""
    found = lxml.html.fromstring(page.content.decode()).cssselect(".import-rows tbody tr")
    return [
        (
            row[0].text_content().strip(),
            " ".join(row[1].text_content().lower().split()),
            {
                cell.get("data-label"): " ".join(part.text_content().strip() for part in cell.cssselect("p, del, ins"))
                for cell in row[2:]
                if cell.cssselect("p, del, ins")
            },
        )
        for row in found
    ]


def press_import(client, address, page):
    return client.post(address, {"shown": page.context["upload"].shown})


def written():
    held = Contribution.objects.order_by("topic__position", "code")
    return list(held.values_list("topic__position", "code", "text", "author_name"))


# --- The preview ------------------------------------------------------------------------------------------------------


def test_nothing_is_written_before_import_is_pressed_and_all_of_it_after(editor, dialogue):
    address, page = preview(editor, dialogue, [line(), line("second", topic="2", author_name="Bo")])
    assert rows_on(page) == [("2", "new", {}), ("3", "new", {})]
    assert (b"Import 2 rows" in page.content, written()) == (True, [])
    done = press_import(editor, address, page)
    assert (done.status_code, done["Location"]) == (302, address)
    assert written() == [(1, "first", "Words of Ana.", "Ana"), (2, "second", "Words of Ana.", "Bo")]
    assert b"2 rows were imported." in editor.get(address).content
    assert set(Contribution.objects.values_list("state", "source")) == {("approved", "Forum")}


def test_rows_that_were_not_public_at_their_source_await_moderation(editor, dialogue):
    address, page = preview(editor, dialogue, approved="")
    press_import(editor, address, page)
    assert Contribution.objects.values_list("state", "source").get() == ("submitted", "Forum")


def test_each_line_says_whether_it_is_new_changed_unchanged_or_refused_and_why(editor, dialogue):
    first = dialogue.topics.first()
    for code, name in (("same", "Ana"), ("other", "Anna"), ("fixed", "Ana")):
        text = "Other words." if code == "fixed" else "Words of Ana."
        imported = {"origin": "imported", "source": "Forum", "language": "en", "author_description": "a nurse"}
        make_contribution(first, code=code, text=text, author_name=name, **imported)
    rows = [
        line("new"),
        line("same"),
        line("other", may_quote="no"),
        line("fixed"),
        line("wrong", topic="7"),
        line("wrong", language="xx", written_on="12 July"),
        line("new", text="Twice."),
        line("no text", text=""),
    ]
    _address, page = preview(editor, dialogue, rows)
    assert rows_on(page) == [
        ("2", "new", {}),
        ("3", "unchanged", {}),
        ("4", "changed", {
            "Name": "before:Anna after:Ana",
            "May be quoted": "before:yes after:no",
            "Attribution": "before:name after:none",
        }),
        ("5", "with errors", {
            "Contribution": "A contribution with this code already exists with a different text. Use a new code.",
        }),
        ("6", "with errors", {"No.": "Question 7 does not exist. Enter the number of a question in this dialogue."}),
        ("7", "with errors", {
            "Language": "Enter one of these, not “xx”: en, fr, es.",
            "Written on": "“12 July” is not a date. Enter a date such as 12/07/2010 (day first) or 2010-07-12.",
        }),
        ("8", "with errors", {"No.": "The same row is already in line 2. Remove one of them."}),
        ("9", "with errors", {"Contribution": "Fill in this cell."}),
    ]  # fmt: skip
    assert [(name, count) for name, _kind, _label, count in page.context["counts"]] == [
        ("new", 1), ("changed", 1), ("unchanged", 1), ("refused", 5),
    ]  # fmt: skip


def test_import_corrects_what_changed_and_never_the_text(editor, dialogue):
    held = make_contribution(
        dialogue.topics.first(), code="first", text="Words of Ana.", author_name="Anna", origin="imported", source="F"
    )
    address, page = preview(editor, dialogue, [line(), line("second", topic="9")])
    press_import(editor, address, page)
    held.refresh_from_db()
    assert (held.author_name, held.author_description, held.text, held.source) == (
        "Ana", "a nurse", "Words of Ana.", "F",
    )  # fmt: skip
    assert (held.edit_version, len(written())) == (2, 1)


def test_a_contribution_submitted_on_the_portal_is_not_changed_by_an_import(editor, dialogue):
    make_contribution(dialogue.topics.first(), code="first", text="Words of Ana.", author_name="Anna")
    _address, page = preview(editor, dialogue)
    message = "This contribution was submitted on this portal, so an import cannot change it. Remove the row."
    assert rows_on(page) == [("2", "with errors", {"Code": message})]


def test_a_column_that_the_file_has_not_leaves_what_is_there(editor, dialogue):
    make_contribution(
        dialogue.topics.first(), code="first", text="Words of Ana.", language="en",
        written_on=dt.date(2010, 7, 12), origin="imported", source="F",
    )  # fmt: skip
    _address, page = preview(editor, dialogue, [[*FIRST[:5], "yes"]], heads=[*HEADS[:5], "may_quote"])
    assert (rows_on(page), b"The file contains no changes." in page.content) == ([("2", "unchanged", {})], True)


def test_the_preview_is_in_the_language_of_its_reader(editor, dialogue):
    address, _page = preview(editor, dialogue, [line(language="xx")])
    page = editor.get(f"/fr{address}")
    assert [outcome for _line, outcome, _beside in rows_on(page)] == ["avec erreurs"]
    assert "Saisissez l’une de ces valeurs" in page.content.decode()


def test_long_files_are_paged_and_filtered(editor, dialogue):
    rows = [line(f"c-{number}", topic="1" if number % 50 else "9") for number in range(1, 251)]
    address, page = preview(editor, dialogue, rows)
    last = editor.get(address, {"page": 3})
    refused = editor.get(address, {"show": "refused"})
    assert [len(rows_on(answer)) for answer in (page, last)] == [100, 50]
    assert [number for number, *_rest in rows_on(refused)] == ["51", "101", "151", "201", "251"]


def test_markup_in_cells_is_shown_as_text(editor, dialogue):
    markup = "<b onclick=alert(1)>"
    _address, page = preview(editor, dialogue, [line(text=markup, topic=markup)])
    assert (markup in page.text, page.text.count("&lt;b onclick=alert(1)&gt;")) == (False, 3)


QUERIES = (31, 6, 56)


@pytest.mark.parametrize("number", [1, 40])
def test_the_pages_take_as_many_queries_for_many_lines(editor, dialogue, number):
    rows = [line(f"c-{n}") for n in range(number)] + [line(f"old-{n}", author_name="Bo") for n in range(number)]
    for n in range(number):
        make_contribution(
            dialogue.topics.first(), code=f"old-{n}", text="Words of Ana.", origin="imported", source="Forum"
        )
    with CaptureQueriesContext(connection) as sent:
        answer = upload(editor, dialogue, rows)
    with CaptureQueriesContext(connection) as looked:
        page = editor.get(answer["Location"])
    assert [outcome for _line, outcome, _beside in rows_on(page)] == ["new"] * number + ["changed"] * number
    with CaptureQueriesContext(connection) as pressed:
        press_import(editor, answer["Location"], page)
    assert Contribution.objects.filter(author_name__in=["Ana", "Bo"]).count() == 2 * number
    assert (len(sent), len(looked), len(pressed)) == QUERIES


# --- Invalid files ----------------------------------------------------------------------------------------------------

ROW = "first;1;Été à Genève;fr;12/07/2010;Aïssatou Bâ;enseignante à Dakar;oui;name"


@pytest.mark.parametrize(
    "content",
    [
        f"{';'.join(HEADS)}\r\n{ROW}\r\n".encode("utf-8-sig"),
        f"{';'.join(HEADS)}\r\n{ROW}\r\n".encode("cp1252"),
        f"{';'.join(HEADS)}\r\n{ROW}\r\n".replace(";", "\t").encode("utf-16"),
        f"{';'.join(HEADS)};\r\n;;;;;;;;;\r\n{ROW};\r\n;;;;;;;;;\r\n".encode(),
    ],
    ids=["semicolons, UTF-8 with mark", "Windows-1252", "UTF-16", "blank rows and columns"],
)
def test_a_table_is_read_as_spreadsheets_save_it(editor, dialogue, content):
    address, _page = preview(editor, dialogue, content=content)
    editor.post(address, {"day_order": "day"})
    press_import(editor, address, editor.get(address))
    assert list(Contribution.objects.values_list("text", "author_name", "written_on", "may_quote")) == [
        ("Été à Genève", "Aïssatou Bâ", dt.date(2010, 7, 12), True)
    ]


def test_a_workbook_works_like_a_csv_file(editor, dialogue):
    rows = [line(), line("second", topic="9")]
    address, page = preview(editor, dialogue, rows, name="forum.xlsx")
    assert rows_on(page) == [
        ("2", "new", {}),
        ("3", "with errors", {"No.": "Question 9 does not exist. Enter the number of a question in this dialogue."}),
    ]
    press_import(editor, address, page)
    assert written() == [(1, "first", "Words of Ana.", "Ana")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"code,topic\na\0,1\n", ["The file contains NUL characters. Save it again as CSV in UTF-8."]),
        (
            b"title/en;body/en\nOne;Words\n;More\n",
            [
                "Remove these columns, which cannot be imported: title/en, body/en.",
                "Add these columns: code, topic, text, language, written_on, may_quote.",
            ],
        ),
    ],
    ids=["NUL", "another platform's columns"],
)
def test_a_file_that_cannot_be_read_is_named_beside_its_field_and_not_stored(editor, dialogue, content, message):
    answer = upload(editor, dialogue, content=content)
    assert (answer.status_code, answer.context["form"].errors["file"]) == (400, message)
    assert (TableUpload.objects.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_our_own_export_comes_back_unchanged_in_every_language(editor, dialogue, kind, language):
    topic = dialogue.topics.first()
    make_contribution(topic, text="=1+1", author_name="@Ana", origin="imported", source="Forum")
    make_contribution(topic, text="Two\n\nparagraphs", attribution="description", author_description="a nurse")
    make_contribution(topic, may_quote=False, attribution="none", state="hidden")
    with translation.override(language):
        url = reverse("dialogue:contributions_table", args=[dialogue.slug, kind])
    table = editor.get(url).content
    _address, page = preview(editor, dialogue, content=table, name=f"ours.{kind}")
    plan = page.context["upload"].plan
    assert (plan["counts"]["unchanged"], len(rows_on(page)), len(plan["left_out"])) == (3, 3, 4)


# --- Days -------------------------------------------------------------------------------------------------------------


def days(client, dialogue, *written_on):
    rows = [line(f"c-{number}", written_on=day) for number, day in enumerate(written_on)]
    return preview(client, dialogue, rows)


def test_the_order_of_day_and_month_is_read_from_the_other_lines_and_said(editor, dialogue):
    address, page = days(editor, dialogue, "03/04/2010", "25/04/2010")
    assert "Dates are read day first, as line 3 shows (25/04/2010)." in page.content.decode()
    press_import(editor, address, page)
    assert sorted(Contribution.objects.values_list("written_on", flat=True)) == [
        dt.date(2010, 4, 3),
        dt.date(2010, 4, 25),
    ]


def test_an_ambiguous_date_is_named_and_the_order_chosen_on_the_page(editor, dialogue):
    address, page = days(editor, dialogue, "03/04/2010")
    two_ways = "“03/04/2010” can be read in two ways. Choose the order of day and month."
    assert rows_on(page) == [("2", "with errors", {"Written on": two_ways})]
    assert "Dates such as 03/04/2010 in line 2 can be read in two ways." in page.content.decode()
    assert editor.post(address, {"day_order": "month"})["Location"] == address
    page = editor.get(address)
    assert rows_on(page) == [("2", "new", {})]
    press_import(editor, address, page)
    assert Contribution.objects.get().written_on == dt.date(2010, 3, 4)


# --- The import -------------------------------------------------------------------------------------------------------


def test_what_changed_since_the_preview_is_shown_and_nothing_is_imported(editor, dialogue):
    address, page = preview(editor, dialogue, [line(), line("second")])
    row = dict(zip(HEADS, FIRST, strict=True)) | {"topic": 1, "may_quote": True, "author_name": "Somebody"}
    row["written_on"] = dt.date(2010, 7, 12)
    services.import_contributions(dialogue=dialogue, rows=[row], source="Forum")
    late = press_import(editor, address, page)
    assert (late.status_code, rows_on(late)[0][:2], late.context["differs"]) == (409, ("2", "changed"), [2])
    assert "The data changed after you opened the preview." in late.content.decode()
    assert written() == [(1, "first", "Words of Ana.", "Somebody")]
    assert press_import(editor, address, late).status_code == 302
    assert [name for *_rest, name in written()] == ["Ana", "Ana"]


def test_a_page_that_is_older_than_the_preview_imports_nothing(editor, dialogue):
    address, page = days(editor, dialogue, "03/04/2010", "2010-07-12")
    editor.post(address, {"day_order": "day"})
    late = press_import(editor, address, page)
    assert (late.status_code, written()) == (409, [])
    assert "This preview is out of date." in late.content.decode()


def test_a_dialogue_that_was_concluded_since_the_preview_takes_nothing(editor, dialogue):
    address, page = preview(editor, dialogue)
    type(dialogue).objects.filter(pk=dialogue.pk).update(state="concluded")
    late = press_import(editor, address, page)
    assert (late.status_code, written()) == (409, [])
    assert "You cannot change a dialogue that has been concluded." in late.content.decode()
    assert upload(editor, dialogue).context["form"].non_field_errors() == [
        "You cannot change a dialogue that has been concluded."
    ]


def test_import_pressed_in_two_tabs_imports_once(editor, dialogue):
    address, page = preview(editor, dialogue)
    answers = [press_import(editor, address, page) for _tab in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, address)] * 2
    assert len(written()) == 1


def test_refused_rows_are_downloaded_corrected_and_sent_again(editor, dialogue):
    address, page = preview(editor, dialogue, [line(), line("second", topic="9", text="=1+1")])
    press_import(editor, address, page)
    table = editor.get(f"{address}refused.csv").content
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert [(row["code"], row["text"], row["problem"]) for row in rows] == [
        ("second", "'=1+1", "No.: Question 9 does not exist. Enter the number of a question in this dialogue.")
    ]
    corrected = table.replace(b"second,9", b"second,2")
    address, page = preview(editor, dialogue, content=corrected)
    press_import(editor, address, page)
    assert written() == [(1, "first", "Words of Ana.", "Ana"), (2, "second", "=1+1", "Ana")]


# --- Long files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def long_file(editor, dialogue, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_AT_ONCE", 1)
    return preview(editor, dialogue, [line("a"), line("b"), line("c", topic="9")])


def test_a_long_file_is_imported_by_a_job_whose_progress_is_shown(editor, long_file):
    address, page = long_file
    assert press_import(editor, address, page)["Location"] == address
    assert (b"waiting" in editor.get(address).content, written()) == (True, [])
    assert b"<html" not in editor.get(address, headers={"hx-request": "true"}).content
    job = Job.objects.get()
    assert (run_job(str(job.pk)), [code for _topic, code, *_rest in written()]) == ("ready", ["a", "b"])
    assert editor.get(address, headers={"hx-request": "true"})["HX-Refresh"] == "true"
    assert b"2 rows were imported." in editor.get(address).content


def test_a_job_that_runs_twice_imports_once(editor, long_file):
    address, page = long_file
    press_import(editor, address, page)
    job = Job.objects.get()
    run_job(str(job.pk))
    assert uploads.import_by_job(None, **job.arguments) == {"imported": True}
    assert len(written()) == 2


def test_a_job_that_meets_changed_data_imports_nothing_and_shows_it(editor, dialogue, long_file):
    address, page = long_file
    press_import(editor, address, page)
    make_contribution(dialogue.topics.first(), code="a", text="Other words.", origin="imported", source="F")
    run_job(str(Job.objects.get().pk))
    page = editor.get(address)
    assert (page.context["differs"], rows_on(page)[0][1], len(written())) == ([2], "with errors", 1)


def test_a_job_whose_import_was_cancelled_says_so(editor, long_file):
    address, page = long_file
    press_import(editor, address, page)
    editor.post(f"{address}cancel/")
    job = Job.objects.get()
    assert (run_job(str(job.pk)), written()) == ("failed", [])
    job.refresh_from_db()
    assert job.error == "The import was cancelled."


# --- What is stored ---------------------------------------------------------------------------------------------------


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_cancelling_deletes_the_upload_and_its_file_also_when_pressed_twice(editor, dialogue, folder):
    address, _page = preview(editor, dialogue)
    assert len(files(folder)) == 1
    done = [editor.post(f"{address}cancel/")["Location"] for _time in range(2)]
    assert done == [reverse("dialogue:manage", args=[dialogue.slug])] * 2
    assert (TableUpload.objects.count(), StoredFile.objects.count(), files(folder), written()) == (0, 0, [], [])


def test_an_import_deletes_its_file_and_keeps_only_the_refused_rows(editor, dialogue, folder):
    address, page = preview(editor, dialogue, [line(), line("second", topic="9")])
    press_import(editor, address, page)
    assert (StoredFile.objects.count(), files(folder)) == (0, [])
    assert [row[0] for row in TableUpload.objects.get().plan["rows"]] == [3]


def test_a_file_that_was_uploaded_twice_stays_until_the_second_is_cancelled(editor, dialogue, folder):
    addresses = [preview(editor, dialogue)[0] for _time in range(2)]
    editor.post(f"{addresses[0]}cancel/")
    assert (len(files(folder)), editor.get(addresses[1]).status_code) == (1, 200)
    editor.post(f"{addresses[1]}cancel/")
    assert files(folder) == []


def test_uploads_are_swept_after_some_days(editor, dialogue, folder):
    preview(editor, dialogue)
    uploaded = TableUpload.objects.get().uploaded_at
    uploads.sweep_uploads(uploaded + uploads.KEPT_FOR)
    assert TableUpload.objects.count() == 1
    uploads.sweep_uploads(uploaded + uploads.KEPT_FOR + dt.timedelta(seconds=1))
    assert (TableUpload.objects.count(), files(folder)) == (0, [])


def test_an_upload_is_its_senders_only_and_of_its_dialogue_only(editor, sign_in, dialogue):
    address, _page = preview(editor, dialogue, [line(topic="9")])
    other = make_partner_dialogue("other")
    elsewhere = address.replace("movement", "other")
    foreign = sign_in(make_staff("editor"))
    assert [foreign.get(url).status_code for url in (address, f"{address}refused.csv")] == [404, 404]
    assert (editor.get(elsewhere).status_code, other.slug) == (404, "other")
    foreign.post(f"{address}cancel/")
    assert editor.get(address).status_code == 200
    listed = [re.search(r"forum.csv", client.get(reverse("dialogue:import", args=[dialogue.slug])).text) is not None
              for client in (editor, foreign)]  # fmt: skip
    assert listed == [True, False]
