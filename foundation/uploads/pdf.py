"""Check PDF files: one file and nothing else, readable without a password, and without active content."""

import json
import re
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from foundation.uploads.refusals import FileRefused
from foundation.uploads.zipped import damaged_sentence, is_also_zip

# The program limits its own memory and processor time. This limit is for an overloaded machine.
_WALL_SECONDS = 30
# The end of a PDF: the position of its list of objects, and the end-of-file mark.
_END = re.compile(rb"startxref[\0\s]+\d+[\0\s]+%%EOF$")
_LONGEST_END = 200
_WHITE = b"\0\t\n\f\r \x1a"
# HTML and PHP tags, searched for in the whole file. They are long enough not to occur by chance in compressed data.
_PAGE = re.compile(rb"<(?:script|iframe|object|embed)[\s>/]|<!doctype\s+html|<html[\s>]|<\?php\s", re.IGNORECASE)
_PROGRAM = Path(__file__).with_name("pdf_inspection.py")


def check_pdf(content: bytes) -> None:
    """Raise FileRefused if the PDF is unacceptable.

    It is opened in a separate process, so that a malicious file can end only that process.
    """
    if is_also_zip(content) or _PAGE.search(content) or _follows_the_end(content):
        raise FileRefused(
            _("The file can be read both as a PDF and as another type of file. Save it as a PDF again and upload it.")
        )
    found = _inspected(content)
    if found != "":
        raise FileRefused(_sentence(found))


def _follows_the_end(content: bytes) -> bool:
    """Return whether anything but white space follows the end-of-file mark. False if there is no mark at all."""
    return b"%%EOF" in content and not _END.search(content.rstrip(_WHITE)[-_LONGEST_END:])


def _inspected(content: bytes) -> str:
    try:
        ended = subprocess.run(  # noqa: S603 - this interpreter and a file of this package
            [sys.executable, "-I", str(_PROGRAM)],
            input=content,
            capture_output=True,
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "limits"
    try:
        return str(json.loads(ended.stdout)["found"])
    except (ValueError, KeyError):
        return "limits"


def _sentence(found: str) -> str:
    return {
        "script": _("The PDF contains a script. Print it to a new PDF and upload that."),
        "launch": _("The PDF starts a program or opens another file. Print it to a new PDF and upload that."),
        "media": _("The PDF contains video, audio or a 3D model. Print it to a new PDF and upload that."),
        "form": _("The PDF contains a dynamic form (XFA). Print it to a new PDF and upload that."),
        "files": _("The PDF contains attached files. Remove them, or print it to a new PDF and upload that."),
        "password": _("The PDF is password-protected. Save it without a password and upload it again."),
        "limits": _(
            "The PDF is too complex to be checked. Save it again with the option “Reduce file size” and upload that."
        ),
    }.get(found) or damaged_sentence()
