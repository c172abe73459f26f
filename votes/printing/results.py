"""Content of a printed result in the active language: the same as its reader may see on the page."""

from typing import Any

from django.utils.text import capfirst

from foundation.mail.services import absolute
from foundation.time.formats import language_of, zoned
from votes.choices import choices_by_state
from votes.models import Ballot, EntryKind, LedgerEntry
from votes.presentation import ShownResult
from votes.statements import statements_in_effect


def result_material(ballot: Ballot, *, totals: bool, choices: bool) -> dict[str, Any]:
    """Return the result as JSON. `totals` and `choices` say what the reader may see."""
    shown = ShownResult(ballot)
    closing = LedgerEntry.objects.filter(ballot=ballot, kind=EntryKind.CLOSE).values_list("seq", "hash").first()
    header, rows = shown.table()
    material: dict[str, Any] = {
        "slug": ballot.slug,
        "question": ballot.question,
        "kind": capfirst(str(ballot.get_kind_display())),
        "sentence": shown.sentence,
        "certified_on": shown.certified_on,
        "opened": zoned(ballot.opens_at, ballot.zone),
        "closed": zoned(ballot.closes_at, ballot.zone),
        "first_deadline": zoned(ballot.first_closes_at, ballot.zone) if ballot.first_closes_at else "",
        "is_published": ballot.result.is_published,
        "source": ballot.source,
        "url": absolute(ballot.get_absolute_url()),
        "entries": closing[0] if closing else 0,
        "hash": closing[1] if closing else "",
        "totals": None,
        "choices": [],
        "statements": [],
    }
    if totals:
        material["totals"] = {
            "turnout": shown.turnout,
            "header": header,
            "rows": [[str(cell) for cell in row] for row in rows],
            "chart": shown.chart(language_of()),
            "regions": [[row.name, row.answered, row.entitled] for row in shown.regions],
        }
    if choices and ballot.takes_answers:
        material["choices"] = [[row.state, "; ".join(row.answer)] for row in choices_by_state(ballot)]
    elif choices:
        material["statements"] = [
            [statement.state, statement.kind, statement.text, statement.language]
            for statement in statements_in_effect(ballot)
        ]
    return material
