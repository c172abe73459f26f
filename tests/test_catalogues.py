"""The words of the interface: plain English, and complete in French and Spanish.

`docs/glossary.md` has the secretariat's terms. The refused words were once in the interface; each pattern says what to
write instead.
"""

import ast
import re
from ast import literal_eval
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from script.lib.assets import ROOT, catalogue, files

LANGUAGES = ("fr", "es")

# Pattern of words that are hard to understand -> what to write instead.
REFUSED = {
    r"\bwhoever\b": "who, anyone who",
    r"\banew\b": "again",
    r"\bstands?\b|\bstood\b": "is, appears",
    r"\balone\b": "only",
    r"\bin words\b": "leave it out",
    r"(?<![Tt]here )\b(is|are) no\b(?! longer)": "is not a …",
    r"\bnothing is against\b": "Ready to …",
    r"\bawaits?\b|\bawaiting\b": "needs",
    r"\b(be|been|is|are|was|were) told\b|\btold by\b": "notified, emailed",
    r"(?i)\b(desk|house(?! style)|floor|chip)s?\b": "the thing's own name",
    r"\broom\b": "app; a meeting room is listed in ALLOWED",
    r"\b[Tt]ake .*\bback\b": "Withdraw",
    r"\be-mails?\b|\bmails?\b|\bmailed\b": "email",
    r"\b[Ll]og(ged)? (in|out)\b|\blog-?in\b": "sign in, sign out",
    r"^Make\b|^Do nothing\b": "Create, Add, Cancel",
    r"\bempty: ": "Leave blank if …",
    r"\b[Ss]ay (why|what|when|both|who)\b": "Enter, Give",
    r"\bsince always\b": "no start date",
    r"\b[Tt]here is (no )?such\b": "name the thing: This … does not exist",
    r"\bin between\b": "while you were editing",
}

# Entries in which a refused word has its ordinary meaning.
ALLOWED = frozenset(
    {
        "%(room)s is closed at %(time)s, during “%(title)s”.",
        "Add room",
        "“%(one)s” and “%(other)s” are both in %(room)s at %(time)s.",
        "New room",
        "Slots in this room will be kept without a room.",
        "This room belongs to another meeting or workshop. Choose a room of this one.",
        "Remove room",
        "Edit timetable (rooms, slots, people)",
        "Time and room",
        "room",
    }
)

KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

LITERAL = r"""u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*\""""
TEMPLATE_CALL = re.compile(rf"\b(?P<name>n?p?gettext|_)\((?P<first>{LITERAL})(?:, *(?P<second>{LITERAL}))?")


@cache
def entries(language: str) -> dict:
    """Return the catalogue's entries by context and msgid."""
    source = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    return {(entry.context or None, forms(entry)[0]): entry for entry in catalogue(source) if entry.id}


def forms(entry) -> tuple[str, ...]:
    return tuple(entry.id) if entry.pluralizable else (entry.id,)


def refused_words(msgid: str) -> list[str]:
    words = re.sub(r"%\(\w+\)[sd]|<[^>]*>", "", msgid)
    return [f"{found[0]!r}: {better}" for pattern, better in REFUSED.items() if (found := re.search(pattern, words))]


def test_interface_says_it_in_plain_words():
    faults = {
        form: found
        for entry in entries("fr").values()
        for form in forms(entry)
        if form not in ALLOWED and (found := refused_words(form))
    }
    assert faults == {}


def test_apostrophes_after_letters_are_typographic():
    faults = [form for entry in entries("fr").values() for form in forms(entry) if re.search(r"[^\W\d_]'", form)]
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_translated(language):
    missing = [
        key
        for key, entry in entries(language).items()
        if entry.fuzzy or not all(entry.string if entry.pluralizable else (entry.string,))
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_exactly_the_texts_of_the_sources(language):
    assert set(entries(language)) == set(texts_of_sources())


def test_french_is_typeset_with_its_own_spaces_and_apostrophes():
    wrong = re.compile(r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]|[^\u00a0\W][;?!»]| [:;?!»]|«[^\u00a0]|[ \u00a0]{2}")
    faults = {}
    for (_context, msgid), entry in entries("fr").items():
        for text in entry.string if entry.pluralizable else (entry.string,):
            prose = re.sub(r"https?://\S+|</?[a-z][^>]*>|&\w+;", "", text)
            if found := wrong.search(prose):
                faults[msgid] = found[0]
    assert faults == {}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


def test_texts_are_given_the_values_that_they_name():
    missing = {
        f"{path.relative_to(ROOT)}: {text}": sorted(placeholders(text) - keys)
        for path in files("**/*.py")
        for text, keys in texts_with_values(ast.parse(path.read_text()))
        if placeholders(text) - keys
    }
    assert missing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_no_value_that_the_text_does_not(language):
    invented = {
        key: found
        for key, entry in entries(language).items()
        for text in (entry.string if entry.pluralizable else (entry.string,))
        if (found := placeholders(text) - set().union(*map(placeholders, forms(entry))))
    }
    assert invented == {}


def texts_with_values(tree: ast.AST):
    """Yield each translatable text that is followed by `% {…}`, and the names between the braces."""
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(left=ast.Call(func=function, args=texts), op=ast.Mod(), right=ast.Dict(keys=keys)):
                names = {key.value if isinstance(key, ast.Constant) else None for key in keys}
                if getattr(function, "id", getattr(function, "attr", None)) in KEYWORDS and None not in names:
                    yield from ((text.value, names) for text in texts if isinstance(getattr(text, "value", 0), str))


@cache
def texts_of_sources() -> dict:
    """Return where each translatable text is written, by context and msgid, as `makemessages` finds them."""
    found = {}
    for path in files("**/*.py", "**/*.html", "**/*.txt"):
        name = str(path.relative_to(ROOT))
        if name.startswith(("tests/", "bench/", "data/", "static/", "docs/")):
            continue
        for text, context in texts_of(path):
            found.setdefault((context, text), name)
    return found


def texts_of(path: Path):
    source = path.read_text()
    if path.suffix == ".py":
        for _line, text, _comments, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
            yield (text[0] if isinstance(text, tuple) else text), context
    elif "{%" in source or "{{" in source:
        for call in TEMPLATE_CALL.finditer(templatize(source, origin=str(path))):
            words = [literal_eval(word) for word in (call["first"], call["second"]) if word]
            yield (words[1], words[0]) if "p" in call["name"] else (words[0], None)
