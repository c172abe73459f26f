"""How files of a request reach the disk: never more of them than the largest use accepts."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

from foundation.uploads.kinds import LARGEST_UPLOAD


class LimitedUploadHandler(FileUploadHandler):
    """Stands before the handlers that keep a file, and passes on a little more than the largest that any use accepts.

    The rest of the request is read and dropped, so that the sender gets a page: the field sees a file that is too large
    and says so. Closing the connection instead would show an error of the browser.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Pass the bytes on until the limit is exceeded."""
        return raw_data if start <= LARGEST_UPLOAD else None

    def file_complete(self, _file_size: int) -> Any:
        """Leave the file to the handlers behind."""
        return None
