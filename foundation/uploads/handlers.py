"""Limit how much of an uploaded file is written to disk while the request is read."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

from foundation.uploads.kinds import LARGEST_UPLOAD


class LimitedUploadHandler(FileUploadHandler):
    """Pass on slightly more than the largest accepted file, and drop the rest. Runs before Django's upload handlers.

    The field then sees a file that is too large and shows its error on the page. If the connection were closed
    instead, the sender would get an error page of the browser.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass the bytes on until the limit is exceeded."""
        return raw_data if start <= LARGEST_UPLOAD else None

    def file_complete(self, _file_size: int) -> Any:
        """Leave the file to the following handlers."""
        return None
