"""Word files as saved by other programs: the same text in a different package."""

import io
import re
import zipfile

from tests.factories.word_files import R

_STRICT = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def entries_of(content: bytes) -> dict[str, str]:
    """Return the parts as text; the bytes of pictures survive being packed again."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8", "surrogateescape") for name in archive.namelist()}


def packed(entries: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, written in entries.items():
            archive.writestr(name, written.encode("utf-8", "surrogateescape"))
    return made.getvalue()


def as_word_on_the_web(content: bytes) -> bytes:
    """Rename every part, so that only the relationships say what it is."""
    renamed = {}
    for name, written in entries_of(content).items():
        for part in ("document", "styles", "numbering", "footnotes", "header1"):
            written = re.sub(rf'(?<=[/"]){part}\.xml"', f'{part}2.xml"', written)
            name = re.sub(rf"(?<=/){part}\.xml(?=$|\.rels)", f"{part}2.xml", name)
        renamed[name] = written
    return packed(renamed)


def as_strict(content: bytes) -> bytes:
    """Convert to ISO/IEC 29500 Strict: other namespaces, `start` and `end`, lengths with units."""
    made = {}
    for name, written in entries_of(content).items():
        for usual, strict in _STRICT.items():
            written = written.replace(usual, strict)
        if name.startswith("word/") and not name.endswith(".rels"):
            written = re.sub(r'w:(left|right|hanging)="(\d+)"', _with_unit, written)
            written = written.replace('w:jc w:val="left"', 'w:jc w:val="start"')
            written = written.replace("<w:document ", '<w:document w:conformance="strict" ')
        made[name] = written
    return packed(made)


def _with_unit(found: re.Match[str]) -> str:
    name = {"left": "start", "right": "end"}.get(found[1], found[1])
    return f'w:{name}="{int(found[2]) / 20:g}pt"'


def with_links_out(content: bytes, **links: str) -> bytes:
    """Add external links such as `image="https://…"` to the main part."""
    entries = entries_of(content)
    name = "word/_rels/document.xml.rels"
    written = "".join(
        f'<Relationship Id="out{kind}" Type="{R}/{kind}" Target="{address}" TargetMode="External"/>'
        for kind, address in links.items()
    )
    entries[name] = entries[name].replace("</Relationships>", f"{written}</Relationships>")
    return packed(entries)
