import datetime as dt
from collections.abc import Mapping
from string import ascii_uppercase
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row
from foundation.text import Language, in_languages
from foundation.text.slugs import slug_of
from schedule.models import Occasion
from schedule.services import create_occasion
from workshops.models import IDMYear, ProposalState, Theme, Topic, Workshop, WorkshopState
from workshops.permissions import edited_by

YEAR_COLUMNS = ("workshops_planned", "description_en", "description_fr", "description_es")
PROPOSAL_COLUMNS = ("title_en", "title_fr", "title_es", "rationale_en", "rationale_fr", "rationale_es")
WORKSHOP_COLUMNS = (
    "title_en",
    "title_fr",
    "title_es",
    "description_en",
    "description_fr",
    "description_es",
    "state",
    "registration_opens_at",
    "registration_closes_at",
)

# Reserved: `/workshops/2010/edit/` is a page of the year.
RESERVED_SLUGS = {"edit"}

Texts = str | Mapping[str, str]


def bump_year(year_id: int) -> None:
    """Invalidate the cached pages of a year and of its workshops."""
    IDMYear.objects.filter(pk=year_id).update(revision=F("revision") + 1)


def bump_workshop(workshop: Workshop) -> None:
    """Invalidate the cached pages of a workshop and of its year, which shows its participants."""
    Workshop.objects.filter(pk=workshop.pk).update(revision=F("revision") + 1)
    bump_year(workshop.year_id)


def create_year(*, year: int, description: Texts = "", workshops_planned: int = 2, actor: Any = None) -> IDMYear:
    row = IDMYear(year=year, workshops_planned=workshops_planned, **in_languages("description", description))
    check_row(row)
    with edited_by(actor):
        row.save()
    return row


def _free_slug(siblings: Any, title: Texts, otherwise: str) -> str:
    english = title if isinstance(title, str) else title.get(Language.ENGLISH, "")
    taken = set(siblings.values_list("slug", flat=True))
    return slug_of(english, otherwise=otherwise, longest=80, is_taken=taken.__contains__)


def edit_year(*, year: IDMYear, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(year, expected=expected, allowed=YEAR_COLUMNS, **values)
        bump_year(year.pk)


def propose_theme(*, year: IDMYear, slug: str = "", title: Texts, rationale: Texts = "", actor: Any = None) -> Theme:
    """Create a theme. Its slug is permanent; by default it is made from the English title."""
    slug = slug or _free_slug(year.themes, title, "theme")
    theme = Theme(year=year, slug=slug, **in_languages("title", title), **in_languages("rationale", rationale))
    check_row(theme)
    with edited_by(actor):
        theme.save()
        bump_year(year.pk)
    return theme


def edit_theme(*, theme: Theme, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(theme, expected=expected, allowed=PROPOSAL_COLUMNS, **values)
        bump_year(theme.year_id)


def set_theme_state(*, theme: Theme, state: str, actor: Any = None) -> None:
    """Set a theme's state. Raises `Refused` for a second selected theme in a year."""
    with edited_by(actor):
        chosen = Theme.objects.selected().filter(year_id=theme.year_id).exclude(pk=theme.pk).select_for_update()
        if state == ProposalState.SELECTED and chosen.exists():
            raise Refused(_("Another theme of this year is already selected. Change its status first."))
        _set_state(theme, state)
        bump_year(theme.year_id)


def propose_topic(
    *, year: IDMYear, slug: str = "", letter: str, title: Texts, rationale: Texts = "", actor: Any = None
) -> Topic:
    """Create a topic. Its slug is permanent; by default it is made from the English title."""
    slug = slug or _free_slug(year.topics, title, "topic")
    topic = Topic(
        year=year,
        slug=slug,
        letter=letter,
        **in_languages("title", title),
        **in_languages("rationale", rationale),
    )
    check_row(topic)
    with edited_by(actor):
        topic.save()
        bump_year(year.pk)
    return topic


def next_letter(*, year: IDMYear) -> str:
    """Return the first letter that no topic of the year has."""
    taken = set(year.topics.values_list("letter", flat=True))
    free = next((letter for letter in ascii_uppercase if letter not in taken), None)
    if free is None:
        raise Refused(_("You cannot add more than 26 topics."))
    return free


def edit_topic(*, topic: Topic, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(topic, expected=expected, allowed=PROPOSAL_COLUMNS, **values)
        bump_year(topic.year_id)


def set_topic_state(*, topic: Topic, state: str, actor: Any = None) -> None:
    with edited_by(actor):
        _set_state(topic, state)
        bump_year(topic.year_id)


def _set_state(proposal: Theme | Topic, state: str) -> None:
    if state not in ProposalState.values:
        raise Refused(_("This status does not exist. Choose one from the list."))
    type(proposal).objects.filter(pk=proposal.pk).update(state=state, edit_version=F("edit_version") + 1)
    proposal.refresh_from_db(fields=["state", "edit_version"])


def create_workshop(
    *,
    year: IDMYear,
    number: int,
    slug: str = "",
    title: Texts,
    description: Texts = "",
    state: str = WorkshopState.DRAFT,
    occasion: Occasion | None = None,
    topic: Topic | None = None,
    registration_opens_at: dt.datetime | None = None,
    registration_closes_at: dt.datetime | None = None,
    actor: Any = None,
) -> Workshop:
    """Create a workshop. The slug is part of its permanent ID; without one it is made from the English title.

    Without an occasion it has no dates yet.
    """
    slug = slug or _free_slug(year.workshops, title, "workshop")
    workshop = Workshop(
        year=year,
        number=number,
        slug=slug,
        state=state,
        occasion=occasion,
        topic=topic,
        registration_opens_at=registration_opens_at,
        registration_closes_at=registration_closes_at,
        **in_languages("title", title),
        **in_languages("description", description),
    )
    if slug in RESERVED_SLUGS:
        raise Refused(slug=_("This word is reserved. Enter a different short name."))
    check_row(workshop)
    with edited_by(actor):
        workshop.save()
        bump_year(year.pk)
    return workshop


def edit_workshop(*, workshop: Workshop, expected: int, actor: Any = None, **values: Any) -> None:
    with edited_by(actor):
        save_checked(workshop, expected=expected, allowed=WORKSHOP_COLUMNS, **values)
        bump_workshop(workshop)


def plan_days(
    *, workshop: Workshop, begins_on: dt.date, ends_on: dt.date, zone: str, place: Texts, actor: Any = None
) -> Occasion:
    """Give a workshop without an occasion its dates and place."""
    with edited_by(actor):
        locked = Workshop.objects.select_for_update().get(pk=workshop.pk)
        if locked.occasion_id:
            raise Refused(_("This workshop already has dates. Edit them instead."))
        occasion = create_occasion(begins_on=begins_on, ends_on=ends_on, zone=zone, place=place, actor=actor)
        Workshop.objects.filter(pk=workshop.pk).update(occasion=occasion, edit_version=F("edit_version") + 1)
        bump_workshop(workshop)
    workshop.refresh_from_db()
    return occasion
