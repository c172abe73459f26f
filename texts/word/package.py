"""The parts of a checked Word file, read without fetching anything, and the file again with some of them changed."""

import io
import posixpath
import zipfile

from django.utils.translation import gettext as _
from lxml import etree

from foundation.uploads.refusals import FileRefused
from foundation.uploads.zipped import open_archive, unpacked

Element = etree._Element
LARGEST_PART = 24 * 1024 * 1024
NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# A file saved as "strict" bears other names for the same things.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", NAMESPACES["w"].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", NAMESPACES["r"].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", NAMESPACES["m"].encode()),
)
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


def w(name: str) -> str:
    return f"{{{NAMESPACES['w']}}}{name}"


def value(element: Element | None, name: str = "val") -> str | None:
    return None if element is None else element.get(w(name))


def is_on(element: Element | None) -> bool | None:
    """A toggle of Word: absent says nothing, present without a value says yes."""
    if element is None:
        return None
    return element.get(w("val"), "1").lower() not in {"0", "false", "off", "none"}


class WordPackage:
    """For content that `check_content` accepted. Raises FileRefused for a part that is no XML or too large."""

    def __init__(self, content: bytes) -> None:
        self._archive = open_archive(content)
        self.names = set(self._archive.namelist())
        self._read: dict[str, Element | None] = {}
        targets = self.relationships("_rels/.rels")
        mains = [target for kind, target in targets if kind.endswith("/officeDocument")]
        self.main = mains[0].lstrip("/") if mains and mains[0].lstrip("/") in self.names else "word/document.xml"

    def beside(self, name: str) -> str:
        """The name of a part that stands in the folder of the main one."""
        return posixpath.join(posixpath.dirname(self.main), name)

    def part(self, name: str) -> Element | None:
        if name not in self._read:
            self._read[name] = self._parsed(name) if name in self.names else None
        return self._read[name]

    def _parsed(self, name: str) -> Element:
        if self._archive.getinfo(name).file_size > LARGEST_PART:
            raise FileRefused(_("The text of the file is larger than %(limit)s MB.") % {"limit": LARGEST_PART >> 20})
        written = self._unpacked(name)
        for strict, usual in _STRICT:
            written = written.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(written, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise FileRefused(_("The file is damaged: %(name)s") % {"name": name[:100]}) from error
        if root.getroottree().docinfo.doctype:
            raise FileRefused(
                _("The file declares XML entities, which are not allowed: %(name)s") % {"name": name[:100]}
            )
        return root

    def _unpacked(self, name: str) -> bytes:
        return unpacked(self._archive, self._archive.getinfo(name))

    def relationships(self, name: str) -> list[tuple[str, str]]:
        """(type, target) of each."""
        root = self.part(name)
        found = [] if root is None else root.findall(f"{{{_RELATIONSHIPS}}}Relationship")
        return [(entry.get("Type", ""), entry.get("Target", "")) for entry in found]

    def text_parts(self, prefix: str) -> list[Element]:
        """Headers or footers, in the order of their names."""
        names = sorted(n for n in self.names if n.startswith(self.beside(prefix)) and n.endswith(".xml"))
        return [part for part in map(self.part, names) if part is not None]

    def rewritten(self, changed: dict[str, Element]) -> bytes:
        """A small file for pandoc: these parts, and of the others only what says how parts belong together."""
        kept = {"[Content_Types].xml", "_rels/.rels", *changed}
        folder, main = posixpath.split(self.main)
        kept |= {
            f"{folder}/_rels/{main}.rels",
            f"{folder}/_rels/footnotes.xml.rels",
            f"{folder}/_rels/endnotes.xml.rels",
        }
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            for name in sorted(kept & self.names):
                written = etree.tostring(changed[name]) if name in changed else self._unpacked(name)
                target.writestr(name, written)
        return made.getvalue()
