"""Download of stored files."""

from urllib.parse import quote

from django.http import FileResponse

from foundation.uploads.models import StoredFile
from foundation.uploads.names import safe_name

# Only these types are shown in the browser; all others are attachments.
SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg"}


def file_response(stored: StoredFile, *, name: str, inline: bool = False) -> FileResponse:
    """Return the file as an attachment.

    With `inline` the browser may show it. Use this only for files that the portal made, not for uploads.
    """
    response = FileResponse(stored.path.open("rb"), content_type=stored.media_type)
    shown = inline and stored.media_type in SHOWN_INLINE
    clean = safe_name(name)
    plain = clean.encode("ascii", "replace").decode().replace("?", "_")
    disposition = "inline" if shown else "attachment"
    response["Content-Disposition"] = f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean)}"
    response["Content-Length"] = str(stored.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
