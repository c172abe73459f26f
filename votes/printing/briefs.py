"""Content of a brief in the active language, with the deadline in two time zones."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from documents.models import Document
from foundation.mail.services import absolute
from foundation.time.formats import language_of, zoned
from membership.names import names_on
from votes.how_many import number_in_words
from votes.models import Ballot, Entitlement, Option


def papers_of(options: list[Option], visible: Any) -> dict[int, list[dict[str, str]]]:
    """Return papers by option, in one query. `visible` is a queryset of documents that the reader may see."""
    links = Option.papers.through.objects.filter(option__in=options).values_list("option_id", "document_id")
    wanted = list(links)
    held = {row.pk: row for row in visible.filter(pk__in={document for _option, document in wanted})}
    found: dict[int, list[dict[str, str]]] = {}
    for option_id, document_id in wanted:
        if document_id in held:
            found.setdefault(option_id, []).append(_paper(held[document_id]))
    return found


def _paper(document: Document) -> dict[str, str]:
    return {"symbol": document.symbol or "", "title": document.title, "url": absolute(document.get_absolute_url())}


def brief_material(
    ballot: Ballot, entitlement_entity_id: int, *, capital_zone: str, message: str, documents: Any
) -> dict[str, Any]:
    """Return the brief as JSON, frozen when requested. `documents` are those that the requester may see."""
    options = list(ballot.options.all())
    papers = papers_of(options, documents)
    names = names_on([entitlement_entity_id], ballot.day, language_of())
    return {
        "slug": ballot.slug,
        "state": capfirst(names[entitlement_entity_id].short) if entitlement_entity_id in names else "",
        "question": ballot.question,
        "kind": capfirst(str(ballot.get_kind_display())),
        "is_indicative": ballot.is_indicative,
        "is_secret": ballot.is_secret,
        "rule": ballot.rule,
        "text": ballot.text,
        "decision_text": ballot.decision_text,
        "takes_answers": ballot.takes_answers,
        "how_many": number_in_words(ballot) if ballot.takes_answers else "",
        "abstention": ballot.allows_abstention and ballot.takes_answers,
        "tie": capfirst(str(ballot.get_tie_rule_display())) + "." if ballot.takes_answers else "",
        "statements": [capfirst(str(kind.label)) for kind in ballot.statement_kinds],
        "deadline": zoned(ballot.closes_at, ballot.zone),
        "first_deadline": zoned(ballot.first_closes_at, ballot.zone) if ballot.first_closes_at else "",
        "capital_deadline": zoned(ballot.closes_at, capital_zone) if capital_zone else "",
        "right": _right(ballot, entitlement_entity_id),
        "message": message,
        "url": absolute(ballot.get_absolute_url()),
        "options": [
            {
                "code": option.code,
                "title": option.title,
                "description": option.description,
                "papers": papers.get(option.pk, []),
            }
            for option in options
        ],
    }


def _right(ballot: Ballot, entity_id: int) -> str:
    row = Entitlement.objects.filter(ballot=ballot, entity=entity_id).first()
    if row is None:
        return ""
    return _("%(reason)s (%(decision)s)") % {"reason": row.get_reason_display(), "decision": row.decision}
