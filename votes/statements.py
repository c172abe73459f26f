"""Statements of States in effect, and when each State last made one."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max
from django.utils.text import capfirst

from foundation.time.formats import language_of
from membership.names import names_on
from votes.models import Ballot, Statement


def last_spoken(entity_ids: Iterable[int], ballot_ids: Iterable[int]) -> dict[tuple[int, int], dt.datetime]:
    """Return the time of each State's last statement by (ballot, State), including withdrawn ones."""
    rows = Statement.objects.filter(entity__in=list(entity_ids), ballot__in=list(ballot_ids))
    times = (
        rows.order_by().values_list("ballot_id", "entity_id").annotate(last=Max("made_at"), gone=Max("withdrawn_at"))
    )
    return {(ballot, entity): max(last, gone or last) for ballot, entity, last, gone in times}


@dataclass(frozen=True)
class ShownStatement:
    """A statement with the State's name on the opening day; `language` is that of the text."""

    state: str
    kind: str
    text: str
    language: str
    received: str


def statements_in_effect(ballot: Ballot) -> list[ShownStatement]:
    """Return statements in effect at the end: objections first, then in protocol order; two queries."""
    rows = list(Statement.objects.filter(ballot=ballot, withdrawn_at=None).select_related("entity"))
    names = names_on([row.entity_id for row in rows], ballot.day, language_of())
    place = {entity_id: number for number, entity_id in enumerate(names)}
    kinds = [kind.value for kind in ballot.statement_kinds]
    rows.sort(key=lambda row: (kinds.index(row.kind), place.get(row.entity_id, len(place))))
    return [
        ShownStatement(
            state=names[row.entity_id].short if row.entity_id in names else row.entity.code,
            kind=capfirst(row.get_kind_display()),
            text=row.text,
            language=row.language,
            received=row.received,
        )
        for row in rows
    ]
