"""Figures of a ballot for documents. Nothing about answers is available before publication."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.text import LANGUAGES, list_in_words
from foundation.time import formats
from foundation.time.clock import database_now
from texts.registry import Exhibit, Figure, exhibit_provider, figure_provider, figure_subjects
from votes.counting import Count
from votes.models import Ballot, Kind
from votes.permissions import is_preparer
from votes.presentation import ShownResult, sentence_of

NAMES = {
    "options": gettext_lazy("Options offered to Member States"),
    "choose": gettext_lazy("Number of options to select"),
    "entitled": gettext_lazy("Member States entitled to answer"),
    "answered": gettext_lazy("Member States that answered"),
    "preferred": gettext_lazy("Preferred option or options"),
    "majority": gettext_lazy("Share of answers for the preferred option"),
    "alternatives": gettext_lazy("Options not preferred"),
    "sentence": gettext_lazy("Summary of the result"),
    "rule": gettext_lazy("Rule of the formal vote"),
    "certified": gettext_lazy("Certified on"),
    "objections": gettext_lazy("Objections in effect at the deadline"),
    "reservations": gettext_lazy("Reservations"),
    "explanations": gettext_lazy("Explanations of position"),
    "opened": gettext_lazy("Opened on"),
    "closed": gettext_lazy("Closed on"),
}


@figure_provider("votes.ballot", names=NAMES)
def provide(asked: Mapping[str, set[str]]) -> dict[tuple[str, str], Figure]:
    ballots = Ballot.objects.filter(slug__in=asked).select_related("result", "meeting").prefetch_related("options")
    now = database_now()
    answered: dict[tuple[str, str], Figure] = {}
    for ballot in ballots:
        for name in asked[ballot.slug] & set(NAMES):
            figure = _of_the_question(ballot, name) or _of_the_result(ballot, name, now)
            if figure is not None:
                answered[ballot.slug, name] = figure
    return answered


def _figure(ballot: Ballot, name: str, kind: str, value: Any, **more: Any) -> Figure:
    source = f"{ballot.question} ({ballot.source})" if ballot.source else ballot.question
    return Figure(kind, value, NAMES[name], source=source, source_url=_address(ballot), **more)


def _address(ballot: Ballot) -> str:
    result = getattr(ballot, "result", None)
    published = result is not None and result.is_published
    return reverse("votes:results", args=[ballot.slug]) if published else ballot.get_absolute_url()


def _of_the_question(ballot: Ballot, name: str) -> Figure | None:
    """Return the figures known once the ballot is scheduled."""
    if ballot.is_draft:
        return None
    if name == "rule" and ballot.rule:
        rules = {language: getattr(ballot, f"rule_{language}") or ballot.rule for language in LANGUAGES}
        return _figure(ballot, name, "text", rules)
    if name == "options" and ballot.takes_answers:
        return _figure(ballot, name, "count", len(ballot.options.all()))
    if name == "choose" and ballot.takes_answers:
        return _figure(ballot, name, "count", ballot.to_select)
    if name == "opened":
        return _figure(ballot, name, "date", formats.in_zone(ballot.opens_at, ballot.zone).date().isoformat())
    return None


_KINDS = {
    "preferred": "text",
    "alternatives": "names",
    "majority": "majority",
    "sentence": "text",
    "closed": "date",
    "certified": "date",
}
_OF_THE_QUESTION = {"options", "choose", "opened", "rule"}


def _of_the_result(ballot: Ballot, name: str, now: Any) -> Figure | None:
    if name in _OF_THE_QUESTION and not ballot.is_draft:
        return None
    kind = _KINDS.get(name, "count")
    if name == "closed" and ballot.is_closed_at(now):
        return _figure(ballot, name, kind, formats.in_zone(ballot.closes_at, ballot.zone).date().isoformat())
    result = getattr(ballot, "result", None)
    if name == "closed" or result is None or not result.is_published:
        return _figure(ballot, name, kind, None, status="not-yet")
    count = Count.from_json(result.content)
    return _RESULTS[name](ballot, name, count)


def _entitled(ballot: Ballot, name: str, count: Count) -> Figure:
    return _figure(ballot, name, "count", count.entitled)


def _answered(ballot: Ballot, name: str, count: Count) -> Figure:
    return _figure(ballot, name, "count", count.answered, n=count.answered, total=count.entitled)


def _titles(ballot: Ballot, codes: list[str]) -> list[dict[str, str]]:
    return [
        {language: getattr(option, f"title_{language}") or "" for language in LANGUAGES}
        for option in ballot.options.all()
        if option.code in codes
    ]


def _preferred(ballot: Ballot, name: str, count: Count) -> Figure | None:
    """Return the preferred option; missing on a tie or without answers."""
    titles = _titles(ballot, count.selected)
    if not titles:
        return None
    texts = {language: list_in_words([title[language] for title in titles], language) for language in LANGUAGES}
    return _figure(ballot, name, "text", texts)


def _alternatives(ballot: Ballot, name: str, count: Count) -> Figure:
    return _figure(ballot, name, "names", _titles(ballot, [c for c in count.options if c not in count.selected]))


def _majority(ballot: Ballot, name: str, count: Count) -> Figure | None:
    """Return the share of answers for the preferred option; missing without a single one."""
    if len(count.selected) != 1:
        return None
    votes = count.options[count.selected[0]]
    return _figure(ballot, name, "majority", [votes, count.answered], n=votes, total=count.answered)


def _sentence(ballot: Ballot, name: str, count: Count) -> Figure:
    sentences = {}
    for language in LANGUAGES:
        with translation.override(language):
            sentences[language] = sentence_of(ballot)
    return _figure(ballot, name, "text", sentences)


def _certified(ballot: Ballot, name: str, count: Count) -> Figure | None:
    """Return the certification; missing for kinds that are never certified."""
    if ballot.kind != Kind.FORMAL:
        return None
    at = ballot.result.certified_at
    if at is None:
        return _figure(ballot, name, "date", None, status="not-yet")
    return _figure(ballot, name, "date", formats.in_zone(at, ballot.zone).date().isoformat())


def _statements(ballot: Ballot, name: str, count: Count) -> Figure | None:
    number = count.statements.get(name.removesuffix("s"))
    return None if number is None else _figure(ballot, name, "count", number)


_RESULTS: dict[str, Callable[[Ballot, str, Count], Figure | None]] = {
    "entitled": _entitled,
    "answered": _answered,
    "preferred": _preferred,
    "alternatives": _alternatives,
    "majority": _majority,
    "sentence": _sentence,
    "certified": _certified,
    "objections": _statements,
    "reservations": _statements,
    "explanations": _statements,
}


@figure_subjects("votes.ballot")
def subjects(person: Any) -> list[tuple[str, str]]:
    which = Q() if is_preparer(person, database_now()) else Q(result__published_at__isnull=False)
    return [(ballot.slug, ballot.question) for ballot in Ballot.objects.announced().filter(which)]


@exhibit_provider("votes.ballot", names={"result": gettext_lazy("Result of the ballot")})
def exhibit(slug: str, name: str, language: str) -> Exhibit | None:
    """Return the chart and table of a published result."""
    ballot = Ballot.objects.filter(slug=slug).select_related("result", "meeting").prefetch_related("options").first()
    if ballot is None or name != "result":
        return None
    with translation.override(language):
        result = getattr(ballot, "result", None)
        if result is None or not result.is_published:
            return Exhibit("", [], [], ballot.question, _("not yet known"), "", status="not-yet")
        shown = ShownResult(ballot)
        header, rows = shown.table()
        cells = [[str(cell) for cell in row] for row in rows]
        return Exhibit(
            shown.chart(language), header, cells, ballot.question, f"{shown.sentence} {shown.turnout}", ballot.source
        )
