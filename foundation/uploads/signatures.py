"""What the first bytes of a file indicate about its kind."""

import puremagic

_BEGINNING = 8192
# Browsers that guess the kind of a file look at so many bytes (MIME Sniffing Standard).
_SNIFFED = 1445
_PROGRAM_ENDINGS = {
    ".exe", ".dll", ".sys", ".scr", ".com", ".msi", ".class", ".appimage", ".elf", ".dex", ".swf", ".lnk",
    ".chm", ".hta", ".rar", ".7z", ".cab", ".gz", ".bz2", ".xz", ".tar", ".iso", ".wasm", ".pyc",
}  # fmt: skip
_PROGRAM_TYPES = {"application/vnd.microsoft.portable-executable", "application/java", "application/x-dosexec"}
# Scripts and programs that puremagic recognizes only by their endings.
_PROGRAM_STARTS = (
    b"MZ", b"#!", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"dex\n", b"L\0\0\0\x01\x14\x02\0", b"PK\x03\x04",
)  # fmt: skip
_MARKUP = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php", b"<iframe", b"<body")


def media_types_of(content: bytes) -> set[str]:
    """Return all media types that the first bytes allow; empty if they indicate nothing."""
    return {found.mime_type for found in _found(content) if found.mime_type}


def is_object(content: bytes) -> bool:
    """Return whether the content is a Windows compound file, used for embedded objects and older Office files."""
    return content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def is_program(content: bytes) -> bool:
    """Return whether the content is a program, a script with an interpreter line, or an archive that may hold one."""
    if content.startswith(_PROGRAM_STARTS):
        return True
    # Shorter signatures occur by chance in plain text.
    return any(
        (found.extension.lower() in _PROGRAM_ENDINGS or found.mime_type in _PROGRAM_TYPES)
        and len(found.byte_match) >= 4 and found.confidence >= 0.4
        for found in _found(content)
    )  # fmt: skip


def holds_markup(content: bytes) -> bool:
    """Return whether a browser that guesses types would find HTML in the first bytes."""
    beginning = content[:_SNIFFED].replace(b"\0", b"").lower()
    return any(sign in beginning for sign in _MARKUP)


def _found(content: bytes) -> list[puremagic.main.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(content[:_BEGINNING])
    except (puremagic.PureError, ValueError):
        return []
