"""Results as shown on pages, in emails and in figures."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.pages.charts import Bar, bar_chart
from foundation.text import semicolon
from foundation.time.formats import in_zone, language_of, long_date
from membership.models import Group
from votes.counting import Count
from votes.models import Ballot, BallotState, StatementKind
from votes.sentences import result_sentence


def titles_of(ballot: Ballot) -> dict[str, str]:
    """Return option titles by letter, in the active language and the ballot's order."""
    return {option.code: option.title for option in ballot.options.all()}


def sentence_of(ballot: Ballot) -> str:
    """Return the summary of a result. The caller must check that the reader may see it."""
    return result_sentence(ballot, Count.from_json(ballot.result.content), titles_of(ballot))


def word_for_votes(ballot: Ballot) -> str:
    """Return the column heading of counts: preferences for an indicative consultation, otherwise votes."""
    return _("Preferences") if ballot.is_indicative else _("Votes")


@dataclass(frozen=True)
class OptionRow:
    code: str
    title: str
    votes: int
    is_selected: bool
    is_tied: bool


@dataclass(frozen=True)
class RegionRow:
    name: str
    answered: int
    entitled: int


@dataclass(frozen=True)
class StatementRow:
    kind: str
    count: int


class ShownResult:
    """A result as the page and the exports show it."""

    def __init__(self, ballot: Ballot) -> None:
        self.ballot = ballot
        self.count = Count.from_json(ballot.result.content)
        self.titles = titles_of(ballot)

    @cached_property
    def sentence(self) -> str:
        return result_sentence(self.ballot, self.count, self.titles)

    @cached_property
    def options(self) -> list[OptionRow]:
        return [
            OptionRow(code, self.titles[code], votes, code in self.count.selected, code in self.count.tied)
            for code, votes in self.count.options.items()
        ]

    @cached_property
    def statements(self) -> list[StatementRow]:
        """Return the number of statements of each kind in effect at the end."""
        return [StatementRow(capfirst(str(StatementKind(kind).label)), n) for kind, n in self.count.statements.items()]

    @property
    def certified_on(self) -> str:
        """Return the certification day in the ballot's zone, or an empty string."""
        at = self.ballot.result.certified_at
        return long_date(in_zone(at, self.ballot.zone).date()) if at else ""

    @cached_property
    def regions(self) -> list[RegionRow]:
        groups = Group.objects.filter(kind="region", code__in={row.region for row in self.count.turnout})
        names = {group.code: group.name for group in groups}
        unnamed = _("no regional group")
        rows = [RegionRow(names.get(t.region, unnamed), t.answered, t.entitled) for t in self.count.turnout]
        return sorted(rows, key=lambda row: row.name)

    @property
    def turnout(self) -> str:
        if not self.ballot.takes_answers:
            return ngettext(
                "%(answered)s of %(entitled)s Member State made a statement.",
                "%(answered)s of %(entitled)s Member States made a statement.",
                self.count.entitled,
            ) % {"answered": self.count.answered, "entitled": self.count.entitled}
        turnout = ngettext(
            "%(answered)s of %(entitled)s Member State answered",
            "%(answered)s of %(entitled)s Member States answered",
            self.count.entitled,
        ) % {"answered": self.count.answered, "entitled": self.count.entitled}
        if not self.count.abstained:
            return turnout + "."
        abstained = ngettext("%(count)s of them abstained", "%(count)s of them abstained", self.count.abstained)
        return f"{turnout}{semicolon()} {abstained % {'count': self.count.abstained}}."

    @property
    def word_for_votes(self) -> str:
        return word_for_votes(self.ballot)

    @property
    def word_for_selected(self) -> str:
        return _("preferred") if self.ballot.is_indicative else _("selected")

    def chart(self, language: str | None = None) -> str:
        bars = [Bar(f"{row.code}. {row.title}", row.votes) for row in self.options]
        spoken = [Bar(row.kind, row.count) for row in self.statements]
        return bar_chart(
            bars or spoken,
            title=self.ballot.question,
            maximum=(self.count.chose if bars else self.count.entitled) or 1,
            language=language or language_of(),
        )

    def _outcome(self, row: OptionRow) -> str:
        if row.is_selected:
            return self.word_for_selected
        return _("tied") if row.is_tied else ""

    def table(self) -> tuple[list[str], list[list[object]]]:
        if not self.ballot.takes_answers:
            return [_("Statement"), _("Number")], [[row.kind, row.count] for row in self.statements]
        header = [_("Option"), _("Title"), self.word_for_votes, _("Outcome")]
        rows: list[list[object]] = [[row.code, row.title, row.votes, self._outcome(row)] for row in self.options]
        rows.append(["", _("Abstentions"), self.count.abstained, ""])
        rows.append(["", _("Member States that answered"), self.count.answered, ""])
        if self.certified_on:
            rows.append(["", _("Certified on"), self.certified_on, ""])
        return header, rows


def state_of(ballot: Ballot, now: dt.datetime) -> str:
    """Return the code of the state badge, `published` once the result is."""
    state = ballot.state_at(now)
    result = getattr(ballot, "result", None)
    if state == BallotState.CLOSED and result is not None and result.is_published:
        return "published"
    return state.value
