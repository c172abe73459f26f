"""Lists numbered by Word: a definition for each format, and a list for each place where numbering restarts."""

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from texts.rendering.ooxml.styles import W

_FORMATS = {
    "number": "decimal", "letter": "lowerLetter", "roman": "lowerRoman", "capital": "upperLetter",
    "annex": "upperRoman", "bullet": "bullet",
}  # fmt: skip
STEP = 567  # twips: one centimetre


@dataclass
class Numbers:
    """The lists of a file. Lists with the same format share a definition but are numbered separately."""

    _looks: dict[tuple[str, str, int, int], int] = field(default_factory=dict)
    _lists: list[tuple[int, int]] = field(default_factory=list)

    def begin(self, kind: str, printed: str, *, depth: int = 0, left: int = STEP) -> int:
        """Start a list and return its id.

        `printed` is its first number as printed, `(a)` or `1.`; `left` is where the text of an item begins, in twips.
        """
        text = "•" if kind == "bullet" else re.sub(r"\w+", f"%{depth + 1}", printed, count=1)
        look = self._looks.setdefault((kind, text, depth, left), len(self._looks) + 1)
        self._lists.append((look, depth))
        return len(self._lists)

    def xml(self) -> str:
        """Return the numbering part."""
        abstracts = []
        for (kind, text, depth, left), identity in self._looks.items():
            # Word requires all levels up to the used one, although only the last is shown.
            levels = "".join(
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{_FORMATS[kind]}"/>'
                f'<w:lvlText w:val={quoteattr(text if level == depth else f"%{level + 1}")}/><w:lvlJc w:val="left"/>'
                f'<w:pPr><w:ind w:left="{left}" w:hanging="{min(left, STEP)}"/></w:pPr></w:lvl>'
                for level in range(depth + 1)
            )
            abstracts.append(
                f'<w:abstractNum w:abstractNumId="{identity}"><w:multiLevelType w:val="multilevel"/>{levels}'
                "</w:abstractNum>"
            )
        lists = "".join(
            f'<w:num w:numId="{place}"><w:abstractNumId w:val="{look}"/><w:lvlOverride w:ilvl="{depth}">'
            '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            for place, (look, depth) in enumerate(self._lists, start=1)
        )
        return f'<w:numbering xmlns:w="{W}">{"".join(abstracts)}{lists}</w:numbering>'
