"""Import a translation that came back as a Word file, and report what was not imported."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import AlignedBlock, Part, ReturnedTranslation, Step, Text, TranslationAssignment
from documents.services.drafts import change_masthead, set_text
from documents.translating import word_files
from documents.translating.alignment import ATTRIBUTES, Unit, rows_of, units_of
from documents.translating.services import baselines_of, start_translation
from foundation.jobs.registry import JobRefused
from foundation.mail.services import request_mail
from foundation.refusals import Refused
from foundation.uploads.refusals import FileRefused
from texts import numbering
from texts.numbering import NumberedPart
from texts.schema import Content, ContentRefused, plain_text, walk

MAIL_BACK = "documents.translation-returned"


def import_returned(returned: ReturnedTranslation) -> ReturnedTranslation:
    """Import a returned file into the text and store the report. A second call changes nothing.

    Blocks are aligned with the wording that was sent. A block that was changed here since then keeps its present text,
    and the report quotes the translator's. Every change is a step of the text. Raises `JobRefused` if the file cannot
    be read or belongs to another translation.
    """
    assignment = returned.translation
    try:
        content = word_files.read_returned(returned.file.read())
    except (FileRefused, ContentRefused) as refused:
        raise JobRefused(str(refused)) from refused
    if content.identity != assignment.pk or content.language != assignment.language:
        raise JobRefused(_("This file belongs to another translation. Upload the file for this one."))
    with transaction.atomic():
        locked = ReturnedTranslation.objects.select_for_update().get(pk=returned.pk)
        if locked.taken or locked.report:
            return locked
        run = _Import(assignment, returned.returned_by, content)
        try:
            run.import_all()
        except (Refused, ContentRefused) as refused:
            raise JobRefused(str(refused)) from refused
        locked.taken, locked.report = run.taken, [*run.finished_report(), *content.left_out]
        locked.save(update_fields=["taken", "report"])
        _notify_requester(locked)
    return locked


def _notify_requester(returned: ReturnedTranslation) -> None:
    """Email the person who requested the translation, unless they returned the file themselves."""
    asked_by = returned.translation.requested_by
    if asked_by is not None and asked_by.is_active and asked_by.pk != returned.returned_by_id:
        request_mail(
            kind=MAIL_BACK,
            key=f"{MAIL_BACK}:{returned.pk}",
            recipient=asked_by.email,
            language=asked_by.language,
            arguments={"returned_id": returned.pk},
        )


class _Import:
    """The import of one returned file: counts what was imported and collects the report."""

    def __init__(self, assignment: TranslationAssignment, actor: Any, content: word_files.Returned) -> None:
        self.assignment, self.actor, self.lines, self.loose = assignment, actor, dict(content.lines), content.loose
        self.document = assignment.document
        self.language = assignment.language
        self.taken = self.unchanged = 0
        self.report: list[str] = []
        self.names: dict[str, str] = {}

    def import_all(self) -> None:
        self._import_titles()
        parts = {part.key: part for part in self.document.parts.order_by("position")}
        self._name_blocks(parts)
        for key, blocks in self.assignment.sent.items():
            if key == word_files.TITLES or not blocks:
                continue
            if key not in parts:
                self.report.append(
                    _("An annex has been removed since the file was sent. Its translation was not used.")
                )
                continue
            self._import_part(parts[key], blocks)
        known = {block for blocks in self.assignment.sent.values() for block in blocks}
        for block, line in self.lines.items():
            if block not in known:
                self.report.append(_("Not found in the document: “%(words)s”") % {"words": _words(line)[:200]})
        for before, words in self.loose:
            self._report_loose(before, words)

    def _report_loose(self, before: str, words: str) -> None:
        """Report text in the file that belongs to no block, with the block it follows."""
        sources = {block: pair["source"] for blocks in self.assignment.sent.values() for block, pair in blocks.items()}
        if before in sources:
            sentence = _("Added after %(block)s, with no original, so not used: “%(words)s”")
            self.report.append(sentence % {"block": self._name(before, sources[before]), "words": words[:500]})
        else:
            self.report.append(_("Added with no original, so not used: “%(words)s”") % {"words": words[:500]})

    def finished_report(self) -> list[str]:
        """Return the finished report."""
        if self.unchanged:
            self.report.append(
                ngettext(
                    "%(n)s paragraph was returned untranslated.",
                    "%(n)s paragraphs were returned untranslated.",
                    self.unchanged,
                )
                % {"n": self.unchanged}
            )
        return self.report

    def _name_blocks(self, parts: dict[str, Part]) -> None:
        """Store the printed number of every block, to name the blocks in the report."""
        texts = Text.objects.filter(part__document=self.document, language=self.document.original_language)
        contents = {text.part_id: text.content for text in texts}
        given = [NumberedPart(p.key, p.kind, contents[p.pk]) for p in parts.values() if p.pk in contents]
        self.names = numbering.number(given, self.document.original_language).targets()

    def _name(self, block: str, node: Content) -> str:
        """Return how the report names a block: its number, or its first words in quotation marks."""
        attribute = ATTRIBUTES.get(node["type"])
        words = str(node["attrs"][attribute]) if attribute else plain_text(node)
        return self.names.get(block) or f"“{words[:60]}”"

    def _import_part(self, part: Part, blocks: dict[str, dict[str, Any]]) -> None:
        text = Text.objects.filter(part=part, language=self.language).first()
        is_new = text is None
        text = text or start_translation(part=part, language=self.language, actor=None)
        content = _copied(text.content)
        present = {unit.block: unit for unit in units_of(content)}
        aligned: list[Unit] = []
        for block, pair in blocks.items():
            source = Unit(block, pair["source"])
            line = self._line_of(block, source, pair)
            if line is None:
                continue
            sent = Unit(block, pair["target"] or pair["source"])
            present_unit = present.get(block)
            if present_unit is None:
                self.report.append(
                    _("%(block)s is no longer in the text: “%(words)s”")
                    % {"block": self._name(block, source.node), "words": _words(line)}
                )
            elif present_unit.hash != sent.hash and not is_new:
                self.report.append(
                    _(
                        "%(block)s has changed since the file was sent, so the translator’s text was not used: "
                        "“%(words)s”"
                    )
                    % {"block": self._name(block, source.node), "words": _words(line)}
                )
            else:
                _put(present_unit.node, line)
                aligned.append(source)
        if not aligned:
            return
        # Permission was checked when the file was returned. A translator who uses the link has no account to check.
        text = set_text(part=part, language=self.language, content=content, actor=None)
        Step.objects.filter(text=text, number=text.step_number, person=None).update(person=self.actor)
        self.taken += len(aligned)
        _align(text, aligned)
        self._report_differences(part, text, {unit.block for unit in aligned})

    def _line_of(self, block: str, source: Unit, pair: dict[str, Any]) -> list[Content] | None:
        """Return the returned content of a block, or None if there is nothing to import, and report the reason."""
        line = self.lines.get(block)
        if line is None:
            self.report.append(
                _("%(block)s is missing from the returned file.") % {"block": self._name(block, source.node)}
            )
            return None
        if not _words(line).strip():
            self.report.append(
                _("%(block)s is empty in the returned file.") % {"block": self._name(block, source.node)}
            )
            return None
        sent = Unit(block, pair["target"] or pair["source"])
        if _normalized(_line(sent)) == _normalized(line):
            self.unchanged += pair["target"] is None
            return None
        return line

    def _report_differences(self, part: Part, text: Text, blocks: set[str]) -> None:
        original = Text.objects.get(part=part, language=self.document.original_language)
        for row in rows_of(original.content, text.content, baselines_of([text]).get(text.pk, {})):
            if row.block in blocks:
                self.report += [f"{self._name(row.block, row.unit.node)}: {sentence}" for sentence in row.differences]

    def _import_titles(self) -> None:
        """Import titles, which are fields of the document and its annexes, unless they were changed here since."""
        parts = {f"title-{part.key}"[:40]: part for part in self.document.parts.all()}
        masthead: dict[str, str] = {}
        for block, pair in self.assignment.sent.get(word_files.TITLES, {}).items():
            line = self.lines.get(block)
            words = " ".join(_words(line or []).split())
            before = plain_text(pair["target"]) if pair["target"] else ""
            if not words or words in {before, plain_text(pair["source"])}:
                continue
            holder: Any = parts.get(block, self.document)
            name = f"{'title' if block in parts else block}_{self.language}"
            if (getattr(holder, name) or "") != before and (getattr(holder, name) or "") != plain_text(pair["source"]):
                self.report.append(
                    _(
                        "%(block)s has changed since the file was sent, so the translator’s text was not used: "
                        "“%(words)s”"
                    )
                    % {"block": f"“{getattr(holder, name)}”", "words": words}
                )
            elif block in parts:
                setattr(holder, name, words[:500])
                holder.save(update_fields=[name])
                self.taken += 1
            else:
                masthead[name] = words[:400]
        if masthead and self.document.is_draft:
            change_masthead(document=self.document, expected=self.document.edit_version, actor=None, **masthead)
            self.taken += len(masthead)


def _copied(content: Content) -> Content:
    """Return a copy whose nodes and attributes can be changed; attribute values are shared."""
    copied = {name: value for name, value in content.items() if name != "content"}
    if "content" in content:
        copied["content"] = [_copied(child) for child in content["content"]]
    if "attrs" in content:
        copied["attrs"] = dict(content["attrs"])
    return copied


def _line(unit: Unit) -> list[Content]:
    return [{"type": "text", "text": unit.wording}] if unit.attribute else unit.wording


def _put(node: Content, line: list[Content]) -> None:
    attribute = ATTRIBUTES.get(node["type"])
    if attribute:
        node["attrs"][attribute] = " ".join(_words(line).split())[:300]
    else:
        node["content"] = line


def _words(line: list[Content]) -> str:
    """Return the words of a line, footnotes in brackets, a figure or reference as `{…}`."""
    words = ""
    for node in line:
        if node["type"] == "footnote":
            words += f" [{_words(node.get('content') or [])}]"
        else:
            words += node.get("text") or (" " if node["type"] == "line_break" else "{…}")
    return words


def _normalized(line: list[Content]) -> str:
    """Return what a line says, independent of how it is split into nodes and of white space, for comparison."""
    pieces = [n for holder in line for n in walk(holder)]
    chips = [str(sorted(n["attrs"].items())) for n in pieces if n["type"] in {"figure", "cross_reference"}]
    return " ".join(_words(line).split()) + "".join(chips)


def _align(text: Text, units: list[Unit]) -> None:
    """Record that the blocks were translated from the wording that was sent.

    If the original has changed since, the block is then out of date. An earlier confirmation lapses.
    """
    AlignedBlock.objects.bulk_create(
        [AlignedBlock(text=text, block=unit.block, source=unit.node, source_hash=unit.hash) for unit in units],
        update_conflicts=True,
        unique_fields=["text", "block"],
        update_fields=["source", "source_hash"],
    )
    AlignedBlock.objects.filter(text=text, block__in=[unit.block for unit in units]).update(
        confirmed_at=None, confirmed_by=None
    )
