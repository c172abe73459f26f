"""Contributions that come from a partner's platform or from a file."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dialogue.excerpts import plain_lines
from dialogue.models import Attribution, Contribution, ContributionState, Dialogue, DialogueTopic, Origin
from dialogue.permissions import EDITORS, acted_by
from dialogue.services.contributions import check_words
from dialogue.services.rows import bump, locked, refuse_concluded
from foundation.refusals import Refused, check_row
from foundation.time.clock import database_now

# What a later import may correct. The text is never changed, because quotations are verbatim.
CORRECTED = ("language", "written_on", "author_name", "author_description", "may_quote", "attribution")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
Key = tuple[int, str]
Row = Mapping[str, Any]


def import_contributions(
    *,
    dialogue: Dialogue,
    rows: Sequence[Row],
    source: str,
    approved: bool = True,
    is_invented: bool = False,
    now: dt.datetime | None = None,
    actor: Any = None,
) -> int:
    """Import contributions, all or none, and return how many are new.

    Each row has `code` (permanent, unique in the question), `topic` (question number), `text`, `language`,
    `written_on` and `may_quote`, and may have `author_name`, `author_description` and `attribution`. A code that was
    imported before is corrected in all but its text, as far as the row says something. `approved` publishes new ones at
    once, because they were public at their source.
    """
    if not source.strip():
        raise Refused(source=_("Enter the source of the contributions."))
    with acted_by(actor, EDITORS):
        held = locked(dialogue.pk)
        refuse_concluded(held)
        moment = now or database_now()
        topics, known = topics_of(held), known_contributions(held, rows)
        made: dict[Key, Contribution] = {}
        corrected: dict[Key, Contribution] = {}
        for number, row in enumerate(rows, start=1):
            key = (row["topic"], row["code"])
            try:
                contribution = contribution_of(topics, row, source=source, moment=moment)
                if key in known:
                    if _correct(known[key], differences(known[key], contribution, row)):
                        corrected[key] = known[key]
                elif key not in made:
                    made[key] = contribution
            except Refused as refusal:
                raise Refused(_("Row %(number)s: %(why)s") % {"number": number, "why": str(refusal)}) from refusal
        for contribution in made.values():
            contribution.is_invented = is_invented
            if approved:
                contribution.state = ContributionState.APPROVED
                contribution.moderated_by, contribution.moderated_at = actor, moment
        Contribution.objects.bulk_create(made.values())
        if corrected:
            Contribution.objects.bulk_update(corrected.values(), [*CORRECTED, "edit_version"], batch_size=500)
        if made or corrected:
            bump(held)
    return len(made)


def topics_of(dialogue: Dialogue) -> dict[int, DialogueTopic]:
    """Return the questions by their number."""
    return {topic.position: topic for topic in dialogue.topics.all()}


def known_contributions(dialogue: Dialogue, rows: Iterable[Row]) -> dict[Key, Contribution]:
    """Return the stored contributions with the codes of these rows, by question number and code."""
    found = Contribution.objects.filter(topic__dialogue=dialogue, code__in={row["code"] for row in rows})
    return {(row.topic.position, row.code): row for row in found.select_related("topic")}


def contribution_of(topics: dict[int, DialogueTopic], row: Row, *, source: str, moment: dt.datetime) -> Contribution:
    """Return an unsaved contribution with checked values. Makes no query.

    Raises Refused, if possible for one column.
    """
    if row["topic"] not in topics:
        raise Refused(
            topic=_("Question %(number)s does not exist. Enter the number of a question in this dialogue.")
            % {"number": row["topic"]}
        )
    if not _CODE.fullmatch(row["code"]):
        raise Refused(
            code=_("“%(code)s” is not a valid code. Use lowercase letters, digits and hyphens.")
            % {"code": row["code"][:60]}
        )
    contribution = Contribution(
        topic=topics[row["topic"]],
        code=row["code"],
        text=plain_lines(row["text"]),
        language=row["language"],
        author_name=row.get("author_name", ""),
        author_description=row.get("author_description", ""),
        may_quote=row["may_quote"],
        attribution=row.get("attribution", Attribution.NONE) if row["may_quote"] else Attribution.NONE,
        origin=Origin.IMPORTED,
        source=source,
        written_on=row["written_on"],
        submitted_at=moment,
    )
    check_words(contribution)
    check_row(contribution, exclude=["topic"], constraints=False)
    return contribution


def differences(held: Contribution, sent: Contribution, row: Row) -> dict[str, tuple[Any, Any]]:
    """Return {column: (stored value, new value)} for each value that the row corrects.

    Raises Refused if the text differs or the contribution was submitted on this portal.
    """
    if held.text != sent.text:
        raise Refused(text=_("A contribution with this code already exists with a different text. Use a new code."))
    names = [name for name in CORRECTED if name in row or (name == "attribution" and not sent.may_quote)]
    pairs = {name: (getattr(held, name), getattr(sent, name)) for name in names}
    found = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if found and held.origin == Origin.HERE:
        raise Refused(
            code=_("This contribution was submitted on this portal, so an import cannot change it. Remove the row.")
        )
    return found


def _correct(held: Contribution, found: dict[str, tuple[Any, Any]]) -> bool:
    for name, (_before, after) in found.items():
        setattr(held, name, after)
    held.edit_version += bool(found)
    return bool(found)
