"""Check Word, PowerPoint and Excel files: every part is read, and parts that could run or do not belong are refused."""

import re
import zipfile
from collections.abc import Collection
from posixpath import basename, join
from urllib.parse import unquote

from django.utils.translation import gettext as _
from lxml import etree

from foundation.uploads.kinds import FileKind
from foundation.uploads.office_xml import check_xml, foreign_sentence
from foundation.uploads.refusals import FileRefused
from foundation.uploads.signatures import holds_markup, is_object, is_program
from foundation.uploads.zipped import Measure, chunks_of, damaged_sentence, open_archive, unpacked

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAIN = "/officeDocument"
_LARGEST_LIST = 4 * 1024 * 1024
_MACROS = ("macroenabled", "vbaproject", "vbadata", "activex", "ms-office.intlmacrosheet", "ms-excel.macrosheet")
# Relationships whose targets Office opens together with the file.
_OPENED_AT_ONCE = {"attachedtemplate", "oleobject", "subdocument", "frame", "afchunk"}
# "file:///C:/" and "C:/". Four slashes lead to a computer on the network.
_DISK = re.compile(r"^(?:file:(?:///)?(?!/))?(?:[a-z]:/)?")
# Types of parts that a program runs or shows as a page.
_ACTIVE_TYPES = ("text/", "message/", "multipart/", "application/xhtml", "application/rtf", "application/x-mimearchive",
                 "application/javascript", "application/ecmascript", "application/hta", "application/x-msdownload",
                 "application/x-shockwave")  # fmt: skip
_XML_TYPES = {"text/xml"}
# Parts with any other ending do not belong in an Office file, whatever content type they have.
_ENDINGS = {
    "xml", "rels", "vml", "png", "jpg", "jpeg", "jfif", "gif", "bmp", "tif", "tiff", "emf", "wmf", "emz", "wmz", "svg",
    "wdp", "hdp", "ico", "odttf", "fntdata", "ttf", "xlsx", "docx", "pptx", "bin", "mp3", "mp4", "m4a", "m4v", "wav",
    "mov", "avi", "wmv", "wma", "glb", "psmdcp", "data",
}  # fmt: skip
_XML_ENDINGS = (".xml", ".rels", ".vml", ".svg")
_NESTED = {"xlsx", "docx", "pptx"}
_LARGEST_NESTED = 25 * 1024 * 1024


def check_office(content: bytes, kind: FileKind, *, is_served: bool = True) -> None:
    """Raise FileRefused if the file is of another kind or has anything but words, tables and pictures.

    With `is_served=False` nobody can download the file: embedded objects and links to other files are then allowed,
    because the reader of the file leaves them out.
    """
    measure = Measure()
    archive = open_archive(content, measure)
    entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
    types = _ContentTypes(_listed(archive, entries, "[Content_Types].xml"))
    _check_macros(entries, types)
    main = main_part(_listed(archive, entries, "_rels/.rels"))
    if main not in entries or types.of(main) != kind.main_part:
        raise FileRefused(_("The file is not a %(kind)s file. Save it in that format.") % {"kind": kind.name})
    for name, entry in entries.items():
        if name != "[Content_Types].xml" and (not types.of(name) or _ending(name) not in _ENDINGS):
            raise FileRefused(
                _(
                    "The file contains a part that does not belong in a %(kind)s file: %(name)s. "
                    "Open the file and save it again."
                )
                % {"kind": kind.name, "name": name[:100]}
            )
        if _is_active(types.of(name)):
            raise FileRefused(foreign_sentence(name))
        _check_part(archive, entry, measure, is_served=is_served)
        if is_served and name.lower().endswith(".rels"):
            _check_links(_listed(archive, entries, name))


def _is_active(media_type: str) -> bool:
    plain_type = media_type.strip().lower().partition(";")[0]
    return plain_type.startswith(_ACTIVE_TYPES) and plain_type not in _XML_TYPES


def main_part(relationships: etree._Element) -> str:
    """Return the name of the main part according to the package's relationships, or an empty string."""
    for entry in relationships.iter(_RELATIONSHIP):
        if entry.get("Type", "").endswith(_MAIN):
            return join("/", entry.get("Target", "")).lstrip("/")
    return ""


class _ContentTypes:
    def __init__(self, root: etree._Element) -> None:
        self.defaults = {
            entry.get("Extension", "").lower(): entry.get("ContentType", "") for entry in root.iter(f"{_TYPES}Default")
        }
        self.parts = {
            entry.get("PartName", "").lstrip("/").lower(): entry.get("ContentType", "")
            for entry in root.iter(f"{_TYPES}Override")
        }

    def of(self, name: str) -> str:
        return self.parts.get(name.lower()) or self.defaults.get(_ending(name), "")

    def all(self) -> list[str]:
        return [*self.defaults.values(), *self.parts.values()]


def _ending(name: str) -> str:
    return basename(name).rpartition(".")[2].lower()


def _listed(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str) -> etree._Element:
    """Return a small XML part that lists others, parsed without network access."""
    entry = entries.get(name)
    if entry is None or entry.file_size > _LARGEST_LIST:
        raise FileRefused(damaged_sentence(name))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(unpacked(archive, entry), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileRefused(damaged_sentence(name)) from error


def _check_macros(names: Collection[str], types: _ContentTypes) -> None:
    if any(sign in name.lower() for name in [*names, *types.all()] for sign in _MACROS):
        raise FileRefused(_("The file contains macros. Save it without macros and upload it again."))


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, measure: Measure, *, is_served: bool) -> None:
    """Check a part. It is read to its end, so that `zipfile` verifies its size and checksum."""
    name = entry.filename.lower()
    if name.endswith(_XML_ENDINGS):
        check_xml(chunks_of(archive, entry), entry.filename)
        return
    beginning = b""
    for chunk in chunks_of(archive, entry):
        beginning = beginning or chunk
    if _ending(name) in _NESTED:
        if entry.file_size > _LARGEST_NESTED:
            raise FileRefused(
                _("An embedded file is larger than %(limit)s MB: %(name)s. Reduce or remove it.")
                % {"limit": _LARGEST_NESTED >> 20, "name": name[:100]}
            )
        _check_nested(unpacked(archive, entry), name, measure)
    elif is_object(beginning):
        if is_served:
            raise FileRefused(
                _("The file contains an embedded object: %(name)s. Replace it with a picture.") % {"name": name[:100]}
            )
    elif is_program(beginning):
        raise FileRefused(_program_sentence(name))
    elif holds_markup(beginning):
        raise FileRefused(foreign_sentence(entry.filename))


def _check_nested(content: bytes, name: str, measure: Measure) -> None:
    """Check an embedded Office file, such as the workbook of a chart, for macros, programs and further archives."""
    archive = open_archive(content, measure)
    entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
    _check_macros(entries, _ContentTypes(_listed(archive, entries, "[Content_Types].xml")))
    for entry in entries.values():
        chunks = chunks_of(archive, entry)
        if entry.filename.lower().endswith(_XML_ENDINGS):
            check_xml(chunks, f"{name}/{entry.filename}")
            continue
        beginning = next(chunks, b"")
        if is_program(beginning) or is_object(beginning):
            raise FileRefused(_program_sentence(f"{name}/{entry.filename}"))


def _program_sentence(name: str) -> str:
    return _("The file contains a program: %(name)s. Remove it and upload the file again.") % {"name": name[:100]}


def _check_links(relationships: etree._Element) -> None:
    for entry in relationships.iter(_RELATIONSHIP):
        is_external = entry.get("TargetMode", "").strip().lower() == "external"
        kind = entry.get("Type", "").strip().rpartition("/")[2].lower()
        if is_external and kind in _OPENED_AT_ONCE and not _is_local(entry.get("Target", "")):
            raise FileRefused(
                _("The file opens another file on the network: %(address)s. Remove the link and upload the file again.")
                % {"address": entry.get("Target", "")[:100]}
            )


def _is_local(target: str) -> bool:
    """Return whether the address is on the reader's own disk. What is not known to be is on the network."""
    path = _DISK.sub("", unquote(target).strip().lower().replace("\\", "/"))
    return ":" not in path and not path.startswith("//")
