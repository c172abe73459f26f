"""A Word file as a ZIP archive. The same parts always give the same bytes."""

import io
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from texts.rendering.ooxml.styles import W

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="{WP}"'


@dataclass
class WordFile:
    """The parts of a Word file; `to_bytes` writes it."""

    body: str = ""
    styles: str = ""
    numbering: str = ""
    notes: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    embedded: str = ""
    title: str = ""
    author: str = ""
    language: str = "en"
    day: str = "1980-01-01"

    def to_bytes(self) -> bytes:
        """Return the file."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._entries().items():
                # A fixed time stamp, because ZIP stores one for each entry.
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
        return made.getvalue()

    def _entries(self) -> dict[str, bytes]:
        separators = "".join(
            f'<w:footnote w:type="{kind}" w:id="{place}"><w:p><w:r><w:{sign}/></w:r></w:p></w:footnote>'
            for place, (kind, sign) in enumerate(
                (("separator", "separator"), ("continuationSeparator", "continuationSeparator")), start=-1
            )
        )
        texts = {
            "[Content_Types].xml": self._types(),
            "_rels/.rels": _relationships(
                [
                    ("main", f"{R}/officeDocument", "word/document.xml", ""),
                    ("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml", ""),
                ]
            ),
            "docProps/core.xml": self._core(),
            "word/document.xml": f"{_DECLARED}<w:document {NAMESPACES}><w:body>{self.body}</w:body></w:document>",
            "word/styles.xml": _DECLARED + self.styles,
            "word/numbering.xml": _DECLARED + self.numbering,
            "word/settings.xml": f'{_DECLARED}<w:settings xmlns:w="{W}"><w:footnotePr><w:footnote w:id="-1"/>'
            '<w:footnote w:id="0"/></w:footnotePr><w:compat><w:compatSetting w:name="compatibilityMode" '
            'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
            f"<w:themeFontLang w:val={quoteattr(self.language)}/></w:settings>",
            "word/footnotes.xml": _DECLARED
            + f"<w:footnotes {NAMESPACES}>{separators}{''.join(self.notes)}</w:footnotes>",
            "word/_rels/document.xml.rels": _relationships(self._of_document()),
            # Links in footnotes need the relationships of the footnotes part.
            "word/_rels/footnotes.xml.rels": _relationships(self._links()),
        }
        for place, header in enumerate(self.headers, start=1):
            texts[f"word/header{place}.xml"] = f"{_DECLARED}<w:hdr {NAMESPACES}>{header}</w:hdr>"
        if self.embedded:
            texts["customXml/item1.xml"] = _DECLARED + self.embedded
            texts["customXml/itemProps1.xml"] = (
                f"{_DECLARED}<ds:datastoreItem "
                'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
                'ds:itemID="{5B1D7A52-0C0B-4D0E-9C55-1D4E49444D01}"><ds:schemaRefs/></ds:datastoreItem>'
            )
            texts["customXml/_rels/item1.xml.rels"] = _relationships(
                [("props", f"{R}/customXmlProps", "itemProps1.xml", "")]
            )
        entries = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
        for place, picture in enumerate(self.pictures, start=1):
            entries[f"word/media/picture{place}.png"] = picture
        return entries

    def _of_document(self) -> list[tuple[str, str, str, str]]:
        fixed = [(name, f"{R}/{name}", f"{name}.xml", "") for name in ("styles", "numbering", "settings", "footnotes")]
        headers = [(f"header{n}", f"{R}/header", f"header{n}.xml", "") for n in range(1, len(self.headers) + 1)]
        pictures = [
            (f"picture{n}", f"{R}/image", f"media/picture{n}.png", "") for n in range(1, len(self.pictures) + 1)
        ]
        custom = [("carried", f"{R}/customXml", "../customXml/item1.xml", "")] if self.embedded else []
        return [*fixed, *headers, *pictures, *self._links(), *custom]

    def _links(self) -> list[tuple[str, str, str, str]]:
        return [(f"link{n}", f"{R}/hyperlink", address, "External") for n, address in enumerate(self.links, start=1)]

    def _types(self) -> str:
        parts = {
            "/word/document.xml": f"{_WORD}.document.main+xml",
            "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
            **{f"/word/{name}.xml": f"{_WORD}.{name}+xml" for name in ("styles", "numbering", "settings", "footnotes")},
            **{f"/word/header{n}.xml": f"{_WORD}.header+xml" for n in range(1, len(self.headers) + 1)},
        }
        if self.embedded:
            parts["/customXml/itemProps1.xml"] = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
        overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items())
        return (
            f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
            f"{overrides}</Types>"
        )

    def _core(self) -> str:
        moment = f"{self.day}T00:00:00Z"
        return (
            f'{_DECLARED}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{_escaped(self.title)}</dc:title><dc:creator>{_escaped(self.author)}</dc:creator>"
            f"<dc:language>{_escaped(self.language)}</dc:language>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
        )


def _escaped(text: str) -> str:
    return quoteattr(text)[1:-1]


def _relationships(entries: list[tuple[str, str, str, str]]) -> str:
    written = "".join(
        f"<Relationship Id={quoteattr(identity)} Type={quoteattr(kind)} Target={quoteattr(target)}"
        f"{f' TargetMode={quoteattr(mode)}' if mode else ''}/>"
        for identity, kind, target, mode in entries
    )
    return f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{written}</Relationships>'
