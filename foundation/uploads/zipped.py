"""Safe reading of uploaded ZIP archives: entries are counted before they are listed, and sizes are limited."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from foundation.uploads.refusals import FileRefused

MOST_ENTRIES = 4000
LARGEST_UNPACKED = 100 * 1024 * 1024
LARGEST_RATIO = 200
_RATIO_COUNTS_FROM = 1024 * 1024
_CHUNK = 256 * 1024
_ENTRY, _END = b"PK\x01\x02", b"PK\x05\x06"
_END_SIZE = 22
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError, NotImplementedError)


def open_archive(content: bytes) -> zipfile.ZipFile:
    """Return the archive, after checking that its list is short and that the archive covers the whole file.

    Raises FileRefused if there is anything before, after or between entries, because such files are also something
    else. Entries are counted, because `zipfile` reads all of them, whatever number the archive declares.
    """
    end = len(content) - _END_SIZE
    if not content.startswith(b"PK\x03\x04") or content[end : end + 4] != _END:
        raise FileRefused(damaged_sentence())
    declared, size, begins = struct.unpack("<HII", content[end + 10 : end + 20])
    if begins + size != end:
        raise FileRefused(damaged_sentence())
    counted = content.count(_ENTRY, begins, end)
    if max(declared, counted) > MOST_ENTRIES:
        raise FileRefused(
            _("The file contains more than %(limit)s parts. Save it again with fewer pictures or objects.")
            % {"limit": MOST_ENTRIES}
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as error:
        raise FileRefused(damaged_sentence()) from error
    _check_entries(archive.infolist())
    return archive


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name or name.lower() in names:
            raise FileRefused(_("The file contains a part with an unsafe name: %(name)s") % {"name": name[:100]})
        names.add(name.lower())
        if entry.flag_bits & 0x1:
            raise FileRefused(_("The file is protected by a password. Save it without one and upload it again."))
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1):
            raise FileRefused(_("A part of the file is compressed too much: %(name)s") % {"name": name[:100]})
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise FileRefused(
            _("Unpacked, the file would be larger than %(limit)s MB. Save it again with smaller pictures.")
            % {"limit": LARGEST_UNPACKED >> 20}
        )


def chunks_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of an entry in chunks. Raises FileRefused if its size or checksum is wrong."""
    try:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except _DAMAGED as error:
        raise FileRefused(damaged_sentence(entry.filename)) from error


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the content of an entry. Raises FileRefused as `chunks_of` does."""
    return b"".join(chunks_of(archive, entry))


def is_also_zip(content: bytes) -> bool:
    """Return whether a program that unpacks archives would accept the file, whatever it begins with."""
    return zipfile.is_zipfile(io.BytesIO(content))


def damaged_sentence(name: str = "") -> str:
    """Return the sentence that the file is damaged, with the name of the part if given."""
    said = _("The file is damaged. Open it in the program that made it, save it again and upload the new file.")
    return f"{said} ({name[:100]})" if name else said
