"""Technical reissues: the same symbol with an asterisk and a reason. Earlier issues remain readable."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.assembly import assemble, frozen_as_json
from documents.masthead import reissue_note
from documents.models import Act, Document, Issue, Reissue, Text
from documents.permissions import PUBLISHERS, open_reissue, require_role
from documents.renditions import OF_EVERY_ISSUE, request_rendition
from documents.services.drafts import set_text
from documents.services.issue import issue_frozen, write_issue
from documents.services.log import record
from foundation.refusals import Refused
from foundation.time.clock import database_now
from texts.material import Material, freeze_moment
from texts.problems import problems_of


@transaction.atomic
def begin_reissue(
    *, document: Document, language: str, reason: str, actor: Any, now: dt.datetime | None = None
) -> Reissue:
    """Open the texts of one language for a technical reissue.

    Readers see the last issue until the new one is made. `reason` has at most 300 characters and is printed. Raises
    `Refused` if the language has not been issued, a reissue is already open, or the reason is missing.
    """
    require_role(actor, *PUBLISHERS)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    stripped = reason.strip()
    if locked.is_withdrawn or not locked.issues.filter(language=language).exists():
        raise Refused(_("Only issued documents can be reissued."))
    if open_reissue(locked, language) is not None:
        raise Refused(_("A technical reissue in that language is already in progress. Complete or cancel it first."))
    if not stripped:
        raise Refused(_("Enter the reason for the reissue. It is printed on the first page."))
    if len(stripped) > 300:
        raise Refused(_("Shorten the reason to 300 characters or fewer."))
    moment = now or database_now()
    row = Reissue.objects.create(document=locked, language=language, reason=stripped, opened_by=actor, opened_at=moment)
    record(locked, Act.Kind.REISSUE_OPENED, actor, moment, f"{language}: {stripped}")
    return row


@transaction.atomic
def cancel_reissue(*, document: Document, language: str, actor: Any, now: dt.datetime | None = None) -> Document:
    """Cancel the open reissue and restore the texts that were last issued. Raises `Refused` if none is open."""
    require_role(actor, *PUBLISHERS)
    locked = Document.objects.select_for_update().get(pk=document.pk)
    row = open_reissue(locked, language)
    if row is None:
        raise Refused(_("There is no technical reissue in progress in that language."))
    issued = _last(locked, language).content
    parts = {part.key: part for part in locked.parts.all()}
    for part in issued["parts"]:
        text = Text.objects.filter(part__document=locked, part__key=part["key"], language=language).first()
        if part["language"] == language and text is not None and text.content != part["content"]:
            set_text(part=parts[part["key"]], language=language, content=part["content"], actor=actor)
    row.given_up_at = now or database_now()
    row.save(update_fields=["given_up_at"])
    record(locked, Act.Kind.REISSUE_GIVEN_UP, actor, row.given_up_at, language)
    return locked


def reissue_material(document: Document, language: str) -> Material:
    """Return what would be issued: present texts, frozen figures, and exhibits and masthead of the last issue.

    Exhibits that the last issue did not have are drawn from present data.
    """
    frozen = {figure.key: frozen_as_json(figure) for figure in document.frozen_figures.all()}
    material = assemble(document, language, frozen)
    issued = _last(document, language).content
    exhibits = {key: issued["exhibits"][key] for key in material["exhibits"] if key in issued["exhibits"]}
    return {**material, "exhibits": material["exhibits"] | exhibits, "masthead": issued["masthead"]}


def reissue_document(*, document: Document, language: str, actor: Any, now: dt.datetime | None = None) -> Issue:
    """Issue the document again under its symbol with an asterisk. The earlier issue and its files stay.

    Raises `Refused` if no reissue is open or the text has problems.
    """
    require_role(actor, *PUBLISHERS)
    return issue_frozen(lambda: _reissue(document, language, actor, now))


def _reissue(document: Document, language: str, actor: Any, now: dt.datetime | None) -> Issue:
    locked = Document.objects.select_for_update().get(pk=document.pk)
    list(Text.objects.select_for_update().filter(part__document=locked).values_list("pk"))
    moment = now or database_now()
    row = open_reissue(locked, language)
    if row is None or locked.is_withdrawn or locked.issued_at is None:
        raise Refused(_("There is no technical reissue in progress in that language."))
    before = _last(locked, language)
    material = reissue_material(locked, language)
    problems = problems_of(material)
    if problems:
        raise Refused(*problems)
    number = before.number + 1
    material = {**material, "reissue": reissue_note(number, row.reason, moment, language)}
    issue = write_issue(
        locked, freeze_moment(material, locked.issued_at), actor, moment, number=number, reason=row.reason
    )
    row.issue = issue
    row.save(update_fields=["issue"])
    locked.revision += 1
    locked.save(update_fields=["revision"])
    record(locked, Act.Kind.REISSUED, actor, moment, f"{language}: {row.reason}")
    for file_format in OF_EVERY_ISSUE:
        request_rendition(document=locked, language=language, format=file_format, actor=actor)
    return issue


def _last(document: Document, language: str) -> Issue:
    """Return the latest issue in that language."""
    return document.issues.filter(language=language).order_by("-number")[0]
