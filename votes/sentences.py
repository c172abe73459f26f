"""The result in a sentence, in the active language. It is the same on the page, in mails and as a figure of a note."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.text import list_in_words
from foundation.time.formats import language_of
from votes.counting import Count
from votes.models import Ballot, Outcome, TieRule


def quoted(title: str) -> str:
    """In the quotation marks of the active language."""
    before, after = {"fr": ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»"), "es": ("«", "»")}.get(
        language_of(), ("“", "”")
    )
    return f"{before}{title}{after}"


def result_sentence(ballot: Ballot, count: Count, titles: Mapping[str, str]) -> str:
    """What was preferred or decided, and if nothing was, why; without the totals, which not everybody may read."""
    match count.outcome:
        case Outcome.NO_ANSWER:
            return _("No Member State chose an option, so none is selected.")
        case Outcome.NO_QUORUM:
            return _("Fewer Member States answered than the quorum of %(quorum)s%% asks for, so none is selected.") % {
                "quorum": ballot.quorum
            }
        case Outcome.NO_MAJORITY:
            return _("No option reached the majority that was asked for, so none is selected.")
        case Outcome.TIE:
            return " ".join([_selected(ballot, count, titles), _tied(ballot, count, titles)]).strip()
    return _selected(ballot, count, titles)


def _in_words(codes: list[str], titles: Mapping[str, str]) -> str:
    return list_in_words([quoted(titles[code]) for code in codes], language_of())


def _selected(ballot: Ballot, count: Count, titles: Mapping[str, str]) -> str:
    if not count.selected:
        return ""
    named = {"titles": _in_words(count.selected, titles)}
    if not ballot.is_indicative:
        return ngettext("%(titles)s is selected.", "%(titles)s are selected.", len(count.selected)) % named
    if is_majority(count):
        return _("A majority of the Member States that answered expressed a preference for %(titles)s.") % named
    if len(count.selected) == 1:
        return _("More Member States expressed a preference for %(titles)s than for any other option.") % named
    return _("The Member States that answered expressed a preference for %(titles)s.") % named


def is_majority(count: Count) -> bool:
    """One option alone, chosen by more than half of those that answered: what a note may call `a majority`."""
    return len(count.selected) == 1 and count.options[count.selected[0]] * 2 > count.answered


def _tied(ballot: Ballot, count: Count, titles: Mapping[str, str]) -> str:
    tie = _("%(titles)s received the same number of answers.") % {"titles": _in_words(count.tied, titles)}
    if ballot.tie_rule == TieRule.RUN_OFF:
        return tie + " " + _("As was stated beforehand, a run-off is held among them.")
    return (
        tie + " " + _("As was stated beforehand, none of them is selected and the question returns to the membership.")
    )
