"""Check the XML parts of Office files for entities, and for fields and links that start a program."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from foundation.uploads.refusals import FileRefused
from foundation.uploads.zipped import damaged_sentence

# Bytes in which entities and the encoding must be declared. Both come before the root element.
_BEGINNING = 64 * 1024
# The standard allows only UTF-8 and UTF-16. In other encodings, the words searched for below would not be found.
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']""")
_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii"}
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Elements that can start a program. Only parts that contain one of these words are parsed, because few do.
_MAY_START = re.compile(rb"instrtext|fldsimple|ddelink|hlink(?:click|hover|mouseover)|<script|:script")
_LONGEST_SIGN = 32
_MOST_READ = 24 * 1024 * 1024
_DDE = re.compile(r"(?:^|\n)\s*dde(?:auto)?\b", re.IGNORECASE)
_ACTIONS = ("ppaction://program", "ppaction://macro")


def check_xml(chunks: Iterator[bytes], name: str) -> None:
    """Read an XML part to its end. Raises FileRefused if it is not XML, declares entities or could start a program."""
    held: list[bytes] = []
    size, beginning, before, may_start = 0, b"", b"", False
    for chunk in chunks:
        size += len(chunk)
        # Without the zero bytes, words in UTF-16 are found too.
        written = chunk.replace(b"\0", b"").lower()
        if len(beginning) < _BEGINNING:
            beginning += written
        may_start = may_start or bool(_MAY_START.search(before + written))
        before = written[-_LONGEST_SIGN:]
        if size <= _MOST_READ:
            held.append(chunk)
    _check_beginning(beginning[:_BEGINNING], name)
    if may_start:
        if size > _MOST_READ:
            raise FileRefused(
                _("A part of the file is larger than %(limit)s MB: %(name)s. Shorten the document or split it.")
                % {"limit": _MOST_READ >> 20, "name": name[:100]}
            )
        _check_elements(held, name)


def _check_beginning(written: bytes, name: str) -> None:
    for mark in _MARKS:
        written = written.removeprefix(mark)
    written = written.strip()
    if b"<!doctype" in written or b"<!entity" in written:
        raise FileRefused(
            _("The file declares XML entities, which are not allowed: %(name)s. Open the file and save it again.")
            % {"name": name[:100]}
        )
    encoding = _ENCODING.match(written)
    if not written.startswith(b"<") or (encoding and encoding[1] not in _ENCODINGS):
        raise FileRefused(foreign_sentence(name))


def _check_elements(held: list[bytes], name: str) -> None:
    found = _Found()
    parser = etree.XMLParser(target=found, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        for chunk in held:
            parser.feed(chunk)
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileRefused(damaged_sentence(name)) from error
    if found.starts_program or _DDE.search("".join(found.fields)):
        raise FileRefused(
            _("The file contains a field or link that starts a program: %(name)s. Remove it and upload the file again.")
            % {"name": name[:100]}
        )


class _Found:
    """A parser target that collects the instructions of fields and notes elements that start a program."""

    def __init__(self) -> None:
        self.fields: list[str] = []
        self.starts_program = False
        self._in_instruction = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note the instruction of a field, or an element that starts a program."""
        local = tag.rpartition("}")[2].lower()
        own = {key.rpartition("}")[2].lower(): value for key, value in attributes.items()}
        self._in_instruction = local == "instrtext"
        if local == "fldchar":
            self.fields.append("\n")
        elif local == "fldsimple":
            self.fields.append(f"\n{own.get('instr', '')}\n")
        elif local in {"ddelink", "script"} or own.get("action", "").strip().lower().startswith(_ACTIONS):
            self.starts_program = True

    def data(self, text: str) -> None:
        """Note the words of an instruction, which may be spread over several elements."""
        if self._in_instruction:
            self.fields.append(text)

    def end(self, _tag: str) -> None:
        """Leave an element."""
        self._in_instruction = False

    def close(self) -> None:
        """Return nothing. lxml requires this method."""


def foreign_sentence(name: str) -> str:
    """Return the error for a part whose content does not match its name."""
    return _("A part of the file does not match its name: %(name)s. Open the file and save it again.") % {
        "name": name[:100]
    }
