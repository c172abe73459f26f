import datetime as dt
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from dialogue.excerpts import plain_lines
from dialogue.models import Attribution, Contribution, DialogueTopic, Origin
from dialogue.services.rows import locked
from foundation.refusals import Refused, check_row, checked_names
from foundation.text import Language
from foundation.text.letters import clean_name
from foundation.time.clock import database_now
from foundation.time.formats import in_zone

# The same text under the same question within a day counts as one form sent twice.
SENT_TWICE = dt.timedelta(days=1)
_WHO = ("author_name", "author_description")
LONGEST = Contribution._meta.get_field("text").max_length


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


def check_words(contribution: Contribution) -> None:
    """Clean the name and description of the author. Raises Refused for several lines, or if the text is too long."""
    for column, name in checked_names(**{name: getattr(contribution, name) for name in _WHO}).items():
        setattr(contribution, column, name)
    if LONGEST and len(contribution.text) > LONGEST:
        raise Refused(text=_("Shorten the text to %(limit)s characters or fewer.") % {"limit": LONGEST})


def _check(contribution: Contribution) -> None:
    check_words(contribution)
    if contribution.attribution == Attribution.NAME and not contribution.author_name:
        raise Refused(author_name=_("Enter your name, or choose another attribution."))
    if contribution.attribution == Attribution.DESCRIPTION and not contribution.author_description:
        raise Refused(author_description=_("Describe yourself, or choose another attribution."))
    check_row(contribution, exclude=["topic"])
