"""Bodies that are too large are refused before anything reads them."""

import io
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from foundation.uploads.bodies import LARGEST_FORM_WITH_FILE
from foundation.uploads.kinds import MEGABYTE
from tests.access import addresses
from tests.test_upload_fields import taking_files


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *_size: Any) -> bytes:
        raise AssertionError("the body was read")


def send(client: Client, address: str, length: int, **extra: Any):
    kind = "multipart/form-data; boundary=x"
    return client.generic("POST", address, b"", kind, CONTENT_LENGTH=str(length), **{"wsgi.input": Unread(), **extra})


def test_every_view_with_a_file_is_marked_and_no_other() -> None:
    marked = {name for name, entry in addresses() if hasattr(entry.callback, "takes_files")}
    assert marked == taking_files()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/search/", "/accounts/login/", "/fr/accounts/login/", "/s/token/", "/no-such-page/", "/healthz"]
)
def test_an_address_without_a_file_reads_no_more_than_a_form(client, address) -> None:
    response = send(client, address, settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert (response.status_code, response["Connection"]) == (413, "close")
    assert "5" in response.content.decode() and ("Nothing was saved" in response.content.decode() or "/fr/" in address)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/documents/drafts/import/", "/es/documents/drafts/import/"])
def test_a_form_with_a_file_has_a_limit_of_its_own(client, address) -> None:
    assert hasattr(resolve("/documents/drafts/import/").func, "takes_files")
    assert send(client, address, LARGEST_FORM_WITH_FILE + 1).status_code == 413
    assert send(client, address, 40 * MEGABYTE).status_code == 302  # to the sign-in page


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["", "-1", "many", "9" * 30])
def test_a_length_that_is_none_is_no_error(client, length) -> None:
    response = client.generic("POST", "/accounts/login/", b"", "text/plain", CONTENT_LENGTH=length)
    assert response.status_code == (413 if length.startswith("9") else 200)
