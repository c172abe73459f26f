from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from council.models import Act, AgendaItem, Meeting, Paper
from council.permissions import edited_by
from council.services.locking import locked, record_change
from documents.models import Document
from foundation.refusals import Refused


def attach_paper(*, meeting: Meeting, document: Document, item: AgendaItem | None = None, actor: Any = None) -> Paper:
    """Attach a document to the meeting or to one of its items. The document decides who may read it."""
    with edited_by(actor):
        meeting_now = locked(meeting.pk)
        if item is not None and item.meeting_id != meeting_now.pk:
            raise Refused(_("This item belongs to another meeting. Choose an item of this meeting."))
        position = Paper.objects.filter(meeting=meeting_now, item=item).count()
        try:
            with transaction.atomic():
                paper = Paper.objects.create(meeting=meeting_now, item=item, document=document, position=position)
        except IntegrityError as error:
            raise Refused(_("This document is already listed under this item. Choose a different one.")) from error
        record_change(meeting_now, Act.SUPPLEMENTED, item=item, actor=actor)
    return paper


def detach_paper(*, paper: Paper, actor: Any = None) -> None:
    """Detach a document. The document itself does not change."""
    with edited_by(actor):
        meeting = locked(paper.meeting_id)
        paper.delete()
        record_change(meeting, Act.SUPPLEMENTED, item=paper.item, actor=actor)
