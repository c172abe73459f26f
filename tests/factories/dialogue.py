"""Dialogues, questions and contributions, for tests."""

import datetime as dt
import itertools

from dialogue import services
from dialogue.models import Contribution, ContributionState, Dialogue, DialogueTopic, Platform, SelectedComment

_numbers = itertools.count(1)
# Dialogues of tests are open from 12 to 25 July 2010 in Geneva by default.
OPENS_ON, CLOSES_ON = dt.date(2010, 7, 12), dt.date(2010, 7, 25)
DURING = dt.datetime(2010, 7, 15, 10, tzinfo=dt.UTC)
AFTER = dt.datetime(2010, 8, 1, 10, tzinfo=dt.UTC)


def make_dialogue(slug: str = "", *, state: str = "published", topics: int = 2, **more: object) -> Dialogue:
    given = {
        "title": {"en": "Welcoming newcomers", "fr": "Accueillir"},
        "opens_on": OPENS_ON,
        "closes_on": CLOSES_ON,
    } | more
    dialogue = services.create_dialogue(slug=slug or f"dialogue-{next(_numbers)}", **given)
    for number in range(1, topics + 1):
        services.add_topic(dialogue=dialogue, question={"en": f"Question {number}?", "fr": f"Question {number} ?"})
    if state != "draft":
        services.publish_dialogue(dialogue=dialogue, expected=dialogue.edit_version)
    dialogue.refresh_from_db()
    return dialogue


def make_partner_dialogue(slug: str = "", **more: object) -> Dialogue:
    return make_dialogue(slug, platform=Platform.PARTNER, partner="The Partner", **more)


def make_open_dialogue(slug: str = "", **more: object) -> Dialogue:
    """Create a dialogue that accepts contributions now."""
    today, week = dt.datetime.now(dt.UTC).date(), dt.timedelta(days=7)
    return make_dialogue(slug, opens_on=today - week, closes_on=today + week, **more)


def make_contribution(
    topic: DialogueTopic | None = None, *, state: str = ContributionState.APPROVED, **more: object
) -> Contribution:
    """Create an approved contribution that may be quoted by name, by default."""
    number = next(_numbers)
    given = {
        "code": f"c-{number}",
        "text": f"Contribution number {number}.",
        "author_name": f"Author {number}",
        "may_quote": True,
        "attribution": "name",
        "written_on": OPENS_ON,
        "submitted_at": DURING + dt.timedelta(seconds=number),
        "state": state,
        "reason": "Not about the question." if state in {"declined", "hidden"} else "",
    } | more
    return Contribution.objects.create(topic=topic or make_dialogue().topics.first(), **given)


def make_selected(contribution: Contribution | None = None) -> SelectedComment:
    return services.select_comment(contribution=contribution or make_contribution())
