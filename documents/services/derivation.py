"""Revisions, corrigenda and addenda: separate documents that derive from an issued one."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents.models import Act, Document, Part, Relation, Text
from documents.permissions import EDITORS, require_role
from documents.services.drafts import EMPTY, MASTHEAD, save_new
from documents.services.log import record
from foundation.refusals import Refused
from foundation.time.clock import database_now
from texts.schema import clean_content
from texts.symbols import derived_symbol

DERIVED = (Relation.REVISION, Relation.CORRIGENDUM, Relation.ADDENDUM)


@transaction.atomic
def create_revision(
    *,
    document: Document,
    actor: Any,
    relation: str = Relation.REVISION,
    dated: dt.date | None = None,
    concerns_language: str = "",
    now: dt.datetime | None = None,
) -> Document:
    """Create a draft that derives from an issued document, with the next symbol of its `relation`.

    A revision begins with the original's texts and live figures, a corrigendum or addendum empty. A corrigendum can
    apply to one language (`concerns_language`): it is then written and issued in that language only. Raises `Refused`
    if the document has no symbol or is a draft.
    """
    require_role(actor, *EDITORS)
    moment = now or database_now()
    original = Document.objects.select_for_update().get(pk=document.pk)
    if original.is_draft:
        raise Refused(_("Issue the document before you create a revision, corrigendum or addendum."))
    if not original.symbol or original.is_unsymboled or relation not in DERIVED:
        raise Refused(_("Only documents with a symbol can have revisions, corrigenda and addenda."))
    if concerns_language and relation != Relation.CORRIGENDUM:
        raise Refused(_("Only a corrigendum can be limited to one language."))
    if concerns_language and not original.issues.filter(language=concerns_language).exists():
        raise Refused(_("This document has not been issued in that language. Choose another language."))
    last = original.derived.filter(relation=relation).aggregate(last=Max("relation_number"))["last"]
    number = (last or 0) + 1
    copied = {name: getattr(original, name) for name in MASTHEAD if name not in {"symbol", "dated"}}
    derived = Document(
        **(copied | {"original_language": concerns_language or original.original_language}),
        concerns_language=concerns_language,
        symbol=derived_symbol(original.symbol, relation, number),
        dated=dated or moment.date(),
        derives_from=original,
        relation=relation,
        relation_number=number,
    )
    save_new(derived)
    if relation == Relation.REVISION:
        copy_texts(original, derived)
    else:
        part = Part.objects.create(document=derived, kind=Part.Kind.MAIN, position=0)
        Text.objects.create(part=part, language=derived.original_language, content=clean_content(EMPTY))
    record(derived, Act.Kind.CREATED, actor, moment, original.symbol)
    return derived


def copy_texts(original: Document, derived: Document) -> None:
    """Copy parts and texts. Parts and blocks keep their ids, so that both documents can be compared and aligned."""
    for part in original.parts.prefetch_related("texts"):
        texts = list(part.texts.all())
        part.pk, part.document, part._state.adding = None, derived, True
        part.save()
        Text.objects.bulk_create(Text(part=part, language=t.language, content=t.content) for t in texts)
