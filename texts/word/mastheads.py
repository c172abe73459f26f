"""Recognize the masthead of a note written in Word, line by line, as fields of the document."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile

from django.db.models import TextChoices

from foundation.text import LANGUAGES, Language, fold
from texts.kinds import Body, Distribution, Kind
from texts.masthead import ONLY, WORDS, names_of
from texts.symbols import is_symbol
from texts.word.blocks import Signature, looks_like_heading, signature
from texts.word.labels import ANNEX, typed_label
from texts.word.lines import Line, TableLines

# Earlier names of kinds and bodies.
_OTHER_NAMES = (
    (Kind.NOTE, "Note de réflexion"),
    (Kind.NOTE, "Documento de reflexión"),
    (Kind.NOTE, "Nota de debate"),
    (Body.CONSULTATIONS, "Consultas informales"),
)
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), start=1)
}
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:er|st|nd|rd|th)?\s+(?:de\s+)?([a-z]+)\.?,?\s+(?:de\s+|del\s+)?(\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([a-z]+)\s+(\d{1,2}),?\s+(\d{4})\b")
_ORIGINAL = re.compile(r"^original[e]?\s*:\s*(.+)$")
_DISTRIBUTION = re.compile(r"^(?:distr(?:ibution|ibucion)?\.?)\s*:?\s*(\w+)$")
_SESSION = re.compile(r"\b(session|sesion|reunion|periodo de sesiones|meeting)\b")
_MOST_LINES = 40


@dataclass
class Masthead:
    """The recognized fields, title and subtitle. `taken` lists all words of the masthead."""

    fields: dict[str, object] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    subtitle: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recognized."""
        return not self.fields and not self.title


def take_masthead(lines: list[Line | TableLines]) -> tuple[Masthead, list[Line | TableLines]]:
    """Return the masthead and the remaining lines. Lines that are not recognized stay in the text."""
    head = Masthead()
    zone, rest = _zone(lines)
    unknown: list[tuple[Line, bool]] = []
    gap = True
    for line in zone:
        if line.is_empty:
            gap = True
            continue
        if line.look.style == "Masthead session":
            head.fields["session_line"] = line.text.strip()
            head.taken.append(line.text)
            continue
        unrecognized = [piece for piece in _pieces(line.text) if not _recognise(head, piece)]
        if line.look.style.startswith("Masthead"):
            head.taken += unrecognized
            continue
        if unrecognized:
            whole = len(unrecognized) == len(_pieces(line.text))
            unknown.append(
                (line if whole else Line(line.look, [{"type": "text", "text": " ".join(unrecognized)}]), gap)
            )
        gap = False
    gaps = any(line.is_empty for line in zone)
    left = _titles(head, unknown, rest, gaps)
    if head.is_empty and not head.taken:
        return Masthead(), lines
    return head, [*left, *rest]


def _zone(lines: list[Line | TableLines]) -> tuple[list[Line], list[Line | TableLines]]:
    """Return the lines that may be a masthead and the rest.

    The masthead ends at the first number, long paragraph or list, or at a table without masthead words.
    """
    zone: list[Line] = []
    for place, line in enumerate(lines[:_MOST_LINES]):
        if isinstance(line, TableLines):
            inner = [cell for row in line.rows for _r, _c, cells in row for cell in cells if isinstance(cell, Line)]
            texts = [piece for cell in inner for piece in _pieces(cell.text)]
            if not any(_recognise(Masthead(), text) for text in texts) or any(len(text) > 160 for text in texts):
                return zone, lines[place:]
            zone += inner
            continue
        text = " ".join(line.text.split())
        is_title = fold(line.look.style) in {"title", "subtitle", "titre", "titulo", "sous-titre", "subtitulo"}
        if line.look.ids or (line.look.label is not None and not is_title):
            return zone, lines[place:]
        typed = typed_label(line.text)
        if typed is not None and typed.kind != "dash":
            return zone, lines[place:]
        sentence = text.endswith((".", ";")) and len(text) > 60
        if not is_title and (len(text) > 250 or sentence):
            return zone, lines[place:]
        zone.append(line)
    return zone, lines[len(zone) :] if len(zone) <= len(lines) else []


def _pieces(text: str) -> list[str]:
    """Return the pieces of a line that are separated by tabs, breaks or many spaces."""
    return [" ".join(piece.split()) for piece in re.split(r"[\t\n]+| {4,}", text) if piece.strip()]


def _recognise(head: Masthead, piece: str) -> bool:
    folded = fold(piece).strip(" .:*–—-()")
    found = (
        _symbol(head, piece)
        or _original(head, folded)
        or _distribution(head, folded)
        or _fixed(head, folded)
        or _date(head, folded)
        or _body(head, piece, folded)
    )
    if found:
        head.taken.append(piece)
    return found


def _symbol(head: Masthead, piece: str) -> bool:
    bare = re.sub(r"^(?:document|doc\.?|symbol)\s*:?\s*", "", piece, flags=re.IGNORECASE).strip("* ")
    if "/" not in bare or not is_symbol(bare):
        return False
    head.fields.setdefault("symbol", bare)
    return True


@cache
def _names(choices: type[TextChoices]) -> list[tuple[str, str]]:
    """Return (value, name) of all choices in all languages, earlier names included."""
    named = [pair for language in LANGUAGES for pair in names_of(choices, language).items()]
    return named + [(str(value), name) for value, name in _OTHER_NAMES if isinstance(value, choices)]


def _original(head: Masthead, folded: str) -> bool:
    found = _ORIGINAL.match(folded)
    if not found:
        return False
    for code, name in _names(Language):
        if fold(name) == found[1].strip():
            head.fields["original_language"] = code
            return True
    return False


def _distribution(head: Masthead, folded: str) -> bool:
    found = _DISTRIBUTION.match(folded)
    wanted = found[1] if found else folded
    for code, word in _names(Distribution):
        if fold(word) == wanted and (found or code in {"restricted", "limited"}):
            head.fields["distribution"] = code
            return True
    return False


def _fixed(head: Masthead, folded: str) -> bool:
    """Recognize the organization, the kind of document, a language note or the word "draft"."""
    if _is_organization(folded):
        return True
    for language in WORDS:
        if folded == fold(WORDS[language]["draft"]):
            return True
        if folded in {fold(only) for only in ONLY[language].values()}:
            return True
    for kind, name in _names(Kind):
        if folded == fold(name):
            head.fields["kind"] = kind
            return True
    return False


def _is_organization(folded: str) -> bool:
    """Return whether a line has only names and acronyms of the organization, such as `IOM • OIM`."""
    names = [WORDS[language]["organization"] for language in WORDS]
    acronyms = {fold("".join(re.findall(r"\b[A-Z]", name))) for name in names}
    bare = folded
    for name in names:
        bare = bare.replace(fold(name), " ")
    left = [word for word in re.findall(r"\w+", bare) if word not in acronyms or len(word) < 2]
    return bool(folded) and not left


def _date(head: Masthead, folded: str) -> bool:
    found = date_in(folded)
    if found is None or len(folded) > 45:
        return False
    head.fields.setdefault("dated", found)
    return True


def date_in(text: str) -> dt.date | None:
    """Return the first date written with the name of its month, in any of the three languages."""
    folded = fold(text)
    for day, month, year in _DAY_FIRST.findall(folded):
        if month in _MONTHS:
            return _day(int(year), _MONTHS[month], int(day))
    for month, day, year in _MONTH_FIRST.findall(folded):
        if month in _MONTHS:
            return _day(int(year), _MONTHS[month], int(day))
    return None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _body(head: Masthead, piece: str, folded: str) -> bool:
    if len(piece) > 150:
        return False
    for code, name in _names(Body):
        if folded == fold(name):
            head.fields["body"] = code
            return True
        if re.match(rf"{re.escape(fold(name))}\s*[–—,:|-]", folded) and "body" not in head.fields:
            rest = re.sub(r"^[^–—,:|-]+[–—,:|-]\s*", "", piece)
            head.fields["body"] = code
            head.fields.setdefault("session_line", rest)
            return True
    ordinal = re.search(r"\b(\d+(?:st|nd|rd|th|e|eme|a|o)?|\w+(?:st|nd|rd|th|ieme|eme))\b", folded)
    if _SESSION.search(folded) and ordinal and len(piece) <= 100 and "session_line" not in head.fields:
        head.fields["session_line"] = piece
        if "body" not in head.fields:
            for code, name in _names(Body):
                if re.search(rf"\b{re.escape(fold(name))}\b", folded):
                    head.fields["body"] = code
        return True
    return False


def _titles(
    head: Masthead, unknown: list[tuple[Line, bool]], rest: list[Line | TableLines], gaps: bool
) -> list[Line | TableLines]:
    """Take title and subtitle from the remaining lines, and return the other lines.

    `gaps` says that empty lines separate things, so that a line directly below the title belongs to it.
    """
    # Only headings of the main text count, because headings of annexes may be centred like the title.
    main = list(takewhile(lambda line: not (isinstance(line, Line) and ANNEX.match(line.text.strip())), rest))
    later = {signature(line.look) for line in main if isinstance(line, Line) and looks_like_heading(line)}
    left: list[Line | TableLines] = []
    open_title = True
    for line, gap in unknown:
        style = fold(line.look.style)
        text = " ".join(line.text.split())
        if style in {"title", "titre", "titulo"}:
            head.title.append(text)
        elif style in {"subtitle", "sous-titre", "subtitulo"}:
            head.subtitle.append(text)
        elif not open_title or (line.look.outline is not None and head.title):
            open_title = False
            left.append(line)
        elif not head.title:
            if line.look.outline is not None and signature(line.look) in later:
                open_title = False
                left.append(line)
            elif looks_like_heading(line) or line.look.size > 26:
                head.title.append(text)
            else:
                left.append(line)
        elif (gaps and not gap) or _goes_on(head, line, gap, later, unknown):
            head.subtitle.append(text)
        else:
            open_title = False
            left.append(line)
    head.taken += [*head.title, *head.subtitle]
    return left


def _goes_on(head: Masthead, line: Line, gap: bool, later: set[Signature], unknown: list[tuple[Line, bool]]) -> bool:
    """Return whether a line continues the title and is not the first heading of the text."""
    if not (looks_like_heading(line) or line.look.align == "center"):
        return False
    first = next(entry for entry, _gap in unknown if " ".join(entry.text.split()) == head.title[0])
    same = signature(line.look) == signature(first.look)
    if signature(line.look) in later:
        return same and not gap
    return True
