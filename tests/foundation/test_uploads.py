import hashlib

import pytest

from foundation.uploads.models import StoredFile
from foundation.uploads.names import safe_name
from foundation.uploads.responses import file_response
from foundation.uploads.services import store_bytes


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_same_bytes_are_stored_once(folder):
    first, second = (store_bytes(content=b"paper", media_type="text/plain") for _ in range(2))
    assert (first, first.sha256, first.read()) == (second, hashlib.sha256(b"paper").hexdigest(), b"paper")
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [first.sha256]


@pytest.mark.django_db
def test_file_that_cannot_be_written_leaves_no_row_and_no_rest(folder, monkeypatch):
    def full(descriptor):
        raise OSError("No space left on device")

    monkeypatch.setattr("foundation.uploads.services.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store_bytes(content=b"paper", media_type="text/plain")
    assert (StoredFile.objects.count(), [path for path in folder.rglob("*") if path.is_file()]) == (0, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("media_type", "disposition"),
    [("application/pdf", "inline"), ("text/html", "attachment"), ("image/svg+xml", "attachment")],
)
def test_only_harmless_kinds_are_shown_in_the_browser(media_type, disposition):
    response = file_response(store_bytes(content=b"<script>", media_type=media_type), name="x.pdf", inline=True)
    assert response["Content-Disposition"].startswith(f"{disposition};")
    assert (response["X-Content-Type-Options"], response["Content-Security-Policy"]) == (
        "nosniff",
        "sandbox; default-src 'none'",
    )


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("note\r\nSet-Cookie: a=b.pdf", "noteSet-Cookie- a=b.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("", "file"),
        ("é" * 4000, "é" * 150),
    ],
)
def test_names_are_fit_for_headers(name, clean):
    assert safe_name(name) == clean
