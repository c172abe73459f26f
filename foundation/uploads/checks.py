"""Checks of an uploaded file: its name, its size, its first bytes, then its whole content."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from foundation.uploads.kinds import FileKind, endings_of
from foundation.uploads.names import safe_name
from foundation.uploads.office import check_office
from foundation.uploads.pdf import check_pdf
from foundation.uploads.pictures import check_picture
from foundation.uploads.refusals import FileRefused
from foundation.uploads.signatures import holds_markup, is_program, media_types_of

# Readers of PDFs look for the mark of a PDF among so many bytes.
_LOOKED_AT = 1024


@dataclass(frozen=True)
class CheckedFile:
    """A file that passed `check_file`. Services accept only this, not bytes, so that the check cannot be forgotten."""

    name: str
    kind: FileKind
    content: bytes = field(repr=False)


def check_file(
    *, name: str, content: bytes, kinds: Sequence[FileKind], largest: int, is_served: bool = True
) -> CheckedFile:
    """Return the file under a safe name. Raises FileRefused, with a sentence that says what to do.

    `is_served` says that other people can download the file. If it is only read, embedded objects are allowed,
    because the reader leaves them out.
    """
    clean = safe_name(name)
    kind = _kind_of(clean, kinds)
    if not content:
        raise FileRefused(_("The file is empty. Choose another one."))
    check_size(len(content), largest)
    check_content(content, kind, is_served=is_served)
    return CheckedFile(name=clean, kind=kind, content=content)


def check_content(content: bytes, kind: FileKind, *, is_served: bool = True) -> None:
    """Raise FileRefused if the content is of another kind or could do harm. `is_served` is as in `check_file`."""
    _check_beginning(content, kind)
    if kind.reader != "pdf" and (b"%PDF-" in content[:_LOOKED_AT] or holds_markup(content)):
        raise FileRefused(
            _(
                "The file can be read both as a %(kind)s file and as another type of file. "
                "Save it again in the first format."
            )
            % {"kind": kind.name}
        )
    if kind.reader == "pdf":
        check_pdf(content)
    elif kind.reader == "office":
        check_office(content, kind, is_served=is_served)
    elif kind.reader == "picture":
        check_picture(content, kind)
    elif kind.reader == "text":
        _check_text(content)


def check_size(size: int, largest: int) -> None:
    """Raise FileRefused if a size in bytes is too large. Needs no content, so call it before reading the file."""
    if size > largest:
        raise FileRefused(
            _("The file is larger than %(limit)s MB. Upload a smaller one.") % {"limit": largest // (1024 * 1024)}
        )


def accepted_files(kinds: Sequence[FileKind]) -> str:
    """Return the accepted endings in the language of the page: “.pdf, .docx or .txt”."""
    return get_text_list(endings_of(tuple(kinds)), _("or"))


def _kind_of(name: str, kinds: Sequence[FileKind]) -> FileKind:
    ending = f".{name.rpartition('.')[2].lower()}"
    for kind in kinds:
        if ending in kind.endings:
            return kind
    raise FileRefused(_("Upload a file of one of these types: %(endings)s.") % {"endings": accepted_files(kinds)})


def _check_beginning(content: bytes, kind: FileKind) -> None:
    says = media_types_of(content)
    if kind.signatures:
        agrees = bool(says & set(kind.signatures))
    else:
        agrees = not is_program(content) and not holds_markup(content)
    # The mark must be at the very beginning. Some readers accept it later, in files that are also something else.
    if not agrees or (kind.reader == "pdf" and not content.startswith(b"%PDF-")):
        raise FileRefused(
            _("The file is not a %(kind)s file, although its name says so. Save it again in that format.")
            % {"kind": kind.name}
        )


def _check_text(content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(_("The text is not encoded in UTF-8. Save it again as UTF-8.")) from error
    if any(ord(character) < 32 and character not in "\t\n\r\f" for character in text):
        raise FileRefused(_("The file is not plain text. Save it as plain text in UTF-8."))
