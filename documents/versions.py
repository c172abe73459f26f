"""The versions of a document that can be compared: issues, the present draft and its earlier states.

Each version has a key for use in addresses: `issue-12`, `draft-5-en` or `state-5-en-1290441600000000` (microseconds
since 1970). Access is checked each time a version is looked up.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncHour
from django.utils.translation import gettext as _
from prosemirror.transform import Step as Change

from documents.assembly import NothingToShow, assemble, frozen_as_json
from documents.models import Document, Issue, SavedPoint, Step, Text, TextState
from documents.permissions import TRANSLATORS, has_role
from foundation.text import LANGUAGES
from foundation.time import formats
from texts.material import Material
from texts.schema import Content, parse, schema

# Older states are offered only if somebody saved a point in the history.
STATES_OFFERED = 40
_KEY = re.compile(r"issue-(\d{1,12})|draft-(\d{1,12})-([a-z]{2})|state-(\d{1,12})-([a-z]{2})-(\d{1,18})")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Version:
    """A version of a document in one language; `label` is its name on the page."""

    key: str
    document: Document
    language: str
    label: str
    issue: Issue | None = None
    at: dt.datetime | None = None

    def material(self) -> Material:
        """Return the material. Raises `NothingToShow` if there was no text yet."""
        if self.issue is not None:
            return self.issue.content
        return draft_material(self.document, self.language, self.at)


def issue_key(issue: Issue) -> str:
    return f"issue-{issue.pk}"


def draft_key(document: Document, language: str) -> str:
    return f"draft-{document.pk}-{language}"


def state_key(document: Document, language: str, at: dt.datetime) -> str:
    return f"state-{document.pk}-{language}-{(at - _EPOCH) // dt.timedelta(microseconds=1)}"


def find_version(key: str, person: Any, now: dt.datetime) -> Version | None:
    """Return the version with this key, or None if it does not exist or this person may not see it."""
    found = _KEY.fullmatch(key)
    if not found:
        return None
    visible = Document.objects.visible_to(person, now)
    if found[1]:
        readable = visible if has_role(person, *TRANSLATORS) else visible.in_force()
        issue = Issue.objects.select_related("document").filter(pk=found[1], document__in=readable).first()
        return _issue_version(issue) if issue else None
    pk, language = found[2] or found[4], found[3] or found[5]
    if language not in LANGUAGES or not has_role(person, *TRANSLATORS):
        return None
    document = visible.filter(pk=pk).first()
    if document is None:
        return None
    if found[2]:
        return Version(key, document, language, _draft_label(document))
    at = _EPOCH + dt.timedelta(microseconds=int(found[6]))
    name = SavedPoint.objects.filter(document=document, at=at).values_list("label", flat=True).first() or ""
    return Version(key, document, language, _state_label(document, at, name), at=at)


def _issue_version(issue: Issue) -> Version:
    label = _("%(document)s, issued") % {"document": issue.document}
    if issue.number > 1:
        label = _("%(document)s, reissued on %(day)s") % {
            "document": issue.document,
            "day": formats.long_date(issue.issued_at.date()),
        }
    return Version(issue_key(issue), issue.document, issue.language, label, issue=issue)


def _draft_label(document: Document) -> str:
    return _("%(document)s, current draft") % {"document": document}


def _state_label(document: Document, at: dt.datetime, name: str = "") -> str:
    moment = formats.short_moment(at, "UTC")
    if name:
        return _("%(document)s, “%(name)s” (%(moment)s UTC)") % {
            "document": document,
            "name": name,
            "moment": moment,
        }
    return _("%(document)s, as of %(moment)s UTC") % {"document": document, "moment": moment}


# --- Choices ----------------------------------------------------------------------------------------------------------
def versions_of(document: Document, language: str, person: Any, now: dt.datetime) -> list[Version]:
    """Return the versions of a document and of those related to it by derivation, latest first for each document."""
    visible = Document.objects.visible_to(person, now)
    root = document.derives_from_id or document.pk
    family = visible.filter(Q(pk=root) | Q(derives_from=root) | Q(pk=document.pk)).order_by("-dated", "-pk")
    reads_drafts = has_role(person, *TRANSLATORS)
    readable = list(family if reads_drafts else family.in_force())
    issues: dict[int, list[Issue]] = {}
    for issue in Issue.objects.filter(document__in=readable, language=language).order_by("-number").defer("content"):
        issues.setdefault(issue.document_id, []).append(issue)
    versions: list[Version] = []
    for member in readable:
        for issue in issues.get(member.pk, ()):
            issue.document = member
            versions.append(_issue_version(issue))
    if reads_drafts:
        written = set(
            Text.objects.filter(part__document__in=readable, language=language).values_list("part__document", flat=True)
        )
        for member in readable:
            if member.pk in written:
                versions += _working_versions(member, language, issued=member.pk in issues)
    return versions


def _working_versions(document: Document, language: str, *, issued: bool) -> list[Version]:
    """Return the draft, its saved points and one state for each hour in which it was edited."""
    versions = [] if issued else [Version(draft_key(document, language), document, language, _draft_label(document))]
    for point in SavedPoint.objects.filter(document=document):
        label = _state_label(document, point.at, point.label)
        versions.append(Version(state_key(document, language, point.at), document, language, label, at=point.at))
    for at in _hours(document, language):
        versions.append(
            Version(state_key(document, language, at), document, language, _state_label(document, at), at=at)
        )
    return versions


def _hours(document: Document, language: str) -> list[dt.datetime]:
    """Return the time of the last step in each hour of editing, and of the first stored state."""
    steps = Step.objects.filter(text__part__document=document, text__language=language)
    hours = steps.annotate(hour=TruncHour("taken_at")).values("hour").annotate(last=Max("taken_at"), n=Count("pk"))
    moments = [row["last"] for row in hours.order_by("-hour")[:STATES_OFFERED]]
    first = TextState.objects.filter(text__part__document=document, text__language=language).aggregate(
        first=Min("kept_at")
    )["first"]
    return moments + ([first] if first and first not in moments else [])


# --- Materials --------------------------------------------------------------------------------------------------------
def draft_material(document: Document, language: str, at: dt.datetime | None = None) -> Material:
    """Return the material of the draft, now or as its texts were at a moment.

    Figures have their present values or, once the document has been issued, the frozen ones.
    """
    frozen = {f.key: frozen_as_json(f) for f in document.frozen_figures.all()}
    contents = None if at is None else contents_at(document, at)
    return assemble(document, language, frozen if document.issued_at else None, contents=contents)


def contents_at(document: Document, at: dt.datetime) -> dict[int, Content]:
    """Return the contents by id of the texts that existed at that moment."""
    texts = list(Text.objects.filter(part__document=document).values_list("pk", flat=True))
    return {pk: content for pk in texts if (content := content_at(pk, at)) is not None}


def content_at(text_id: int, at: dt.datetime) -> Content | None:
    """Return the content at that moment, replayed from the nearest stored state, or None if the text did not exist."""
    upto = Step.objects.filter(text=text_id, taken_at__lte=at).aggregate(last=Max("number"))["last"]
    states = TextState.objects.filter(text=text_id).order_by("-step_number")
    base = (states.filter(kept_at__lte=at) if upto is None else states.filter(step_number__lte=upto)).first()
    if base is None:
        return None
    return _replayed_from(base, upto or 0)


def content_at_step(text_id: int, number: int) -> Content | None:
    """Return the content after that step, replayed from the nearest stored state, or None if there is none."""
    states = TextState.objects.filter(text=text_id, step_number__lte=number)
    base = states.order_by("-step_number").first()
    return None if base is None else _replayed_from(base, number)


def _replayed_from(base: TextState, upto: int) -> Content:
    steps = Step.objects.filter(text=base.text_id, number__gt=base.step_number, number__lte=upto).order_by("number")
    return _replayed(base.content, steps.values_list("content", flat=True).iterator())


def _replayed(content: Content, steps: Iterable[dict[str, Any]]) -> Content:
    document = parse(content)
    for step in steps:
        result = Change.from_json(schema, step).apply(document)
        if result.doc is None:
            raise NothingToShow(str(result.failed))
        document = result.doc
    return document.to_json()


__all__ = [
    "Version",
    "content_at",
    "content_at_step",
    "draft_key",
    "draft_material",
    "find_version",
    "issue_key",
    "state_key",
    "versions_of",
]
