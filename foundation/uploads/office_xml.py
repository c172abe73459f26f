"""The XML parts of Office files: without entities, and without fields or links that start a program."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from lxml import etree

from foundation.uploads.refusals import FileRefused
from foundation.uploads.zipped import damaged_sentence

# An entity and an encoding are declared before the root element.
_BEGINNING = 64 * 1024
# The standard allows these two only; in others the words below would not be found.
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']""")
_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii"}
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Elements in which a program can be named. Few parts have them; only those are read element by element.
_MAY_START = re.compile(rb"instrtext|fldsimple|ddelink|hlink(?:click|hover|mouseover)|<script|:script")
_LONGEST_SIGN = 32
_MOST_READ = 24 * 1024 * 1024
_DDE = re.compile(r"(?:^|\n)\s*dde(?:auto)?\b", re.IGNORECASE)
_ACTIONS = ("ppaction://program", "ppaction://macro")


def check_xml(chunks: Iterator[bytes], name: str) -> None:
    """Read an XML part to its end. Raises FileRefused for a part that is no XML or that could start a program."""
    held: list[bytes] = []
    size, beginning, before, may_start = 0, b"", b"", False
    for chunk in chunks:
        size += len(chunk)
        # Also where two bytes make a letter.
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
                _("A part of the file is larger than %(limit)s MB: %(name)s")
                % {"limit": _MOST_READ >> 20, "name": name[:100]}
            )
        _check_elements(held, name)


def _check_beginning(written: bytes, name: str) -> None:
    for mark in _MARKS:
        written = written.removeprefix(mark)
    written = written.strip()
    if b"<!doctype" in written or b"<!entity" in written:
        raise FileRefused(_("The file declares XML entities, which are not allowed: %(name)s") % {"name": name[:100]})
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
    """What lxml meets, without a tree: the instructions of fields, and whether an element starts a program."""

    def __init__(self) -> None:
        self.fields: list[str] = []
        self.starts_program = False
        self._in_instruction = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note the instruction of a field, or an element that starts a program."""
        local = tag.rpartition("}")[2].lower()
        own = {key.rpartition("}")[2].lower(): said for key, said in attributes.items()}
        self._in_instruction = local == "instrtext"
        if local == "fldchar":
            self.fields.append("\n")
        elif local == "fldsimple":
            self.fields.append(f"\n{own.get('instr', '')}\n")
        elif local in {"ddelink", "script"} or own.get("action", "").strip().lower().startswith(_ACTIONS):
            self.starts_program = True

    def data(self, text: str) -> None:
        """Note the words of an instruction, which may be cut into many elements."""
        if self._in_instruction:
            self.fields.append(text)

    def end(self, _tag: str) -> None:
        """Leave an element."""
        self._in_instruction = False

    def close(self) -> None:
        """Give lxml the result that it asks for."""


def foreign_sentence(name: str) -> str:
    """Return the sentence about a part that is something else than its name says."""
    return _("The file contains a part of another kind than its name says: %(name)s") % {"name": name[:100]}
