"""Summary sentences of results in the active language, for pages, emails and figures."""

from collections.abc import Mapping

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.text import list_in_words
from foundation.time.formats import in_zone, language_of, long_date
from votes.counting import Count
from votes.models import Ballot, Kind, Majority, Outcome, TieRule


def quoted(title: str) -> str:
    """Put the text in quotation marks of the active language."""
    before, after = {"fr": ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»"), "es": ("«", "»")}.get(
        language_of(), ("“", "”")
    )
    return f"{before}{title}{after}"


def result_sentence(ballot: Ballot, count: Count, titles: Mapping[str, str]) -> str:
    """Return what was preferred or decided, or why not; without totals, which not all readers may see."""
    match count.outcome:
        case Outcome.ADOPTED:
            return adopted_sentence(ballot)
        case Outcome.OBJECTED:
            return _("%(title)s is not adopted because a Member State objected.") % {"title": quoted(ballot.question)}
        case Outcome.NO_ANSWER if count.answered:
            return _("All Member States that answered abstained, so no option is selected.")
        case Outcome.NO_ANSWER:
            return _("No Member State answered, so no option is selected.")
        case Outcome.NO_QUORUM:
            return _no_quorum(ballot)
        case Outcome.NO_MAJORITY:
            return _("No option reached the required majority, so none is selected.")
        case Outcome.TIE:
            return " ".join([_selected(ballot, count, titles), _tied(ballot, count, titles)]).strip()
    return _selected(ballot, count, titles)


def adopted_sentence(ballot: Ballot) -> str:
    """Return the sentence of an adopted text, with day and meeting."""
    title = quoted(ballot.question)
    if ballot.kind == Kind.SILENCE:
        return _("%(title)s is adopted because there was no objection at the end of the silence procedure.") % {
            "title": title
        }
    facts = {
        "title": title,
        "date": long_date(in_zone(ballot.opens_at, ballot.zone).date()),
        "meeting": ballot.meeting.title if ballot.meeting else "",
    }
    if not ballot.meeting:
        return _("%(title)s was adopted without a vote on %(date)s.") % facts
    return _("%(title)s was adopted without a vote on %(date)s (%(meeting)s).") % facts


def _no_quorum(ballot: Ballot) -> str:
    if ballot.quorum_number:
        return ngettext(
            "Fewer Member States answered than the quorum of %(count)s State requires, so no option is selected.",
            "Fewer Member States answered than the quorum of %(count)s States requires, so no option is selected.",
            ballot.quorum_number,
        ) % {"count": ballot.quorum_number}
    sentence = _("Fewer Member States answered than the quorum of %(quorum)s%% requires, so none is selected.")
    return sentence % {"quorum": ballot.quorum}


def quorum_in_words(ballot: Ballot) -> str:
    """Return the quorum as text; empty without one."""
    if ballot.quorum_number:
        return ngettext(
            "%(count)s Member State must answer; an abstention counts as an answer",
            "%(count)s Member States must answer; an abstention counts as an answer",
            ballot.quorum_number,
        ) % {"count": ballot.quorum_number}
    if ballot.quorum:
        sentence = _("%(quorum)s%% of the entitled Member States must answer; an abstention counts as an answer")
        return sentence % {"quorum": ballot.quorum}
    return ""


def majority_in_words(ballot: Ballot) -> str:
    """Return the majority rule as text."""
    if ballot.majority == Majority.RELATIVE:
        return capfirst(ballot.get_majority_display())
    return capfirst(f"{ballot.get_majority_display()} {ballot.get_majority_base_display()}")


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
    """Return whether a single option was chosen by more than half of the answers."""
    return len(count.selected) == 1 and count.options[count.selected[0]] * 2 > count.answered


def _tied(ballot: Ballot, count: Count, titles: Mapping[str, str]) -> str:
    tie = _("%(titles)s received the same number of answers.") % {"titles": _in_words(count.tied, titles)}
    if ballot.tie_rule == TieRule.RUN_OFF:
        return tie + " " + _("As announced in advance, a run-off will be held between them.")
    return (
        tie
        + " "
        + _("As announced in advance, none of them is selected and the question returns to the Member States.")
    )
