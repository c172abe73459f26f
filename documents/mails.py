"""Emails about drafts, circulated papers and external translation."""

import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import Act, Document, ReturnedTranslation, TranslationAssignment
from documents.translating.external import is_open, new_link
from foundation.mail.services import Message, absolute, mail_composer, mail_joiner
from foundation.time.formats import long_date, zoned

# Publishers often release several papers one after another. Their emails wait this long and are joined.
TOGETHER = dt.timedelta(minutes=2)


@mail_composer("documents.review")
def review(*, language: str, document_id: int, act_id: int) -> Message | None:
    """Compose the request to comment on a draft."""
    return _about_draft(_("For your comments: %(document)s"), "review", document_id, act_id)


@mail_composer("documents.clearance")
def clearance(*, language: str, document_id: int, act_id: int) -> Message | None:
    """Compose the notice to the person whose turn it is to clear a draft."""
    return _about_draft(_("For your clearance: %(document)s"), "clearance", document_id, act_id)


@mail_composer("documents.returned")
def returned(*, language: str, document_id: int, act_id: int) -> Message | None:
    return _about_draft(_("Returned: %(document)s"), "returned", document_id, act_id)


@mail_composer("documents.cleared")
def cleared(*, language: str, document_id: int, act_id: int) -> Message | None:
    """Compose the notice to the person who requested clearance that everybody has given it."""
    return _about_draft(_("Cleared: %(document)s"), "cleared", document_id, act_id)


@mail_composer("documents.circulated")
def circulated(
    *, language: str, document_ids: list[int] | None = None, document_id: int | None = None
) -> Message | None:
    """Compose the email to a named reader of papers without a symbol.

    Returns None if all papers have expired or were withdrawn. Emails requested by earlier versions carry `document_id`
    instead of `document_ids`.
    """
    wanted = document_ids or [document_id]
    readable = Document.objects.filter(pk__in=wanted, expires_at__gt=timezone.now()).in_force().order_by("pk")
    papers = [
        {
            "document": document,
            "expires": zoned(document.expires_at, "UTC"),
            "url": absolute(document.overview_url),
        }
        for document in readable
    ]
    if not papers:
        return None
    subject = _("For you to read: %(document)s") % {"document": _short(papers[0]["document"])}
    if len(papers) > 1:
        count = len(papers)
        subject = ngettext("For you to read: %(count)s paper", "For you to read: %(count)s papers", count)
        subject %= {"count": count}
    return Message(subject, render_to_string("documents/circulated_email.txt", {"papers": papers}))


@mail_joiner("documents.circulated", wait=TOGETHER)
def circulated_together(*, language: str, several: list[dict[str, Any]]) -> Message | None:
    """Join the emails about papers that were released shortly after one another."""
    wanted = {pk for arguments in several for pk in arguments.get("document_ids") or [arguments["document_id"]]}
    return circulated(language=language, document_ids=sorted(wanted))


@mail_composer("documents.translation")
def translation(*, language: str, travelling_id: int) -> Message | None:
    """Compose the email to a translator with the link to the file; None once the translation is closed."""
    assignment = TranslationAssignment.objects.select_related("document").get(pk=travelling_id)
    if not is_open(assignment, timezone.now()):
        return None
    address = reverse("documents:translation-link", args=[new_link(assignment)])
    context = {"assignment": assignment, "due": long_date(assignment.due_on, language), "url": absolute(address)}
    subject = _("For translation: %(document)s") % {"document": _short(assignment.document)}
    return Message(subject, render_to_string("documents/translating/assignment_email.txt", context))


@mail_composer("documents.translation-returned")
def translation_returned(*, language: str, returned_id: int) -> Message | None:
    """Compose the notice that a translation was returned; None once the translation is closed."""
    rows = ReturnedTranslation.objects.select_related("translation__document")
    returned = rows.filter(pk=returned_id, translation__closed_at=None).first()
    if returned is None:
        return None
    assignment = returned.translation
    place = {"pk": assignment.document_id, "assignment": assignment.pk}
    context = {
        "assignment": assignment,
        "document": _short(assignment.document),
        "returned": returned,
        "problems": len(returned.report),
        "url": absolute(reverse("documents:assignment", kwargs=place)),
    }
    subject = _("Translation returned (%(language)s): %(document)s") % {
        "language": assignment.get_language_display(),
        "document": context["document"],
    }
    return Message(subject, render_to_string("documents/translating/returned_email.txt", context))


def _about_draft(subject: str, occasion: str, document_id: int, act_id: int) -> Message | None:
    """Compose an email about a draft, or return None if it has been issued in the meantime."""
    document = Document.objects.get(pk=document_id)
    if not document.is_draft:
        return None
    act = Act.objects.select_related("person").get(pk=act_id)
    context = {
        "document": document,
        "name": _short(document),
        "occasion": occasion,
        "act": act,
        "url": absolute(reverse("documents:draft-life", args=[document.pk])),
    }
    text = render_to_string("documents/draft_life_email.txt", context)
    return Message(subject % {"document": _short(document)}, text)


def _short(document: Document) -> str:
    """Return symbol and title on one line, cut to 80 characters for the subject line."""
    words = " – ".join(filter(None, (document.symbol, " ".join(document.title.split()))))
    return words if len(words) <= 80 else f"{words[:79]}…"
