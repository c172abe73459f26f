"""The verbs of translations that travel as Word: ask, send, take back."""

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from documents import assembly, numbering
from documents.importing.archive import NotWord, check_archive
from documents.importing.services import WORD_MEDIA_TYPE
from documents.models import (
    AlignedBlock,
    Document,
    Part,
    ReturnedTranslation,
    Step,
    Text,
    TranslationLink,
    TravellingTranslation,
)
from documents.numbering import NumberedPart
from documents.permissions import EDITORS, TRANSLATORS, NotAllowed, has_role, is_closed, require_role
from documents.schema import Content, ContentRefused, plain_text, walk
from documents.services.drafts import change_masthead, set_text
from documents.services.refusals import Refused
from documents.translating import word
from documents.translating.alignment import ATTRIBUTES, Unit, rows_of, units_of
from documents.translating.services import baselines_of, start_translation
from foundation.jobs.registry import JobRefused
from foundation.jobs.services import request_job
from foundation.mail.services import wish_mail
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from foundation.uploads.models import StoredFile
from foundation.uploads.responses import safe_name
from foundation.uploads.services import store_bytes

OUT, BACK, MAIL = "documents.translation-out", "documents.translation-back", "documents.translation"
MAIL_BACK = "documents.translation-returned"
# The link goes on working for so long behind the day it was due.
GRACE = dt.timedelta(days=30)
MOST_RETURNS = 20


@transaction.atomic
def ask_for_translation(
    *,
    document: Document,
    language: str,
    due_on: dt.date,
    translator_name: str,
    actor: Any,
    translator_email: str = "",
    message: str = "",
    now: dt.datetime | None = None,
) -> TravellingTranslation:
    """The wish for the file; with an address a mail with a personal link goes there.

    Translators take a file for themselves; editors alone let a draft leave the house.
    """
    require_role(actor, *TRANSLATORS)
    if actor is not None and not has_role(actor, *EDITORS):
        if translator_email:
            raise NotAllowed("editors send a document to somebody outside")
        translator_name = str(actor)
    moment = now or database_now()
    if language not in LANGUAGES or language == document.original_language:
        raise Refused(_("Choose a language other than that of the original."))
    if is_closed(document, language):
        raise Refused(_("An issued document is not edited; make a revision."))
    if due_on < moment.date():
        raise Refused(_("The day on which it is due has passed."))
    travelling = TravellingTranslation.objects.create(
        document=document,
        language=language,
        translator_name=translator_name,
        translator_email=translator_email,
        due_on=due_on,
        message=message,
        requested_by=actor,
        expires_at=dt.datetime.combine(due_on, dt.time(23, 59), dt.UTC) + GRACE,
    )
    travelling.job = request_job(
        kind=OUT, key=str(travelling.pk), arguments={"travelling_id": travelling.pk}, requested_by=actor
    )
    travelling.save(update_fields=["job"])
    if translator_email:
        wish_mail(
            kind=MAIL,
            key=f"{MAIL}:{travelling.pk}",
            recipient=translator_email,
            language=language,
            arguments={"travelling_id": travelling.pk},
        )
    return travelling


def make_file(travelling: TravellingTranslation) -> StoredFile:
    """Once: what was sent is what comes back, whatever was written here since. Raises JobRefused."""
    if travelling.file_id:
        return travelling.file
    try:
        made = word.outgoing_file(
            document=travelling.document,
            language=travelling.language,
            identity=travelling.pk,
            due=travelling.due_on,
            translator=travelling.translator_name,
            message=travelling.message,
        )
    except assembly.NothingToShow as nothing:
        raise JobRefused(_("There is no original to translate from.")) from nothing
    with transaction.atomic():
        stored = store_bytes(content=made.content, media_type=WORD_MEDIA_TYPE)
        waiting = TravellingTranslation.objects.filter(pk=travelling.pk, file=None)
        waiting.update(file=stored, sent=made.sent, words=made.words)
    return stored


def new_link(travelling: TravellingTranslation) -> str:
    """A token that exists in the mail alone; here stands its hash."""
    token = secrets.token_urlsafe(32)
    TranslationLink.objects.create(translation=travelling, token_hash=_hash(token))
    return token


def open_by_link(token: str, now: dt.datetime | None = None) -> TravellingTranslation | None:
    """One query; None for a wrong link and for one that is closed or over, which are not told apart."""
    links = TranslationLink.objects.select_related("translation__document", "translation__file", "translation__job")
    link = links.filter(token_hash=_hash(token)).first()
    return link.translation if link and is_open(link.translation, now or database_now()) else None


def is_open(travelling: TravellingTranslation, now: dt.datetime) -> bool:
    withdrawn = travelling.document.is_withdrawn
    return travelling.closed_at is None and now < travelling.expires_at and not withdrawn


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def close_travel(*, travelling: TravellingTranslation, actor: Any, now: dt.datetime | None = None) -> None:
    """The link leads nowhere from now on."""
    require_role(actor, *EDITORS)
    TravellingTranslation.objects.filter(pk=travelling.pk, closed_at=None).update(closed_at=now or database_now())


@transaction.atomic
def hand_back(
    *,
    travelling: TravellingTranslation,
    content: bytes,
    file_name: str,
    actor: Any = None,
    now: dt.datetime | None = None,
) -> ReturnedTranslation:
    """Keeps the file and writes the wish to take it in. Without an actor: by the personal link. Raises NotWord."""
    require_role(actor, *TRANSLATORS)
    check_archive(content)
    if not is_open(travelling, now or database_now()):
        raise Refused(_("This translation is no longer awaited."))
    if travelling.returns.count() >= MOST_RETURNS:
        raise Refused(_("It has been returned %(limit)s times; ask the secretariat.") % {"limit": MOST_RETURNS})
    returned = ReturnedTranslation.objects.create(
        translation=travelling,
        file=store_bytes(content=content, media_type=WORD_MEDIA_TYPE),
        file_name=safe_name(file_name)[-200:],
        returned_by=actor,
    )
    returned.job = request_job(
        kind=BACK,
        key=str(returned.pk),
        arguments={"returned_id": returned.pk, "said_in": get_language() or "en"},
        requested_by=actor,
    )
    returned.save(update_fields=["job"])
    return returned


# --- Taking it in -----------------------------------------------------------------------------------------------------
def take_in(returned: ReturnedTranslation) -> ReturnedTranslation:
    """Puts the blocks into the text, aligned with the wording that was sent; tells what it did not take.

    What was changed here since the file was sent stays as it is here. Every change is a step of the text.
    """
    travelling = returned.translation
    try:
        came = word.read_returned(returned.file.read())
    except (NotWord, ContentRefused) as refused:
        raise JobRefused(str(refused)) from refused
    if came.identity != travelling.pk or came.language != travelling.language:
        raise JobRefused(_("This is the file of another translation."))
    with transaction.atomic():
        locked = ReturnedTranslation.objects.select_for_update().get(pk=returned.pk)
        if locked.taken or locked.report:
            return locked
        taker = _Taker(travelling, returned.returned_by, came.lines)
        try:
            taker.take()
        except (Refused, ContentRefused) as refused:
            raise JobRefused(str(refused)) from refused
        locked.taken, locked.report = taker.taken, [*taker.told(), *came.left_out]
        locked.save(update_fields=["taken", "report"])
        _tell_desk(locked)
    return locked


def _tell_desk(returned: ReturnedTranslation) -> None:
    """By mail, whoever asked for it, unless they handed it back themselves."""
    asked_by = returned.translation.requested_by
    if asked_by is not None and asked_by.is_active and asked_by.pk != returned.returned_by_id:
        wish_mail(
            kind=MAIL_BACK,
            key=f"{MAIL_BACK}:{returned.pk}",
            recipient=asked_by.email,
            language=asked_by.language,
            arguments={"returned_id": returned.pk},
        )


class _Taker:
    def __init__(self, travelling: TravellingTranslation, actor: Any, lines: dict[str, list[Content]]) -> None:
        self.travelling, self.actor, self.lines = travelling, actor, dict(lines)
        self.document = travelling.document
        self.language = travelling.language
        self.taken = self.unchanged = 0
        self.report: list[str] = []
        self.names: dict[str, str] = {}

    def take(self) -> None:
        self._take_titles()
        parts = {part.key: part for part in self.document.parts.order_by("position")}
        self._name_blocks(parts)
        for key, blocks in self.travelling.sent.items():
            if key == word.TITLES or not blocks:
                continue
            if key not in parts:
                self.report.append(_("An annex was removed here in the meantime; its translation was not taken."))
                continue
            self._take_part(parts[key], blocks)
        known = {block for blocks in self.travelling.sent.values() for block in blocks}
        for block, line in self.lines.items():
            if block not in known:
                self.report.append(_("Not known here: “%(words)s”") % {"words": _said(line)[:200]})

    def told(self) -> list[str]:
        if self.unchanged:
            self.report.append(
                ngettext(
                    "%(n)s paragraph came back as in the original.",
                    "%(n)s paragraphs came back as in the original.",
                    self.unchanged,
                )
                % {"n": self.unchanged}
            )
        return self.report

    def _name_blocks(self, parts: dict[str, Part]) -> None:
        texts = Text.objects.filter(part__document=self.document, language=self.document.original_language)
        contents = {text.part_id: text.content for text in texts}
        given = [NumberedPart(p.key, p.kind, contents[p.pk]) for p in parts.values() if p.pk in contents]
        self.names = numbering.number(given, self.document.original_language).targets()

    def _name(self, block: str, node: Content) -> str:
        return self.names.get(block) or f"“{plain_text(node)[:60]}”"

    def _take_part(self, part: Part, blocks: dict[str, dict[str, Any]]) -> None:
        text = Text.objects.filter(part=part, language=self.language).first()
        is_new = text is None
        text = text or start_translation(part=part, language=self.language, actor=None)
        content = _copied(text.content)
        there = {unit.block: unit for unit in units_of(content)}
        aligned: list[Unit] = []
        for block, told in blocks.items():
            source = Unit(block, told["source"])
            line = self._line_of(block, source, told)
            if line is None:
                continue
            sent = Unit(block, told["target"] or told["source"])
            now = there.get(block)
            if now is None:
                self.report.append(
                    _("%(block)s is no longer in the text: “%(words)s”")
                    % {"block": self._name(block, source.node), "words": _said(line)}
                )
            elif now.hash != sent.hash and not is_new:
                self.report.append(
                    _("%(block)s was changed here in the meantime and stays so. The translator wrote: “%(words)s”")
                    % {"block": self._name(block, source.node), "words": _said(line)}
                )
            else:
                _put(now.node, line)
                aligned.append(source)
        if not aligned:
            return
        # The right was checked when the file was handed back; a translator has no account to check.
        text = set_text(part=part, language=self.language, content=content, actor=None)
        Step.objects.filter(text=text, number=text.step_number, person=None).update(person=self.actor)
        self.taken += len(aligned)
        _align(text, aligned)
        self._tell_differences(part, text, {unit.block for unit in aligned})

    def _line_of(self, block: str, source: Unit, told: dict[str, Any]) -> list[Content] | None:
        """The line as it came back; None where there is nothing to take, which is told."""
        line = self.lines.get(block)
        if line is None:
            self.report.append(_("%(block)s did not come back.") % {"block": self._name(block, source.node)})
            return None
        if not _said(line).strip():
            self.report.append(_("%(block)s came back empty.") % {"block": self._name(block, source.node)})
            return None
        sent = Unit(block, told["target"] or told["source"])
        if _essence(_line(sent)) == _essence(line):
            self.unchanged += told["target"] is None
            return None
        return line

    def _tell_differences(self, part: Part, text: Text, blocks: set[str]) -> None:
        original = Text.objects.get(part=part, language=self.document.original_language)
        for row in rows_of(original.content, text.content, baselines_of([text]).get(text.pk, {})):
            if row.block in blocks:
                self.report += [f"{self._name(row.block, row.unit.node)}: {said}" for said in row.differences]

    def _take_titles(self) -> None:
        """Titles are fields: they are written where nobody wrote them here since."""
        parts = {f"title-{part.key}"[:40]: part for part in self.document.parts.all()}
        masthead: dict[str, str] = {}
        for block, told in self.travelling.sent.get(word.TITLES, {}).items():
            line = self.lines.get(block)
            words = " ".join(_said(line or []).split())
            before = plain_text(told["target"]) if told["target"] else ""
            if not words or words in {before, plain_text(told["source"])}:
                continue
            holder: Any = parts.get(block, self.document)
            name = f"{'title' if block in parts else block}_{self.language}"
            if (getattr(holder, name) or "") != before and (getattr(holder, name) or "") != plain_text(told["source"]):
                self.report.append(
                    _("%(block)s was changed here in the meantime and stays so. The translator wrote: “%(words)s”")
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
    copied = {name: value for name, value in content.items() if name != "content"}
    if "content" in content:
        copied["content"] = [_copied(child) for child in content["content"]]
    if "attrs" in content:
        copied["attrs"] = dict(content["attrs"])
    return copied


def _line(unit: Unit) -> list[Content]:
    return [{"type": "text", "text": unit.said}] if unit.attribute else unit.said


def _put(node: Content, line: list[Content]) -> None:
    attribute = ATTRIBUTES.get(node["type"])
    if attribute:
        node["attrs"][attribute] = " ".join(_said(line).split())[:300]
    else:
        node["content"] = line


def _said(line: list[Content]) -> str:
    """The words of a line, those of its footnotes too; a figure or reference as a sign."""
    said = ""
    for node in line:
        if node["type"] == "footnote":
            said += f" [{_said(node.get('content') or [])}]"
        else:
            said += node.get("text") or (" " if node["type"] == "line_break" else "{…}")
    return said


def _essence(line: list[Content]) -> str:
    """What a line says, whatever pieces it is in and however its spaces run."""
    pieces = [n for holder in line for n in walk(holder)]
    chips = [str(sorted(n["attrs"].items())) for n in pieces if n["type"] in {"figure", "cross_reference"}]
    return " ".join(_said(line).split()) + "".join(chips)


def _align(text: Text, units: list[Unit]) -> None:
    """Against the wording that was sent: where the original has changed since, the block is behind."""
    AlignedBlock.objects.bulk_create(
        [AlignedBlock(text=text, block=unit.block, source=unit.node, source_hash=unit.hash) for unit in units],
        update_conflicts=True,
        unique_fields=["text", "block"],
        update_fields=["source", "source_hash"],
    )
    AlignedBlock.objects.filter(text=text, block__in=[unit.block for unit in units]).update(
        confirmed_at=None, confirmed_by=None
    )
