import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dialogue.models import Contribution, Dialogue, DialogueState, DialogueTopic, Platform, VisitQualifier, VisitReport
from dialogue.permissions import EDITORS, PUBLISHERS, acted_by
from dialogue.services.rows import bump, close_ranks, locked, put_in_order, refuse_concluded
from foundation.editing import lock_unchanged
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row, check_zone
from foundation.text import LANGUAGES, in_languages
from foundation.time.clock import database_now
from workshops.models import Workshop
from workshops.services.years import bump_workshop

_TEXTS = tuple(f"{name}_{language}" for name in ("title", "introduction") for language in LANGUAGES)
DIALOGUE_COLUMNS = (*_TEXTS, "workshop", "platform", "partner", "platform_url", "opens_on", "closes_on", "zone")
QUESTION_COLUMNS = tuple(f"question_{language}" for language in LANGUAGES)
CONCLUSION_COLUMNS = tuple(f"conclusion_{language}" for language in LANGUAGES)

# `/dialogue/new/` is a page of the list.
RESERVED_SLUGS = {"new"}

Texts = str | Mapping[str, str]


# --- The dialogue -----------------------------------------------------------------------------------------------------


def create_dialogue(
    *,
    slug: str,
    title: Texts,
    opens_on: dt.date,
    closes_on: dt.date,
    introduction: Texts = "",
    workshop: Workshop | None = None,
    platform: str = Platform.OWN,
    partner: str = "",
    platform_url: str = "",
    zone: str = "Europe/Zurich",
    is_illustrative: bool = False,
    actor: Any = None,
) -> Dialogue:
    """Create a draft. Its slug is permanent, because documents cite figures by it."""
    if slug in RESERVED_SLUGS:
        raise Refused(slug=_("This word is reserved. Enter a different short name."))
    dialogue = Dialogue(
        slug=slug,
        workshop=workshop,
        platform=platform,
        partner=partner,
        platform_url=platform_url,
        opens_on=opens_on,
        closes_on=closes_on,
        zone=zone,
        is_illustrative=is_illustrative,
        **in_languages("title", title),
        **in_languages("introduction", introduction),
    )
    _check(dialogue)
    with acted_by(actor, EDITORS):
        dialogue.save()
        bump(dialogue)
    return dialogue


def _check(dialogue: Dialogue) -> None:
    check_zone(dialogue.zone)
    if dialogue.platform == Platform.PARTNER and not dialogue.partner:
        raise Refused(partner=_("Enter the name of the partner whose platform is used."))
    if dialogue.opens_on and dialogue.closes_on and dialogue.closes_on < dialogue.opens_on:
        raise Refused(closes_on=_("The last day must not be before the first day."))
    check_row(dialogue)


def edit_dialogue(*, dialogue: Dialogue, expected: int, actor: Any = None, **values: Any) -> None:
    with acted_by(actor, EDITORS):
        held = locked(dialogue.pk)
        refuse_concluded(held)
        if "platform" in values and values["platform"] != held.platform and _has_contributions(held):
            raise Refused(platform=_("You cannot change the platform because contributions have been received."))
        before = held.workshop
        wanted = Dialogue.objects.get(pk=held.pk)
        for name, value in values.items():
            setattr(wanted, name, value)
        _check(wanted)
        save_checked(held, expected=expected, allowed=DIALOGUE_COLUMNS, **values)
        bump(held)
        if before is not None and before.pk != held.workshop_id:
            bump_workshop(before)


def _has_contributions(dialogue: Dialogue) -> bool:
    return Contribution.objects.filter(topic__dialogue=dialogue).exists()


def publish_dialogue(*, dialogue: Dialogue, expected: int, actor: Any = None) -> None:
    """Publish the dialogue. On this portal it accepts contributions on its days."""
    with acted_by(actor, PUBLISHERS):
        held = locked(dialogue.pk)
        if held.state != DialogueState.DRAFT:
            raise Refused(_("This dialogue has already been published."))
        if not held.topics.exists():
            raise Refused(_("Add at least one question before you publish the dialogue."))
        save_checked(held, expected=expected, allowed=("state",), state=DialogueState.PUBLISHED)
        bump(held)


def conclude(
    *, dialogue: Dialogue, conclusion: Texts, expected: int, now: dt.datetime | None = None, actor: Any = None
) -> None:
    """Conclude the dialogue and delete the authors' email addresses, which are no longer needed."""
    with acted_by(actor, PUBLISHERS):
        held = locked(dialogue.pk)
        if held.state != DialogueState.PUBLISHED:
            raise Refused(_("You can conclude a dialogue only once, after it has been published."))
        if (now or database_now()) < held.closes_at:
            raise Refused(_("You cannot conclude the dialogue while it is open. Wait until the last day has passed."))
        texts = in_languages("conclusion", conclusion)
        if not texts.get("conclusion_en", "").strip():
            raise Refused(conclusion_en=_("Summarize the outcome of the dialogue."))
        everything = Contribution.objects.filter(topic__dialogue=held)
        if everything.awaiting_moderation().exists():
            raise Refused(_("Moderate all contributions before you conclude the dialogue."))
        allowed = ("state", *CONCLUSION_COLUMNS)
        save_checked(held, expected=expected, allowed=allowed, state=DialogueState.CONCLUDED, **texts)
        everything.exclude(author_email="").update(author_email="")
        bump(held)


# --- Questions --------------------------------------------------------------------------------------------------------


def add_topic(*, dialogue: Dialogue, question: Texts, actor: Any = None) -> DialogueTopic:
    with acted_by(actor, EDITORS):
        held = locked(dialogue.pk)
        refuse_concluded(held)
        topic = DialogueTopic(dialogue=held, position=held.topics.count() + 1, **in_languages("question", question))
        check_row(topic)
        topic.save()
        bump(held)
    return topic


def edit_topic(*, topic: DialogueTopic, expected: int, actor: Any = None, **values: Any) -> None:
    with acted_by(actor, EDITORS):
        held = locked(topic.dialogue_id)
        refuse_concluded(held)
        save_checked(topic, expected=expected, allowed=QUESTION_COLUMNS, **values)
        bump(held)


def remove_topic(*, topic: DialogueTopic, expected: int, actor: Any = None) -> None:
    """Delete a question without contributions and renumber the later ones."""
    with acted_by(actor, EDITORS):
        held = locked(topic.dialogue_id)
        refuse_concluded(held)
        if topic.contributions.exists():
            raise Refused(_("You cannot delete this question because it has contributions."))
        if held.state != DialogueState.DRAFT and held.topics.count() == 1:
            raise Refused(_("You cannot delete the only question of a published dialogue. Add another question first."))
        lock_unchanged(topic, expected).delete()
        close_ranks(held.topics.order_by("position"))
        bump(held)


def order_topics(*, dialogue: Dialogue, ids: Sequence[int], expected: int, actor: Any = None) -> None:
    with acted_by(actor, EDITORS):
        held = locked(dialogue.pk)
        refuse_concluded(held)
        put_in_order(list(held.topics.order_by("position")), ids, expected=expected)
        bump(held)


# --- Visits that somebody reported ------------------------------------------------------------------------------------


def report_visits(
    *,
    dialogue: Dialogue,
    count: int,
    source: str,
    reported_on: dt.date,
    qualifier: str = VisitQualifier.EXACT,
    actor: Any = None,
) -> VisitReport:
    """Record a reported number of visits with its source. Documents cite the latest."""
    with acted_by(actor, EDITORS):
        held = locked(dialogue.pk)
        report = VisitReport(
            dialogue=held, count=count, qualifier=qualifier, source=source, reported_on=reported_on, recorded_by=actor
        )
        check_row(report)
        report.save()
        bump(held)
    return report


def remove_report(*, report: VisitReport, actor: Any = None) -> None:
    with acted_by(actor, EDITORS):
        held = locked(report.dialogue_id)
        report.delete()
        bump(held)
