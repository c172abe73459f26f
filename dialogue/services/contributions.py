import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogue.excerpts import plain_lines
from dialogue.models import Attribution, Contribution, ContributionState, Dialogue, DialogueTopic, Origin
from dialogue.permissions import EDITORS, acted_by
from dialogue.services.rows import bump, locked, refuse_concluded
from foundation.refusals import Refused, check_row, checked_names
from foundation.text import Language
from foundation.text.letters import clean_name
from foundation.time.clock import database_now
from foundation.time.formats import in_zone

# The same text under the same question within a day counts as one form sent twice.
SENT_TWICE = dt.timedelta(days=1)
_WHO = ("author_name", "author_description")
LONGEST = Contribution._meta.get_field("text").max_length
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class DialogueClosed(Refused):
    """The dialogue is not open for contributions. Nothing was written."""


def submit_contribution(
    *,
    topic: DialogueTopic,
    text: str,
    language: str = Language.ENGLISH,
    author_name: str = "",
    author_description: str = "",
    author_email: str = "",
    may_quote: bool = False,
    attribution: str = Attribution.NONE,
    now: dt.datetime | None = None,
) -> Contribution:
    """Store a visitor's contribution. Only moderators see it until it is approved."""
    with transaction.atomic():
        dialogue = locked(topic.dialogue_id)
        moment = now or database_now()
        if not dialogue.takes_contributions(moment):
            raise DialogueClosed(_("This dialogue is not open for contributions."))
        words = plain_lines(text)
        author_name, author_description = clean_name(author_name), clean_name(author_description)
        again = topic.contributions.filter(
            text=words,
            author_name=author_name,
            author_email=author_email,
            origin=Origin.HERE,
            submitted_at__gt=moment - SENT_TWICE,
        ).first()
        if again:
            return again
        contribution = Contribution(
            topic=topic,
            code=f"c-{secrets.token_hex(6)}",
            text=words,
            language=language,
            author_name=author_name,
            author_description=author_description,
            author_email=author_email,
            may_quote=may_quote,
            attribution=attribution if may_quote else Attribution.NONE,
            written_on=in_zone(moment, dialogue.zone).date(),
            submitted_at=moment,
        )
        _check(contribution)
        contribution.save()
    return contribution


def _check_words(contribution: Contribution) -> None:
    """Check what the database does not."""
    for column, name in checked_names(**{name: getattr(contribution, name) for name in _WHO}).items():
        setattr(contribution, column, name)
    if LONGEST and len(contribution.text) > LONGEST:
        raise Refused(text=_("Shorten the text to %(limit)s characters or fewer.") % {"limit": LONGEST})


def _check(contribution: Contribution) -> None:
    _check_words(contribution)
    if contribution.attribution == Attribution.NAME and not contribution.author_name:
        raise Refused(author_name=_("Enter your name, or choose another attribution."))
    if contribution.attribution == Attribution.DESCRIPTION and not contribution.author_description:
        raise Refused(author_description=_("Describe yourself, or choose another attribution."))
    check_row(contribution, exclude=["topic"])


def import_contributions(
    *,
    dialogue: Dialogue,
    rows: Iterable[Mapping[str, Any]],
    source: str,
    approved: bool = True,
    is_invented: bool = False,
    now: dt.datetime | None = None,
    actor: Any = None,
) -> int:
    """Import contributions, all or none, and return how many are new.

    Each row has `code` (permanent, unique in the question), `topic` (question number), `text`, `language`,
    `written_on`, `author_name`, `author_description`, `may_quote` and `attribution`. Existing codes are skipped.
    `approved` publishes them at once, because they were public at their source.
    """
    if not source.strip():
        raise Refused(source=_("Enter the source of the contributions."))
    with acted_by(actor, EDITORS):
        held = locked(dialogue.pk)
        refuse_concluded(held)
        moment = now or database_now()
        topics = {topic.position: topic for topic in held.topics.all()}
        known = set(Contribution.objects.filter(topic__dialogue=held).values_list("topic__position", "code"))
        made = []
        for number, row in enumerate(rows, start=1):
            if (row["topic"], row["code"]) in known:
                continue
            known.add((row["topic"], row["code"]))
            try:
                made.append(_imported(topics, row, source=source, moment=moment))
            except Refused as refusal:
                raise Refused(_("Row %(number)s: %(why)s") % {"number": number, "why": str(refusal)}) from refusal
        for contribution in made:
            contribution.is_invented = is_invented
            if approved:
                contribution.state = ContributionState.APPROVED
                contribution.moderated_by, contribution.moderated_at = actor, moment
        Contribution.objects.bulk_create(made)
        if made:
            bump(held)
    return len(made)


def _imported(
    topics: dict[int, DialogueTopic], row: Mapping[str, Any], *, source: str, moment: dt.datetime
) -> Contribution:
    if row["topic"] not in topics:
        raise Refused(_("Question %(number)s does not exist.") % {"number": row["topic"]})
    if not _CODE.fullmatch(row["code"]):
        raise Refused(
            _("“%(code)s” is not a valid code. Use lowercase letters, digits and hyphens.") % {"code": row["code"]}
        )
    contribution = Contribution(
        topic=topics[row["topic"]],
        code=row["code"],
        text=plain_lines(row["text"]),
        language=row["language"],
        author_name=row["author_name"],
        author_description=row["author_description"],
        may_quote=row["may_quote"],
        attribution=row["attribution"] if row["may_quote"] else Attribution.NONE,
        origin=Origin.IMPORTED,
        source=source,
        written_on=row["written_on"],
        submitted_at=moment,
    )
    _check_words(contribution)
    # All codes were read with one query above.
    check_row(contribution, exclude=["topic"], constraints=False)
    return contribution
