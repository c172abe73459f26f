"""Every address that takes a file refuses one whose content does not match its name, and stores nothing of it."""

import ast
import functools
import inspect
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import lxml.html
import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import get_resolver, reverse
from PIL import Image

from foundation.text import LANGUAGES
from foundation.uploads.forms import UploadField
from foundation.uploads.kinds import EXCEL, LARGEST_UPLOAD, PICTURES, POWERPOINT, WORD, endings_of
from tests.access import ROLES, addresses
from tests.creating import CREATING
from tests.factories import files
from tests.factories.files import office, pdf
from tests.submissions import Sent, form_on, rows_everywhere

MZ = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 200
PAGE = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OFFICE = {".docx": WORD, ".xlsx": EXCEL, ".pptx": POWERPOINT}
VBA = "application/vnd.ms-office.vbaProject"
SHEET = {"xlsx": EXCEL.media_type}
OWN = {path.parent.name for path in settings.BASE_DIR.glob("*/apps.py")} | {"texts"}
PYTHON = [path for app in sorted(OWN) for path in (settings.BASE_DIR / app).rglob("*.py")]


class Attack(NamedTuple):
    name: str
    content: bytes
    says: str


def _macros(ending: str) -> bytes:
    main = OFFICE[ending].main_part.replace("main+xml", "macroEnabled.main+xml")
    return office(OFFICE[ending], main_type=main)


def _packed(ending: str) -> bytes:
    return office(OFFICE[ending], {"media/a.png": b"\0" * (40 << 20)}, defaults={"png": "image/png"})


def _nested(ending: str) -> bytes:
    book = office(EXCEL, {f"xl/media/{n}.png": b"\0" * 1_000_000 for n in range(60)}, defaults={"png": "image/png"})
    return office(OFFICE[ending], {f"embeddings/{n}.xlsx": book for n in range(4)}, defaults=SHEET)


def _of_office(ending: str) -> Iterator[Attack]:
    kind, name = OFFICE[ending], f"note{ending}"
    yield Attack(name, files.zipped({"evil.exe": MZ}), "The file is damaged.")
    yield Attack(name, office(kind, {"evil.exe": MZ}), "a part that does not belong in a")
    yield Attack(name, _macros(ending), "contains macros")
    yield Attack(name, office(kind, {"x/vbaProject.bin": b"\xd0\xcf"}, defaults={"bin": VBA}), "contains macros")
    yield Attack(name, files.with_declared_entries(100_000, 5), "more than 4000 parts")
    yield Attack(name, _packed(ending), "too highly compressed")
    yield Attack(name, _nested(ending), "would be larger than 100 MB")
    yield Attack(name, office(kind) + pdf(), "as another type of file")
    yield Attack(name, office(kind, {"a/../../b.xml": b"<a/>"}), "unsafe name")
    yield Attack(name, files.zipped({"word\\document.xml": b"<a/>"}), "unsafe name")


def _of_pdf(name: str) -> Iterator[Attack]:
    yield Attack(name, pdf() + PAGE, "both as a PDF and as another type of file")
    yield Attack(name, pdf().replace(b"\nxref", b"\n%" + PAGE + b"\nxref"), "as another type of file")
    yield Attack(name, pdf() + PAGE + b"\n%%EOF\n", "as another type of file")
    yield Attack(name, pdf() + office(WORD), "as another type of file")
    yield Attack(name, pdf(OpenAction=files.action("JavaScript", JS="app.alert(1)")), "contains a script")


@functools.cache
def attacks_on(ending: str) -> list[Attack]:
    return list(_attacks_on(ending))


def _attacks_on(ending: str) -> Iterator[Attack]:
    """Yield the malicious files with this ending, for addresses that accept it."""
    name = f"note{ending}"
    yield Attack(name, b"", "The file is empty.")
    for content in (MZ, PAGE, DRAWING, b"#!/bin/sh\nrm -rf /\n"):
        yield Attack(name, content, "although its name says so")
    if ending in OFFICE:
        yield from _of_office(ending)
    elif ending == ".pdf":
        yield from _of_pdf(name)
    elif ending in endings_of(PICTURES):
        yield Attack(name, pdf(), "although its name says so")
    else:
        yield Attack(name, pdf(), "as another type of file")


FOREIGN = ("note.exe", "note.docm", "note.svg", "note.html", "note", "note.docx.exe", "note.zip")


# --- The addresses ----------------------------------------------------------------------------------------------------
def taking_files() -> set[str]:
    """Return the names of the addresses whose view uses `request.FILES`."""
    return {name for name, entry in addresses() if "FILES" in inspect.getsource(inspect.unwrap(entry.callback))}


def field_of(sent: Sent) -> str:
    data = (sent.data({}) if callable(sent.data) else sent.data or {}) if sent.name in taking_files() else {}
    return next((name for name, value in data.items() if isinstance(value, tuple)), "")


def logo() -> tuple[str, bytes, str]:
    with io.BytesIO() as file:
        Image.new("RGB", (8, 4)).save(file, "PNG")
        return "logo.png", file.getvalue(), "image/png"


# Forms with a file that change a row and create none.
EDITING = [
    Sent(
        "setup-organization", "administrator", None, {f"name_{code}": "Ports" for code in LANGUAGES} | {"logo": logo()}
    ),
]
TAKING = [*CREATING, *EDITING]
WITH_FILE = [sent for sent in TAKING if sent.name in taking_files()]


class Opened(NamedTuple):
    client: Client
    address: str
    fields: dict[str, Any]
    field: str
    endings: list[str]

    def send(self, name: str, content: bytes) -> HttpResponse:
        """Post the form with a file of any name. The test client would send only the last component of a path."""
        fields = {key: value for key, value in self.fields.items() if key != self.field}
        body = encode_multipart(BOUNDARY, fields).removesuffix(f"--{BOUNDARY}--\r\n".encode())
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{self.field}"; filename="{name}"\r\n'
        body += head.encode() + b"Content-Type: application/pdf\r\n\r\n" + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self.client.generic("POST", self.address, body, MULTIPART_CONTENT)


def opened(sent: Sent) -> Opened:
    """Open the page that has the file field, as somebody who has access to it."""
    kwargs = sent.kwargs() if sent.kwargs else {}
    address, client, make = reverse(sent.name, kwargs=kwargs), Client(), ROLES[sent.role]
    if make:
        client.force_login(make())
    page = client.get(address).content.decode()
    (box,) = lxml.html.fromstring(page).xpath("//input[@type='file']")
    data = sent.data(kwargs) if callable(sent.data) else sent.data or {}
    endings = [ending for ending in box.get("accept").split(",") if ending.startswith(".")]
    return Opened(client, address, {**form_on(page), **data}, box.get("name"), endings)


def stored_files() -> set[Path]:
    return set(Path(settings.MEDIA_ROOT).rglob("*"))


def said_on(response: HttpResponse) -> str:
    """Return the error messages on the page, as its reader sees them."""
    page = lxml.html.fromstring(response.content.decode())
    errors = page.xpath("//*[contains(@class, 'invalid-feedback') or contains(@class, 'text-danger')]")
    return " ".join(" ".join(found.text_content().split()) for found in errors)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()


@pytest.mark.django_db
def test_every_address_that_takes_a_file_is_attacked_here() -> None:
    assert {sent.name for sent in TAKING if field_of(sent)} == {sent.name for sent in WITH_FILE} == taking_files()
    assert len(WITH_FILE) == 8


@pytest.mark.django_db
@pytest.mark.parametrize("sent", WITH_FILE, ids=lambda sent: sent.name)
def test_a_hostile_file_is_refused_beside_its_field_and_nothing_is_stored(sent) -> None:
    page = opened(sent)
    rows, disk = rows_everywhere(), stored_files()
    attacks = [attack for ending in page.endings for attack in attacks_on(ending)]
    attacks += [Attack(name, MZ, "Upload a file of one of these types: ") for name in FOREIGN]
    missed = []
    for attack in attacks:
        response = page.send(attack.name, attack.content)
        errors = said_on(response)
        if response.status_code not in {200, 400, 409} or attack.says not in errors:
            missed.append((attack.name, attack.content[:60], attack.says, response.status_code, errors))
    assert missed == []
    assert (rows_everywhere(), stored_files()) == (rows, disk)


@pytest.mark.django_db
def test_of_a_file_that_is_too_large_no_more_than_the_limit_is_kept(monkeypatch) -> None:
    page = opened(next(sent for sent in WITH_FILE if sent.name == "documents:translation-link"))
    sizes = []
    monkeypatch.setattr(TemporaryUploadedFile, "close", lambda file: sizes.append(file.size))
    response = page.send("note.docx", b"\0" * (LARGEST_UPLOAD + (8 << 20)))
    assert "The file is larger than 30 MB." in said_on(response)
    assert LARGEST_UPLOAD < sizes[0] <= LARGEST_UPLOAD + (1 << 20)


@pytest.mark.django_db
@pytest.mark.parametrize("sent", WITH_FILE, ids=lambda sent: sent.name)
def test_the_name_of_a_file_leads_nowhere(sent) -> None:
    page = opened(sent)
    _name, content, _type = page.fields[page.field]
    ending = Path(_name).suffix
    response = page.send(f"../../outside/..\\evil\0/no\u202ete\0{ending}", content)
    assert response.status_code == 302, said_on(response)
    folder = Path(settings.MEDIA_ROOT)
    assert [path for path in stored_files() if path.is_file() and not re.fullmatch(r"[0-9a-f]{64}", path.name)] == []
    assert [path for path in folder.parent.rglob("*") if path.is_file() and folder not in path.parents] == []
    assert {name for name in names_in_rows() if name != f"note{ending}"} == set()


def names_in_rows() -> set[str]:
    """Return the values of all name columns of the database that come from the uploaded file's name."""
    columns = [
        (model, field.name)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and "name" in field.name
    ]
    found = set()
    for model, column in columns:
        found |= set(
            model._default_manager.filter(**{f"{column}__regex": r"outside|evil|no.?te"})
            .filter(**{f"{column}__endswith": "e.docx"})
            .values_list(column, flat=True)
        )
    return found


# --- The one form field for uploads -----------------------------------------------------------------------------------
def every_form(of: type = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in of.__subclasses__():
        yield form
        yield from every_form(form)


def test_no_form_has_a_file_field_of_another_kind() -> None:
    assert get_resolver().url_patterns  # every view is imported with the addresses, and every form with its view
    own = [form for form in every_form() if form.__module__.split(".")[0] in OWN]
    plain = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in own
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.FileField) and type(field) is not UploadField
    }
    with_upload = {
        form.__name__
        for form in own
        for field in getattr(form, "base_fields", {}).values()
        if type(field) is UploadField
    }
    assert (plain, len(with_upload)) == (set(), 8)


def test_no_model_keeps_a_file_itself() -> None:
    assert [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField | models.FilePathField)
    ] == []


def test_no_other_code_reads_the_files_or_the_body_of_a_request() -> None:
    views = {inspect.unwrap(entry.callback) for _name, entry in addresses()}
    known = {(Path(inspect.getsourcefile(view)), view.__name__) for view in views if "FILES" in inspect.getsource(view)}
    found: dict[str, set[tuple[Path, str]]] = {"FILES": set(), "body": set(), "upload_handlers": set(), "read": set()}
    reads = re.compile(rf"request\.({'|'.join(found)})\b")
    for path in PYTHON:
        text = path.read_text(encoding="utf-8")
        for function in functions_in(text) if reads.search(text) else ():
            for name in reads.findall(ast.unparse(function)):
                found[name].add((path, function.name))
    editing = settings.BASE_DIR / "foundation/editing/submissions.py"
    script = settings.BASE_DIR / "documents/views/editor_responses.py"
    own = {(path, name) for path, name in found["FILES"] if path != editing}
    assert own == known
    assert {path for path, _name in found["body"]} == {script}
    assert (found["upload_handlers"], found["read"]) == (set(), set())


def functions_in(text: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]


def test_no_file_of_an_upload_is_stored_but_through_the_check() -> None:
    """`store_bytes` checks nothing, so only modules that store the portal's own files may call it."""
    callers = {
        str(path.relative_to(settings.BASE_DIR))
        for path in PYTHON
        if re.search(r"(?<!def )\bstore_bytes\(", path.read_text(encoding="utf-8"))
    }
    assert callers == {
        "documents/comparing/jobs.py",
        "documents/tasks.py",
        "documents/translating/external.py",
        "foundation/uploads/services.py",
    }
