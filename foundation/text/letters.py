"""Clean text that people type or paste, without losing a letter of any script.

`clean` is for running text, `clean_name` for names and other single lines, `clean_address` for email addresses. Forms
do not need them, because `foundation.pages.letters` cleans what browsers send. Imports, commands and services that
take text from elsewhere call them.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from fontTools.unicodedata import script

ZWNJ, ZWJ = "\u200c", "\u200d"
# Line breaks of all systems, including those that Word and PDF readers put on the clipboard.
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Control characters except tab and line breaks, lone surrogates, and noncharacters.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Invisible characters without meaning: soft hyphen, zero-width space and no-break space, word joiner, invisible
# operators, deprecated format characters, interlinear annotation, tags.
_CARRY_NOTHING = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]")
# Embeddings, overrides and isolates reverse the text after them, even outside the field. Direction marks do not.
_TURNS_AROUND = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile("[\u061c\u200e\u200f]")
# All that `clean` removes from the middle of a text and that can be stored: for texts that are cleaned in place.
UNSEEN = re.compile(f"(?:{_CARRY_NOTHING.pattern}|{_TURNS_AROUND.pattern})+")
_SPACES = re.compile(r"[^\S\n]+")
_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")
# Scripts without joiners. In the others, joiners distinguish words ("علی‌رضا") or select the form of a letter.
_NEVER_JOINED = {"Zyyy", "Zinh", "Zzzz", "Latn", "Grek", "Cyrl", "Armn", "Geor", "Hebr", "Hani", "Hira", "Kana", "Hang"}


def clean(text: str) -> str:
    """Return running text in NFC, with line feeds as its only breaks and without invisible or reversing characters.

    No-break spaces are kept, because French uses them. Joiners are kept between letters of scripts that use them, and
    between emoji.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _CONTROLS.sub("", _BREAKS.sub("\n", text))
    text = _TURNS_AROUND.sub("", _CARRY_NOTHING.sub("", text))
    if ZWNJ in text or ZWJ in text:
        text = _with_joiners_that_join(text)
    return unicodedata.normalize("NFC", text)


def clean_name(text: str) -> str:
    """Return a name: cleaned, without direction marks, with single plain spaces and none at the ends.

    Line breaks are kept, so that `validate_line` can refuse them.
    """
    return "\n".join(_SPACES.sub(" ", line).strip() for line in _MARKS.sub("", clean(text)).strip().split("\n"))


def clean_address(text: str) -> str:
    """Return an email address without spaces and marks, which are often pasted with it."""
    return "".join(_MARKS.sub("", clean(text)).split())


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of running text, which are separated by empty lines, for any kind of line break."""
    return [part.strip() for part in _PARAGRAPHS.split(_BREAKS.sub("\n", text).strip()) if part.strip()]


def validate_line(text: str) -> None:
    """Raise ValidationError if the text is not one line, because names go into email subjects and file names."""
    if _BREAKS.search(text) or "\n" in text or _CONTROLS.search(text) or _TURNS_AROUND.search(text):
        raise ValidationError(_("Enter the text on one line, without control characters."))


def _with_joiners_that_join(text: str) -> str:
    letters = []
    for place, letter in enumerate(text):
        if letter not in (ZWNJ, ZWJ) or _joins(text, place):
            letters.append(letter)
    return "".join(letters)


def _joins(text: str, place: int) -> bool:
    """Return whether the joiner at `place` follows a letter of a script that uses joiners, or is between two emoji."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if not before:
        return False
    if script(before) not in _NEVER_JOINED:
        return unicodedata.category(before)[0] in "LM"
    pictures = (
        unicodedata.category(before) in {"So", "Sk", "Mn"} and bool(after) and unicodedata.category(after) == "So"
    )
    return text[place] == ZWJ and pictures
