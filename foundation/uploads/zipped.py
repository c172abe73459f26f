"""Safe reading of uploaded ZIP archives: entries are counted before they are listed, and sizes are limited."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from foundation.uploads.refusals import FileRefused

MOST_ENTRIES = 4000
LARGEST_UNPACKED = 100 * 1024 * 1024
LARGEST_RATIO = 200
_RATIO_COUNTS_FROM = 1024 * 1024
_CHUNK = 256 * 1024
_ENTRY, _END = b"PK\x01\x02", b"PK\x05\x06"
_END_SIZE = 22
# The end record of ZIP64, for very large archives. It could lead `zipfile` to a list that was not counted here.
_LARGE_END, _LARGE_END_SIZE = b"PK\x06\x07", 20
# The header before an entry's data. A flag in it says that the size follows the data.
_LOCAL = struct.Struct("<4s5H3I2H")
_SIZE_FOLLOWS, _LARGEST_FOLLOWING = 0x8, 24
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError, NotImplementedError)


@dataclass
class Measure:
    """The size of an archive and the archives inside it. One limit applies to all of them together."""

    entries: int = 0
    unpacked: int = 0

    def add_entries(self, count: int) -> None:
        """Count entries before they are read. Raises FileRefused above the limit."""
        self.entries += count
        if self.entries > MOST_ENTRIES:
            raise FileRefused(
                _("The file contains more than %(limit)s parts. Save it again with fewer pictures or objects.")
                % {"limit": MOST_ENTRIES}
            )

    def add_bytes(self, count: int) -> None:
        """Count bytes before they are unpacked. Raises FileRefused above the limit."""
        self.unpacked += count
        if self.unpacked > LARGEST_UNPACKED:
            raise FileRefused(
                _("The unpacked file would be larger than %(limit)s MB. Save it again with smaller pictures.")
                % {"limit": LARGEST_UNPACKED >> 20}
            )


def open_archive(content: bytes, measure: Measure | None = None) -> zipfile.ZipFile:
    """Return the archive, after checking that its list is short and that its entries cover the whole file.

    Raises FileRefused if there is anything before, after or between entries, because such files are also something
    else. Entries are counted, because `zipfile` reads all of them, whatever number the archive declares. For an archive
    inside another pass the `measure` of the outer one.
    """
    measure = measure or Measure()
    end = len(content) - _END_SIZE
    if not content.startswith(b"PK\x03\x04") or content[end : end + 4] != _END:
        raise FileRefused(damaged_sentence())
    declared, size, begins = struct.unpack("<HII", content[end + 10 : end + 20])
    if begins + size != end or content[end - _LARGE_END_SIZE :].startswith(_LARGE_END):
        raise FileRefused(damaged_sentence())
    counted = content.count(_ENTRY, begins, end)
    measure.add_entries(max(declared, counted))
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGED as error:
        raise FileRefused(damaged_sentence()) from error
    _check_entries(archive.infolist())
    _check_places(content, archive.infolist(), begins)
    for entry in archive.infolist():
        measure.add_bytes(entry.file_size)
    return archive


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names: set[str] = set()
    for entry in entries:
        name = entry.filename
        # `zipfile` cuts a name at NUL; other programs do not.
        is_plain = name == entry.orig_filename and name.isprintable() and not {"\\", ":"} & set(name)
        if not is_plain or name.startswith("/") or ".." in name.split("/") or name.lower() in names:
            raise FileRefused(
                _("The file contains a part with an unsafe name: %(name)s. Open the file and save it again.")
                % {"name": name[:100]}
            )
        names.add(name.lower())
        if entry.flag_bits & 0x1:
            raise FileRefused(_("The file is password-protected. Save it without a password and upload it again."))
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1):
            raise FileRefused(
                _("A part of the file is too highly compressed: %(name)s. Open the file and save it again.")
                % {"name": name[:100]}
            )


def _check_places(content: bytes, entries: list[zipfile.ZipInfo], until: int) -> None:
    """Raise FileRefused unless each entry begins where the previous one ends, without gaps or overlaps."""
    place, loose = 0, 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        begins = entry.header_offset
        if not place <= begins <= place + loose or begins + _LOCAL.size > until:
            raise FileRefused(damaged_sentence())
        *_header, name_length, extra_length = _LOCAL.unpack_from(content, begins)
        place = begins + _LOCAL.size + name_length + extra_length + entry.compress_size
        loose = _LARGEST_FOLLOWING if entry.flag_bits & _SIZE_FOLLOWS else 0
    if not place <= until <= place + loose:
        raise FileRefused(damaged_sentence())


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
    """Return the error for a damaged file, with the name of the damaged part if given."""
    sentence = _("The file is damaged. Open it in the program that created it, save it again and upload the new file.")
    return f"{sentence} ({name[:100]})" if name else sentence
