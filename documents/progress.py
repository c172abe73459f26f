"""The progress of a draft: review comments, clearance in order, stage and timeline."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from documents.models import Clearance, Document, Part, Text
from foundation.text import LANGUAGES
from texts.schema import Content, plain_text, walk

Stage = Literal["draft", "in-review", "cleared", "issued", "withdrawn"]
ClearanceState = Literal["waiting", "turn", "cleared", "returned", "stale"]
# Masthead fields that clearance covers: all except those set when the document is issued.
_MASTHEAD = (
    "kind", "body", "distribution", "audience", "original_language",
    *(f"{name}_{language}" for name in ("title", "subtitle", "session_line") for language in LANGUAGES),
)  # fmt: skip
# A text without any of these nodes is empty.
_SAYING = frozenset({"text", "figure", "exhibit", "cross_reference"})
# Attributes that record how a block was checked; changing them does not change its text.
_NOT_WORDS = frozenset({"source_hash", "reviewed", "reviewed_at"})


# --- Clearance --------------------------------------------------------------------------------------------------------
def fingerprint(document: Document) -> str:
    """Return a hash of what clearance covers: masthead, parts and the texts in the original language.

    Translations are not included, because they may be written after clearance.
    """
    return fingerprints([document])[document.pk]


def fingerprints(documents: Iterable[Document]) -> dict[int, str]:
    """Return the fingerprint of each document by its id, in two queries."""
    asked = list(documents)
    texts: dict[int, dict[str, Content]] = {}
    for text in Text.objects.filter(part__document__in=asked):
        texts.setdefault(text.part_id, {})[text.language] = text.content
    parts: dict[int, list[Part]] = {}
    for part in Part.objects.filter(document__in=asked).order_by("position"):
        parts.setdefault(part.document_id, []).append(part)
    return {document.pk: _fingerprint(document, parts.get(document.pk, []), texts) for document in asked}


def _fingerprint(document: Document, parts: list[Part], texts: dict[int, dict[str, Content]]) -> str:
    covered = []
    for part in parts:
        written = texts.get(part.pk, {})
        original = written.get(document.original_language)
        contents = {document.original_language: original} if original else written
        titles = [getattr(part, f"title_{language}") or "" for language in LANGUAGES]
        covered.append(
            [part.key, titles, {language: _without_checks(content) for language, content in contents.items()}]
        )
    masthead = [getattr(document, name) or "" for name in _MASTHEAD]
    written_out = json.dumps([masthead, covered], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written_out.encode("utf-8", "surrogatepass")).hexdigest()


def _without_checks(node: Content) -> Content:
    copy = dict(node)
    if "attrs" in node:
        copy["attrs"] = {name: value for name, value in node["attrs"].items() if name not in _NOT_WORDS}
    if "content" in node:
        copy["content"] = [_without_checks(child) for child in node["content"]]
    return copy


@dataclass(frozen=True)
class Clearer:
    """A clearance with its present state; `stale` means that the text has changed since it was given."""

    row: Clearance
    state: ClearanceState


def clearers_of(document: Document, present: str | None = None) -> list[Clearer]:
    """Return the clearances of a document in order, with their states.

    `present` is the fingerprint of the document, if the caller has it already.
    """
    rows = list(document.clearances.select_related("person", "asked_by").order_by("position"))
    return _with_states(rows, present or fingerprint(document)) if rows else []


def clearers_by_document(documents: Iterable[Document]) -> dict[int, list[Clearer]]:
    """Return the clearances of each document that has any, by its id, in three queries."""
    asked = {document.pk: document for document in documents}
    rows: dict[int, list[Clearance]] = {}
    named = Clearance.objects.filter(document__in=asked).select_related("person", "asked_by")
    for row in named.order_by("document", "position"):
        rows.setdefault(row.document_id, []).append(row)
    present = fingerprints(asked[pk] for pk in rows) if rows else {}
    return {pk: _with_states(found, present[pk]) for pk, found in rows.items()}


def _with_states(rows: list[Clearance], present: str) -> list[Clearer]:
    clearers: list[Clearer] = []
    is_open = True
    for row in rows:
        state: ClearanceState
        if row.decision == Clearance.Decision.CLEARED and row.fingerprint == present:
            state = "cleared"
        elif row.decision == Clearance.Decision.RETURNED:
            state, is_open = "returned", False
        elif row.decision == Clearance.Decision.CLEARED:
            state, is_open = "stale", False
        else:
            state, is_open = ("turn" if is_open else "waiting"), False
        clearers.append(Clearer(row, state))
    return clearers


def whose_turn(clearers: Iterable[Clearer]) -> Clearance | None:
    """Return the first clearance still to be given for the present text, or None if the draft was returned."""
    for clearer in clearers:
        if clearer.state == "returned":
            return None
        if clearer.state in {"turn", "stale"}:
            return clearer.row
    return None


def is_cleared(clearers: list[Clearer]) -> bool:
    """Return whether clearance was requested and everybody has given it for the present text."""
    return bool(clearers) and all(clearer.state == "cleared" for clearer in clearers)


def clearance_obstacles(clearers: list[Clearer]) -> list[str]:
    """Return, in sentences, the clearances that prevent issuing."""
    sentences = {
        "turn": _("%(person)s has not cleared the draft yet."),
        "waiting": _("%(person)s has not cleared the draft yet."),
        "returned": _("%(person)s returned the draft."),
        "stale": _("The draft changed after %(person)s cleared it."),
    }
    return [
        sentences[clearer.state] % {"person": clearer.row.person} for clearer in clearers if clearer.state != "cleared"
    ]


# --- Stage and log ----------------------------------------------------------------------------------------------------
def stage_of(document: Document, clearers: list[Clearer] | None = None) -> Stage:
    if document.is_withdrawn:
        return "withdrawn"
    if not document.is_draft:
        return "issued"
    known = clearers_of(document) if clearers is None else clearers
    if is_cleared(known):
        return "cleared"
    return "in-review" if known or document.review_opened_at else "draft"


def stage_words() -> dict[str, str]:
    return {
        "draft": _("draft"),
        "in-review": _("in review"),
        "cleared": pgettext("draft", "cleared"),
        "issued": _("issued"),
        "withdrawn": _("withdrawn"),
    }


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    at: dt.datetime
    who: Any
    what: str
    words: str = ""


def timeline_of(document: Document) -> list[Event]:
    """Return the log of the document and its review comments, oldest first, in two queries."""
    events = [
        Event(act.at, act.person, str(act.get_kind_display()), act.note)
        for act in document.acts.select_related("person")
    ]
    for comment in document.review_comments.select_related("author", "resolved_by"):
        what = _("reply to a review comment") if comment.thread_id else _("review comment")
        events.append(Event(comment.made_at, comment.author, what, comment.words))
        if comment.resolved_at:
            events.append(Event(comment.resolved_at, comment.resolved_by, _("review comment resolved"), comment.words))
    return sorted(events, key=lambda event: event.at)


def unresolved_words(document: Document) -> str:
    """Return a sentence such as "3 review comments are open.", or an empty string."""
    count = document.review_comments.filter(thread=None, resolved_at=None).count()
    if not count:
        return ""
    return ngettext("%(count)s review comment is open.", "%(count)s review comments are open.", count) % {
        "count": count
    }


@dataclass(frozen=True)
class Unwritten:
    """What is still to be written: an empty main text, or placeholders left from the template.

    `blocks` lists the placeholders as (key of the part, id of the block); it is empty if the main text is.
    """

    is_empty: bool
    blocks: list[tuple[str, str]]

    @property
    def words(self) -> str:
        if self.is_empty:
            return _("The main text is empty.")
        if not self.blocks:
            return ""
        return ngettext(
            "%(count)s paragraph from the template is still in square brackets.",
            "%(count)s paragraphs from the template are still in square brackets.",
            len(self.blocks),
        ) % {"count": len(self.blocks)}


def unwritten_in(document: Document, language: str) -> Unwritten:
    texts = Text.objects.filter(part__document=document, language=language).select_related("part")
    blocks: list[tuple[str, str]] = []
    for text in texts.order_by("part__position"):
        nodes = list(walk(text.content))
        if text.part.kind == Part.Kind.MAIN and not any(node["type"] in _SAYING for node in nodes):
            return Unwritten(is_empty=True, blocks=[])
        blocks += [
            (text.part.key, node["attrs"]["id"])
            for node in nodes
            if node["type"] == "paragraph" and _is_prompt(plain_text(node).strip())
        ]
    return Unwritten(is_empty=False, blocks=blocks)


def unwritten_words(document: Document, language: str) -> str:
    """Return a warning about unwritten text, or an empty string.

    It is never an obstacle to issuing, because a document may contain paragraphs in square brackets on purpose.
    """
    return unwritten_in(document, language).words


def _is_prompt(words: str) -> bool:
    """Return whether this is a placeholder such as `[first question];`; the ellipsis `[…]` is not."""
    inside = words.rstrip(";.,")
    return inside.startswith("[") and inside.endswith("]") and any(letter.isalpha() for letter in inside)
