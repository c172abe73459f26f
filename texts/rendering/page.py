"""Documents as data for templates: contents, and parts with their anchors and markup."""

from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from texts.kinds import AnnexMarks
from texts.material import Material
from texts.rendering.blocks import BlockWriter, Medium


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents."""

    label: str
    anchor: str
    level: int


@dataclass(frozen=True)
class SetPart:
    """A part with its HTML, ready for a template."""

    kind: str
    anchor: str
    number: str
    label: str
    title: str
    only: str
    language: str
    body: SafeString
    # Printed above the annex. Empty where the annex starts with its own heading or the style omits the note.
    title_above: str = ""
    only_above: str = ""


@dataclass(frozen=True)
class SetDocument:
    """A material with its HTML for one medium."""

    parts: list[SetPart]
    contents: list[Entry] = field(default_factory=list)
    report: list[str] = field(default_factory=list)
    lists_annexes: bool = True
    lists_contents: bool = False

    @property
    def main(self) -> SetPart:
        """The main text."""
        return self.parts[0]

    @property
    def annexes(self) -> list[SetPart]:
        """The annexes in order."""
        return self.parts[1:]


def set_document(material: Material, medium: Medium, writer: BlockWriter | None = None) -> SetDocument:
    """Return `material` with its HTML. A custom `writer` may add to blocks, such as the comments on a draft."""
    writer = writer or BlockWriter(material, medium)
    parts, contents = [], []
    for part in material["parts"]:
        anchor = writer.anchors.get(part["key"], "text")
        number = writer.numbering.annexes.get(part["key"], "")
        label = writer.numbering.annex_heading(part["key"]) if number else ""
        # The writer has escaped all text in it.
        body = mark_safe(writer.part(part))  # noqa: S308
        parts.append(
            SetPart(
                part["kind"], anchor, number, label, part["title"], writer.only(part), part["language"], body,
                "" if part.get("heads_itself") else part["title"],
                "" if material.get("annex_marks") == AnnexMarks.LIST else writer.only(part),
            )
        )  # fmt: skip
        if label:
            contents.append(Entry(f"{label}. {part['title']}" if part["title"] else label, anchor, 1))
        for block in part["content"].get("content") or ():
            if block["type"] == "heading":
                attrs = block["attrs"]
                level = attrs.get("level", 1) + (1 if label else 0)
                if level <= 2:
                    letter = writer.numbering.headings.get(attrs["id"])
                    words = writer.words_of(block)
                    anchor_of = writer.anchors.get(attrs["id"], attrs["id"])
                    contents.append(Entry(f"{letter}. {words}" if letter else words, anchor_of, level))
    report = list(dict.fromkeys(writer.report))
    lists_annexes = len(parts) > 1 and material.get("lists_annexes", True)
    lists_contents = bool(contents) and material.get("lists_contents", False)
    return SetDocument(parts, contents, report, lists_annexes, lists_contents)
