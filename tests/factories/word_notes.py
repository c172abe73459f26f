"""A note of ten pages, and the different ways in which secretariats type such a note in Word."""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.factories.word_files import WordFile
from texts.numbering import letter, roman

_SUBJECTS = (
    "The river ports", "Seasonal crews", "Two harbour towns", "The lighthouse service", "Village councils",
    "Ferry companies of the delta", "A commission of seven pilots", "Teachers on the islands", "The weather office",
    "Cartographers", "The salt-works of the northern shore", "Young boat-builders",
)  # fmt: skip
_VERBS = (
    "reported", "measured", "set aside", "compared", "asked for", "took part in", "kept a record of", "welcomed",
    "drew up", "passed on", "looked again at", "paid for",
)  # fmt: skip
_OBJECTS = (
    "the height of the spring tide", "a common timetable for crossings", "the cost of dredging – and of silt",
    "signals that can be read at night", "the “open door” rule for visiting crews", "a register of sound moorings",
    "wages agreed before the season", "the maps of 1974, now much altered", "what the fishermen’s widows had said",
    "a co-operative store for ropes and sails", "early warning by radio", "a school calendar fitted to the catch",
)  # fmt: skip
_ENDS = (
    "during the first half of the season", "at the request of several boroughs", "without waiting for the assembly",
    "in line with the agreement of 12 May", "on both banks", "as far as the third lock", "with means of their own",
    "for the benefit of newcomers and long-settled families alike", "although the harvest had been poor",
)  # fmt: skip


def sentences(seed: int, count: int) -> str:
    chosen = random.Random(seed)
    return " ".join(
        f"{chosen.choice(_SUBJECTS)} {chosen.choice(_VERBS)} {chosen.choice(_OBJECTS)} {chosen.choice(_ENDS)}."
        for _each in range(count)
    )


@dataclass
class SecretariatNote:
    """The note as a list of entries (kind, text); `write` types it into Word in one of the ways below."""

    entries: list[tuple[str, Any]] = field(default_factory=list)

    @classmethod
    def of_ten_pages(cls) -> "SecretariatNote":
        note = cls()
        add = note.entries.append
        add(("n", f"This note tells of the work on the delta. {sentences(1, 5)}"))
        add(("h1", "The season 2031: Tides and people"))
        for seed in range(2, 5):
            add(("n", sentences(seed, 6) + ("{Tables are kept at http://delta.example/tides.}" if seed == 2 else "")))
        add(
            (
                "n",
                "The talks on the water went on beside the meeting. See Annex II for them.{The *crews* spoke freely.}",
            )
        )
        add(("n", sentences(6, 5)))
        add(("h1", "Thirty-third assembly of the delta"))
        add(("h2", "What was asked"))
        add(("n", f"{sentences(7, 3)} The answers were these:"))
        add(("bullets", [sentences(20 + n, 1) for n in range(4)]))
        add(("n", sentences(8, 4)))
        add(("h2", "What is planned"))
        add(("n", "The assembly (29 November–2 December) will hear:"))
        add(
            (
                "letters",
                [f"**an address** by the pilots on {n} matters of the coast, with time for questions;" for n in "345"],
            )
        )
        add(("n", sentences(10, 7)))
        add(("h1", "The season 2032: Work for winter"))
        add(("n", f"{sentences(11, 5)} Paragraph 9 says more."))
        add(("n", sentences(12, 7)))
        for place, title in enumerate(
            ("Ropes, sails and debts", "Silt, storms and moving dunes", "Maps and those who draw them")
        ):
            add(("lettered", title))
            add(("n", sentences(30 + place, 8)))
            add(("n", sentences(40 + place, 9)))
        add(("n", f"The budget is 200\u00a0000 crowns (100\u00a0000 a winter). {sentences(50, 3)}"))
        add(("n", sentences(51, 3)))
        titles = ("What the crews thought of the meeting", "Talks on the water: a summary and some voices")
        add(("annexes", titles))
        add(("annex", titles[0]))
        add(("h1", "How satisfied they were: 82%{Asked of 178; 28 answered (16%).}"))
        add(("p", sentences(60, 4)))
        add(("bullets", [sentences(61 + n, 2) for n in range(3)]))
        add(("table", [["Part", "Share"], ["Aims", "80%"], ["Form of the meeting", "81%"]]))
        add(("annex", titles[1]))
        add(("p", "Four questions were put to the boatmen:"))
        add(("numbers", [f"What should be done about {thing}?" for thing in ("tides", "nets", "the young", "fog")]))
        add(("h1", "Summary"))
        add(("p", sentences(70, 5)))
        add(("h1", "Some voices"))
        add(("p", "Question 2: What should be done about nets?"))
        add(("quote", [f"“{sentences(71, 4)}", f"{sentences(72, 5)}", f"{sentences(73, 2)[:-1]}.”"]))
        add(("p", "Question 3: What should be done about the young?"))
        add(("quote", [f"“{sentences(74, 6)[:-1]}.”"]))
        return note

    def lines(self) -> list[str]:
        """Return what a reader sees, in order: paragraphs, items and annexes with their numbers, without the masthead.

        Footnotes are in braces where they are cited.
        """
        text: list[str] = []
        number = capital = annex = 0
        for kind, words in self.entries:
            if kind == "n":
                number += 1
                text.append(f"{number}. {words}")
            elif kind == "lettered":
                capital += 1
                text.append(f"{letter(capital).upper()}. {words}")
            elif kind in {"letters", "numbers", "bullets"}:
                signs = {"letters": lambda n: f"({letter(n)})", "numbers": lambda n: f"{n}."}.get(kind, lambda n: "")
                text += [f"{signs(place)} {item}" for place, item in enumerate(words, start=1)]
            elif kind == "annexes":
                text.append("Annexes")
                text += [f"{roman(place)}. {title}" for place, title in enumerate(words, start=1)]
            elif kind == "annex":
                annex += 1
                text.append(f"Annex {roman(annex)} {words}")
            elif kind == "table":
                text += [cell for row in words for cell in row]
            else:
                text += words if isinstance(words, list) else [words]
        return [re.sub(r"[*^]", "", line) for line in text]

    def words(self) -> Counter[str]:
        """Return every word of the note, and the number of each footnote at its call and its note."""
        joined = "\n".join(self.lines())
        calls = " ".join(f"{place} {place}" for place in range(1, joined.count("{") + 1))
        return Counter(f"{re.sub(r'[{}]', ' ', joined)} {calls}".split())

    def write(self, typing: "Callable[[WordFile, SecretariatNote], None]") -> bytes:
        file = WordFile(header="DP/2031/4 Page 2")
        typing(file, self)
        return file.bytes()


def automatic(file: WordFile, note: SecretariatNote) -> None:
    """Type with Word's own styles and numbering."""
    for line in ("DP/2031/4", "Original: English", "20 September 2031"):
        file.p(line, align="right")
    file.p("Informal Consultations")
    file.p("Delta and people", style="Title")
    file.p("A note for discussion by the boroughs", style="Subtitle")
    numbers, capitals = file.new_list("numbers"), file.new_list("capitals")
    for kind, text in note.entries:
        if kind == "n":
            file.p(text, num=numbers)
        elif kind in {"h1", "h2"}:
            file.p(text, style=f"Heading{kind[1]}")
        elif kind == "lettered":
            file.p(text, style="Heading2", num=capitals)
        elif kind in {"letters", "bullets", "numbers"}:
            own = file.new_list(kind)
            for item in text:
                file.p(item, num=own)
        elif kind == "annexes":
            file.p("Annexes", style="Heading1")
            own = file.new_list("annexes")
            for title in text:
                file.p(title, num=own)
        elif kind == "annex":
            _annex(file, note, text, style="Heading1")
        elif kind == "quote":
            for words in text:
                file.p(words, style="Quote")
        elif kind == "table":
            file.table(text)
        else:
            file.p(text)


def typed(file: WordFile, note: SecretariatNote) -> None:
    """Type numbers, letters and bullets by hand with tabs; center or underline headings; indent quotations."""
    file.p("DP/2031/4\tOriginal: English")
    file.p("20 September 2031", align="right")
    file.p()
    file.p("DELTA AND PEOPLE", align="center", bold=True)
    file.p("A note for discussion by the boroughs", align="center", bold=True)
    file.p()
    number = capital = 0
    for kind, text in note.entries:
        if kind == "n":
            number += 1
            file.p(f"{number}.\t{text}")
        elif kind == "h1":
            file.p(text, align="center", bold=True)
        elif kind == "h2":
            file.p(text, underline=True)
        elif kind == "lettered":
            capital += 1
            file.p(f"{letter(capital).upper()}.\t{text}", bold=True)
        elif kind in {"letters", "numbers", "bullets"}:
            for place, item in enumerate(text, start=1):
                sign = {"letters": f"({letter(place)})", "numbers": f"{place}."}.get(kind, "•")
                file.p(f"{sign}\t{item}", left=1134, hanging=567)
        elif kind == "annexes":
            file.p("Annexes", bold=True)
            for place, title in enumerate(text, start=1):
                file.p(f"{roman(place)}.\t{title}", left=567, hanging=567)
        elif kind == "annex":
            _annex(file, note, text, align="center", bold=True)
        elif kind == "quote":
            for words in text:
                file.p(words, left=720, right=720)
        elif kind == "table":
            file.table(text)
        else:
            file.p(text)
        file.p()


def hurried(file: WordFile, note: SecretariatNote) -> None:
    """Type with spaces instead of tabs, items after manual line breaks, unindented quotations, and soft hyphens."""
    file.table(
        [["INTERNATIONAL ORGANIZATION FOR MIGRATION", "DP/2031/4"], ["Informal Consultations", "20 September 2031"]],
        bold_head=False,
    )
    file.p("Delta and people", align="center", small_caps=True)
    file.p("A note for discussion by the boroughs", align="center", small_caps=True)
    number = capital = 0
    for kind, text in note.entries:
        if kind == "n":
            number += 1
            file.p(f"{number}.  {text}".replace("agreement", "agree\u00admen\u00adt"))
        elif kind in {"h1", "h2"}:
            file.p(text, bold=kind == "h1", italic=kind == "h2")
        elif kind == "lettered":
            capital += 1
            file.p(f"{letter(capital).upper()}. {text}", bold=True)
        elif kind in {"letters", "numbers"}:
            signs = [f"({letter(p)})" if kind == "letters" else f"{p}." for p in range(1, len(text) + 1)]
            file.p("\n".join(f"{sign} {item}" for sign, item in zip(signs, text, strict=True)))
        elif kind == "bullets":
            for item in text:
                file.p(f"-\t{item}", left=360)
        elif kind == "annexes":
            file.p("Annexes:", underline=True)
            for place, title in enumerate(text, start=1):
                file.p(f"{roman(place)}. {title}")
        elif kind == "annex":
            _annex(file, note, text, align="right", underline=True)
        elif kind == "table":
            file.table(text)
        else:
            for words in text if isinstance(text, list) else [text]:
                file.p(words)


def _annex(file: WordFile, note: SecretariatNote, title: str, **look: Any) -> None:
    annexes = [text for kind, text in note.entries if kind == "annex"]
    look = {"align": "", "bold": False, "underline": False, "style": "", **look}
    file.p(f"Annex {roman(annexes.index(title) + 1)}", page_break=True, **look)
    file.p(title, **{**look, "align": "center"})
    file.p()


TYPINGS = {"automatic": automatic, "typed": typed, "hurried": hurried}
