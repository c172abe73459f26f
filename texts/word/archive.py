"""A Word file is a ZIP archive from outside: counted and looked through before anything in it is unpacked."""

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

LARGEST_FILE = 30 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
LARGEST_RATIO = 200
MOST_ENTRIES = 2000
# Bytes of XML in which an entity would be declared before the root element.
_DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_EXTERNAL = re.compile(rb'TargetMode\s*=\s*["\']External["\']', re.IGNORECASE)
_HYPERLINK = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)


class NotWord(Exception):
    """The file is not taken; the text says why."""


def check_archive(content: bytes) -> None:
    """Raises NotWord for a bomb, a path that leads out, an entity or a relationship that would be fetched."""
    if len(content) > LARGEST_FILE:
        raise NotWord(
            _("The file is too large. Choose a file of at most %(limit)s MB.")
            % {"limit": LARGEST_FILE // (1024 * 1024)}
        )
    # The number of entries stands in the last record: read before the list itself is.
    if _declared_entries(content) > MOST_ENTRIES:
        raise NotWord(_("The file contains more than %(limit)s entries.") % {"limit": MOST_ENTRIES})
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise NotWord(_("This is not a Word file (.docx).")) from error
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise NotWord(_("The file contains more than %(limit)s entries.") % {"limit": MOST_ENTRIES})
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise NotWord(_("When unpacked, the file is larger than %(limit)s MB.") % {"limit": LARGEST_UNPACKED >> 20})
    for entry in entries:
        _check_entry(archive, entry)
    if "word/document.xml" not in {entry.filename for entry in entries}:
        raise NotWord(_("This is not a Word file (.docx)."))


def _declared_entries(content: bytes) -> int:
    end = content.rfind(b"PK\x05\x06")
    return int.from_bytes(content[end + 10 : end + 12], "little") if end >= 0 else 0


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name:
        raise NotWord(_("The file contains an unsafe path: %(name)s") % {"name": name[:100]})
    if entry.flag_bits & 0x1:
        raise NotWord(_("The file is encrypted."))
    if entry.file_size > 1024 * 1024 and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1):
        raise NotWord(_("The compression of this part is suspicious: %(name)s") % {"name": name[:100]})
    if name.endswith((".xml", ".rels")):
        head = _beginning(archive, entry)
        # Also where two bytes make a letter.
        if _DECLARED.search(head.replace(b"\0", b"")):
            raise NotWord(_("The file declares XML entities, which are not allowed: %(name)s") % {"name": name[:100]})
        if name.endswith(".rels"):
            _check_relationships(head, name)


def _beginning(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Relationships whole, of other parts the first pages: a declaration stands before everything else."""
    return unpacked(archive, entry, most=4 * 1024 * 1024 if entry.filename.endswith(".rels") else 64 * 1024)


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, most: int = -1) -> bytes:
    """The bytes of an entry, `most` of them; NotWord for one that is damaged, in whatever way `zipfile` finds it so."""
    try:
        with archive.open(entry) as part:
            return part.read(most)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise NotWord(_("The file is damaged: %(name)s") % {"name": entry.filename[:100]}) from error


def _check_relationships(content: bytes, name: str) -> None:
    """Links to the web are only written down; templates, pictures and frames elsewhere would be fetched by Word."""
    for relationship in _HYPERLINK.findall(content):
        if _EXTERNAL.search(relationship) and b"/hyperlink" not in relationship:
            raise NotWord(_("The file refers to an external resource: %(name)s") % {"name": name[:100]})
