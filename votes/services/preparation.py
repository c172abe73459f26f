import datetime as dt
import string
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.editing import lock_unchanged, save_versioned
from foundation.editing.history import recorded
from foundation.refusals import Refused, check_row
from foundation.text import LANGUAGES
from foundation.time.clock import database_now
from membership.models import Entity, Person
from votes.models import Ballot, Kind, Option, Preparation
from votes.permissions import require_preparer, require_publisher
from votes.services.locking import bump, locked
from workshops.models import ProposalState, Theme, Topic

# Slugs reserved for pages of the app.
RESERVED_SLUGS = {"new", "receipts", "delegation", "deadlines", "reminders", "s"}


@dataclass(frozen=True)
class Check:
    """An item of the checklist. Items that block must be completed before scheduling."""

    sentence: str
    is_met: bool
    blocks: bool = True


@transaction.atomic
def create_ballot(*, actor: Person, now: dt.datetime | None = None, **values: Any) -> Ballot:
    """Create a draft, which only staff see. `values` are columns of the ballot."""
    require_preparer(actor, now or database_now())
    if values.get("slug") in RESERVED_SLUGS:
        raise Refused(slug=_("This word is reserved. Enter a different short name."))
    ballot = Ballot(**values)
    check_row(ballot, exclude=["edit_version"])
    with recorded(actor):
        ballot.save()
    return ballot


@transaction.atomic
def edit_ballot(
    *, ballot: Ballot, expected: int, actor: Person, now: dt.datetime | None = None, **values: Any
) -> Ballot:
    """Change a draft, or raise `Clash`. The permanent ID cannot be changed."""
    require_preparer(actor, now or database_now())
    held = _draft(ballot)
    if "slug" in values:
        raise Refused(_("You cannot change the short name of a ballot."))
    for name, value in values.items():
        setattr(held, name, value)
    check_row(held)
    with recorded(actor):
        save_versioned(held, expected=expected, **values)
    bump(held)
    return held


@transaction.atomic
def save_option(
    *,
    ballot: Ballot,
    actor: Person,
    option: Option | None = None,
    expected: int | None = None,
    now: dt.datetime | None = None,
    **values: Any,
) -> Option:
    """Add an option to a draft, or change it (with `expected`). Missing text comes from its source."""
    require_preparer(actor, now or database_now())
    held = _draft(ballot)
    papers = values.pop("papers", None)
    source = values.get("theme") or values.get("topic")
    if source is not None:
        for language in LANGUAGES:
            values.setdefault(f"title_{language}", getattr(source, f"title_{language}"))
            values.setdefault(f"description_{language}", getattr(source, f"rationale_{language}"))
    if option is None:
        values.setdefault("position", held.options.count() + 1)
        added = Option(ballot=held, **values)
        check_row(added)
        with recorded(actor):
            added.save()
        added.papers.set(papers or [])
        return added
    if option.ballot_id != held.pk:
        raise Refused(_("Choose only options on this ballot."))
    with recorded(actor):
        save_versioned(option, expected=option.edit_version if expected is None else expected, **values)
    if papers is not None:
        option.papers.set(papers)
    return option


@transaction.atomic
def add_options_of_year(
    *, ballot: Ballot, model: type[Theme] | type[Topic], year: int, actor: Person, now: dt.datetime | None = None
) -> list[Option]:
    """Add all themes or topics of the year that are not withdrawn or options already. Topics keep their letters."""
    moment = now or database_now()
    require_preparer(actor, moment)
    held = _draft(ballot)
    if not held.takes_answers:
        raise Refused(_("You cannot add options to this kind of decision."))
    name = "topic" if model is Topic else "theme"
    taken = set(held.options.values_list("code", flat=True))
    already = held.options.exclude(**{name: None}).values(name)
    rows = model.objects.filter(year__year=year).exclude(state=ProposalState.WITHDRAWN).exclude(pk__in=already)
    added = []
    for row in rows.order_by("letter" if model is Topic else "pk"):
        code = getattr(row, "letter", "")
        if not code or code in taken:
            code = next((letter for letter in string.ascii_uppercase if letter not in taken), "")
        if not code:
            raise Refused(_("You cannot add more than 26 options."))
        taken.add(code)
        source: dict[str, Any] = {name: row}
        added.append(save_option(ballot=held, actor=actor, now=moment, code=code, **source))
    return added


@transaction.atomic
def remove_option(*, option: Option, expected: int, actor: Person, now: dt.datetime | None = None) -> None:
    require_preparer(actor, now or database_now())
    _draft(option.ballot)
    with recorded(actor):
        lock_unchanged(option, expected).delete()


def _draft(ballot: Ballot) -> Ballot:
    held = locked(ballot)
    if not held.is_draft:
        raise Refused(_("You cannot change a scheduled ballot. If it is not open yet, return it to draft first."))
    return held


def checklist(ballot: Ballot, now: dt.datetime) -> list[Check]:
    """Return the checklist before scheduling."""
    taking_part = Entity.objects.members(ballot.rights_day)
    if ballot.needs_voting_right:
        taking_part = Entity.objects.with_voting_right(ballot.rights_day)
    number = taking_part.count()
    times = _times_of_a_record(ballot, now) if ballot.kind == Kind.ADOPTION else _times_ahead(ballot, now)
    words = _about_options(ballot) if ballot.takes_answers else _about_the_text(ballot)
    checks = [*times, Check(_("At least one Member State is entitled to take part."), number > 0), *words]
    if ballot.kind == Kind.FORMAL:
        checks.append(Check(_("The rule for the vote has been entered."), bool(ballot.rule.strip())))
        if ballot.quorum_number:
            checks.append(
                Check(_("The quorum does not exceed the number of States taking part."), ballot.quorum_number <= number)
            )
    return checks


def _times_ahead(ballot: Ballot, now: dt.datetime) -> list[Check]:
    return [
        Check(_("The opening time is in the future."), ballot.opens_at > now),
        # A reminder that delegations must consult capitals. It does not block, because a vote in a meeting takes only
        # minutes.
        Check(
            _("The ballot is open for at least one day."),
            ballot.closes_at - ballot.opens_at >= dt.timedelta(days=1),
            blocks=False,
        ),
    ]


def _times_of_a_record(ballot: Ballot, now: dt.datetime) -> list[Check]:
    """Check the times of an adoption, which is recorded afterwards and then accepts statements."""
    return [
        Check(_("The time of adoption is not in the future."), ballot.opens_at <= now),
        Check(_("The deadline for reservations and explanations of position is in the future."),
              ballot.closes_at > now),
        Check(_("The meeting that adopted the text has been entered."), ballot.meeting is not None),
    ]  # fmt: skip


def _about_options(ballot: Ballot) -> list[Check]:
    options = list(ballot.options.select_related("theme", "topic"))
    untranslated = [
        language
        for language in LANGUAGES
        if not getattr(ballot, f"question_{language}") or not all(_words(option, language) for option in options)
    ]
    return [
        Check(_("There are at least two options."), len(options) >= 2),
        Check(_("There are at least as many options as a State may choose, and more options than will be selected."),
              ballot.choose_max <= len(options) and ballot.to_select < len(options)),
        Check(_("Every option has a title."), all(option.title_en or option.title for option in options)),
        Check(
            _("The question and options are complete in English, French and Spanish."), not untranslated, blocks=False
        ),
    ]  # fmt: skip


def _about_the_text(ballot: Ballot) -> list[Check]:
    titled = all(getattr(ballot, f"question_{language}") for language in LANGUAGES)
    written = all(getattr(ballot, f"decision_text_{language}") for language in LANGUAGES)
    return [
        Check(_("The text of the decision has been entered."), bool(ballot.decision_text.strip())),
        Check(_("There are no options, because this kind of decision has none."), not ballot.options.exists()),
        Check(_("The title and text are complete in English, French and Spanish."), titled and written, blocks=False),
    ]


def _words(option: Option, language: str) -> str | None:
    words: str | None = getattr(option.theme or option.topic or option, f"title_{language}")
    return words


@transaction.atomic
def set_ballot(*, ballot: Ballot, actor: Person, now: dt.datetime | None = None) -> Ballot:
    """Schedule the ballot: it is announced, opens automatically, and its rules no longer change.

    `now` schedules a past consultation; the checklist then uses that moment.
    """
    moment = now or database_now()
    require_publisher(actor, moment)
    held = _draft(ballot)
    unmet = [check.sentence for check in checklist(held, moment) if check.blocks and not check.is_met]
    if unmet:
        raise Refused(_("Complete the checklist first: %(what)s") % {"what": " ".join(unmet)})
    held.preparation = Preparation.SET
    with recorded(actor):
        held.save(update_fields=["preparation"])
    bump(held)
    return held


@transaction.atomic
def take_back_ballot(*, ballot: Ballot, actor: Person, now: dt.datetime | None = None) -> Ballot:
    """Return a scheduled ballot to draft, before it opens."""
    moment = now or database_now()
    require_publisher(actor, moment)
    held = locked(ballot)
    if held.is_draft:
        return held
    if held.opened_at is not None or moment >= held.opens_at:
        raise Refused(_("You cannot change an open ballot. You can only extend it."))
    held.preparation = Preparation.DRAFT
    with recorded(actor):
        held.save(update_fields=["preparation"])
    bump(held)
    return held
