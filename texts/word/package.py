"""The parts of a checked Word file, read without network access, and a copy with some parts changed."""

import io
import posixpath
import zipfile
from dataclasses import dataclass

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
# "Strict" files use other namespaces for the same elements.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", NAMESPACES["w"].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", NAMESPACES["r"].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", NAMESPACES["m"].encode()),
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass(frozen=True)
class Relationship:
    """A relationship of a part. `kind` is the last word of its type, `target` a part's name or an external address."""

    identity: str
    kind: str
    target: str
    is_external: bool


def w(name: str) -> str:
    """Return the qualified name of an element or attribute of Word."""
    return f"{{{NAMESPACES['w']}}}{name}"


def value(element: Element | None, name: str = "val") -> str | None:
    """Return an attribute of an element, by default `w:val`, or None."""
    return None if element is None else element.get(w(name))


def new_element(tag: str, namespaces: dict[str | None, str]) -> Element:
    """Return an empty element that declares these namespaces; the key None is the default namespace."""
    return etree.Element(tag, nsmap=namespaces)  # type: ignore[arg-type] # lxml-stubs do not allow None


def is_on(element: Element | None) -> bool | None:
    """Return the value of a toggle property: None if it is absent, True if it has no value."""
    if element is None:
        return None
    return element.get(w("val"), "1").lower() not in {"0", "false", "off", "none"}


class WordPackage:
    """A Word file that `check_content` accepted.

    Raises FileRefused for parts that are not valid XML or too large.
    """

    def __init__(self, content: bytes) -> None:
        self._archive = open_archive(content)
        self.names = set(self._archive.namelist())
        self._read: dict[str, Element | None] = {}
        self.main = next((r.target for r in self.relationships("") if r.kind == "officeDocument"), "")

    def related(self, kind: str) -> list[Element]:
        """Return the parts that the main part refers to as `styles`, `footnotes`, `header` and so on."""
        names = dict.fromkeys(r.target for r in self.relationships(self.main) if r.kind == kind and not r.is_external)
        return [part for part in map(self.part, names) if part is not None]

    def name_of(self, kind: str) -> str:
        """Return the name of the first such part, or an empty string."""
        return next((r.target for r in self.relationships(self.main) if r.kind == kind and not r.is_external), "")

    def first(self, kind: str) -> Element | None:
        """Return the first such part, or None."""
        return next(iter(self.related(kind)), None)

    def part(self, name: str) -> Element | None:
        """Return a part by name, or None."""
        if name not in self._read:
            self._read[name] = self._parsed(name) if name in self.names else None
        return self._read[name]

    def _parsed(self, name: str) -> Element:
        if self._archive.getinfo(name).file_size > LARGEST_PART:
            raise FileRefused(
                _("The text of the file is larger than %(limit)s MB. Split the file.") % {"limit": LARGEST_PART >> 20}
            )
        written = self._unpacked(name)
        for strict, usual in _STRICT:
            written = written.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(written, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise FileRefused(
                _("A part of the file is damaged: %(name)s. Open the file and save it again.") % {"name": name[:100]}
            ) from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise FileRefused(
                _("The file declares XML entities, which are not allowed: %(name)s. Open the file and save it again.")
                % {"name": name[:100]}
            )
        return root

    def _unpacked(self, name: str) -> bytes:
        return unpacked(self._archive, self._archive.getinfo(name))

    def relationships(self, name: str) -> list[Relationship]:
        """Return the relationships of a part, or of the whole file if `name` is empty."""
        folder, base = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = [] if root is None else root.findall(f"{{{_PACKAGE}/relationships}}Relationship")
        relationships = []
        for entry in found:
            target, is_external = entry.get("Target", ""), entry.get("TargetMode", "").lower() == "external"
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = entry.get("Type", "").rpartition("/")[2]
            relationships.append(Relationship(entry.get("Id", ""), kind, target, is_external))
        return relationships

    def links_out(self) -> list[Relationship]:
        """Return what Word would load from outside the file. Hyperlinks are not included."""
        parts = [name.replace("_rels/", "").removesuffix(".rels") for name in sorted(self.names) if _is_list(name)]
        return [r for part in parts for r in self.relationships(part) if r.is_external and r.kind != "hyperlink"]

    def rewritten(self, changed: dict[str, tuple[str, Element]]) -> bytes:
        """Return a small file for Pandoc with the parts `document`, `footnotes` and `endnotes`.

        `changed` maps these to (name of the part in the original file, root). Pandoc looks for parts under their usual
        names and follows relationships, so both are written again. Of the original relationships only hyperlinks are
        copied.
        """
        types = "".join(
            f'<Override PartName="/word/{usual}.xml" ContentType="{_WORD_PART}.'
            f'{"document.main" if usual == "document" else usual}+xml"/>'
            for usual in changed
        )
        entries: dict[str, str | bytes] = {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
            "_rels/.rels": _listed([Relationship("r", "officeDocument", "word/document.xml", False)]),
        }
        for usual, (name, _root) in changed.items():
            links = [r for r in self.relationships(name) if r.kind == "hyperlink" and r.is_external]
            if usual == "document":
                links += [Relationship(f"own-{n}", n, f"{n}.xml", False) for n in changed if n != "document"]
            entries[f"word/_rels/{usual}.xml.rels"] = _listed(links)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            for name, written in entries.items():
                target.writestr(name, written)
            for usual, (_name, root) in changed.items():
                target.writestr(f"word/{usual}.xml", etree.tostring(root))
        return made.getvalue()


def _is_list(name: str) -> bool:
    return name.endswith(".rels") and posixpath.basename(posixpath.dirname(name)) == "_rels"


def _listed(relationships: list[Relationship]) -> bytes:
    root = new_element(f"{{{_PACKAGE}/relationships}}Relationships", {None: f"{_PACKAGE}/relationships"})
    for one in relationships:
        entry = etree.SubElement(root, f"{{{_PACKAGE}/relationships}}Relationship")
        entry.attrib.update({"Id": one.identity, "Type": f"{NAMESPACES['r']}/{one.kind}", "Target": one.target})
        if one.is_external:
            entry.set("TargetMode", "External")
    return etree.tostring(root)
