import re
import unicodedata
from urllib.parse import quote

from django.http import FileResponse

from foundation.uploads.models import StoredFile

# Only these are shown in the browser; all else is an attachment, whatever it calls itself.
SHOWN_INLINE = {"application/pdf", "image/png", "image/jpeg"}


def safe_name(name: str, default: str = "file") -> str:
    """A file name fit for a header: no control, bidirectional or separator characters, at most 150 characters."""
    kept = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    kept = re.sub(r'[\\/:*?"<>|]+', "-", kept).strip(" .")
    return kept[-150:] or default


def file_response(stored: StoredFile, *, name: str, inline: bool = False) -> FileResponse:
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
