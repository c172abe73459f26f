"""The status box of a draft: its stage, the next step for the person who reads it, and the problems to fix."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from documents.models import Document, ReviewComment
from documents.permissions import PUBLISHERS, has_role
from documents.progress import (
    Clearer,
    Unwritten,
    clearers_of,
    is_cleared,
    stage_of,
    stage_words,
    unwritten_in,
    whose_turn,
)
from documents.services.issue import located_obstacles
from documents.services.symbols import proposed_symbol
from foundation.pages.languages import OWN_NAMES
from foundation.text import list_in_words
from foundation.time.clock import database_now
from foundation.time.formats import short_moment
from texts.material import Place
from texts.problems import Problem

# Problems beyond this number are only counted here; the table of figures shows them.
LISTED = 12


@dataclass(frozen=True)
class Act:
    """What this person can do next. With `posts` the button acts at once; otherwise it is a link."""

    label: str
    why: str
    url: str
    posts: bool = False


@dataclass(frozen=True)
class Stage:
    code: Literal["write", "review", "clear", "issue", "release"]
    label: str
    words: str
    state: Literal["done", "now", "later"]


@dataclass(frozen=True)
class ProblemToFix:
    """A problem that prevents issuing, with a link to the page where it can be fixed."""

    words: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class DraftStatus:
    label: str
    stages: list[Stage]
    act: Act
    problems: list[ProblemToFix]
    more_problems: int


def edit_url(document: Document, place: Place) -> str:
    """Return the address of the editor at that block."""
    kwargs = {"pk": document.pk, "part": place.part, "language": place.language}
    return reverse("documents:edit", kwargs=kwargs) + (f"#{place.block}" if place.block else "")


@dataclass(frozen=True)
class _Facts:
    """Facts shared by the functions below, each queried once."""

    document: Document
    person: Any
    clearers: list[Clearer]
    unwritten: Unwritten
    open_comments: list[ReviewComment]
    problems: list[ProblemToFix]
    languages: list[str]

    @property
    def language(self) -> str:
        """The original language if it has a main text, else the first language that has one."""
        original = self.document.original_language
        return original if original in self.languages or not self.languages else self.languages[0]

    @property
    def is_publisher(self) -> bool:
        return has_role(self.person, *PUBLISHERS)

    def page(self, language: str = "") -> str:
        kwargs = {"pk": self.document.pk, "language": language or self.language}
        return reverse("documents:draft-page", kwargs=kwargs)


def status_of(document: Document, person: Any, problems: dict[str, list[Problem]]) -> DraftStatus:
    """Return the status of a draft for this person.

    `problems` holds, for each language with a main text, the problems found in that text.
    """
    clearers = clearers_of(document)
    languages = list(problems)
    original = document.original_language
    language = original if original in problems or not languages else languages[0]
    open_comments = document.review_comments.filter(thread=None, resolved_at=None).order_by("made_at", "pk")
    to_fix = list(_problems_to_fix(document, problems))
    facts = _Facts(document, person, clearers, unwritten_in(document, language), list(open_comments), to_fix, languages)
    now, act = _next(facts)
    return DraftStatus(
        stage_words()[stage_of(document, clearers)],
        _stages(facts, now),
        act,
        to_fix[:LISTED],
        max(len(to_fix) - LISTED, 0),
    )


# --- Problems to fix --------------------------------------------------------------------------------------------------
def _problems_to_fix(document: Document, problems: dict[str, list[Problem]]) -> Iterable[ProblemToFix]:
    """Yield problems that concern all languages once, then those of each language."""
    moment = database_now()
    listed: set[str] = set()
    for language in problems or [document.original_language]:
        named = {"pk": document.pk}
        ways = {
            "symbol": ("#symbol", _("Assign a symbol")),
            "readers": (reverse("documents:readers", kwargs=named), _("Readers and expiry")),
            "clearance": (document.life_url, _("Review and clearance")),
            "translation": (
                reverse("documents:translation", kwargs={**named, "language": language}),
                _("Open translation"),
            ),
        }
        for obstacle in located_obstacles(document, language, moment):
            if obstacle.words not in listed:
                listed.add(obstacle.words)
                yield ProblemToFix(obstacle.words, *ways.get(obstacle.where, ("", "")))
        for problem in problems.get(language, ()):
            words = problem.words if len(problems) == 1 else f"{OWN_NAMES[language]}: {problem.words}"
            yield ProblemToFix(words, edit_url(document, problem.place), _("Show it in the text"))


# --- The next step ----------------------------------------------------------------------------------------------------
def _next(facts: _Facts) -> tuple[str, Act]:
    """Return the code of the current stage and the first step that lets the draft go on."""
    return _writing(facts) or _clearing(facts) or _issuing(facts)


def _writing(facts: _Facts) -> tuple[str, Act] | None:
    document, unwritten, comments = facts.document, facts.unwritten, facts.open_comments
    turn = whose_turn(facts.clearers)
    if turn is not None and turn.person_id == facts.person.pk:
        return "clear", Act(
            _("Clear or return the draft"), _("It is your turn to clear this draft."), document.life_url
        )
    returned = next((clearer.row for clearer in facts.clearers if clearer.state == "returned"), None)
    if returned is not None:
        why = _("%(person)s returned the draft.") % {"person": returned.person}
        return "clear", Act(_("See why it was returned"), why, document.life_url)
    if unwritten.is_empty or unwritten.blocks:
        part, block = unwritten.blocks[0] if unwritten.blocks else ("", "")
        main = document.parts.filter(kind="main").first()
        place = Place(part or (main.key if main else "maintext"), facts.language, (block,) if block else ())
        label = _("Write the text") if unwritten.is_empty else _("Continue writing")
        return "write", Act(label, unwritten.words, edit_url(document, place))
    if comments:
        url = f"{facts.page(comments[0].language)}#comment-{comments[0].pk}"
        return "review", Act(_("Review the comments"), _comments_open(len(comments)), url)
    return None


def _clearing(facts: _Facts) -> tuple[str, Act] | None:
    document = facts.document
    stale = next((clearer.row for clearer in facts.clearers if clearer.state == "stale"), None)
    if stale is not None:
        why = _("The draft changed after %(person)s cleared it.") % {"person": stale.person}
        return "clear", Act(_("Request clearance again"), why, document.life_url)
    turn = whose_turn(facts.clearers)
    if turn is not None:
        why = _("%(person)s has been asked to clear the draft. You do not need to do anything now.") % {
            "person": turn.person
        }
        return "clear", Act(_("Read the draft"), why, facts.page())
    if not facts.clearers and document.review_opened_at is None and not facts.is_publisher:
        why = _("The text is ready for comments or clearance by colleagues.")
        return "review", Act(_("Request comments or clearance"), why, document.life_url)
    if not facts.clearers and document.review_opened_at is not None:
        # Clearance covers the distribution, and assigning a symbol can change it.
        before = _symbol_act(facts, _("Assign the symbol before clearance, because the symbol sets the distribution."))
        why = _("There are no open comments. Request clearance, or issue the document without it.")
        return "clear", before or Act(_("Request clearance"), why, document.life_url)
    return None


def _issuing(facts: _Facts) -> tuple[str, Act]:
    document, problems = facts.document, facts.problems
    symbol = _symbol_act(facts, _("A document needs a symbol before it can be issued."))
    if symbol is not None:
        return "issue", symbol
    if problems:
        why = _problem_count(len(problems))
        first = next((entry for entry in problems if entry.url), None)
        if first is not None:
            return "issue", Act(_("Fix the first problem"), why, first.url)
        return "issue", Act(_("Read the draft"), why, facts.page())
    if facts.is_publisher:
        label = _("Issue in %(language)s") % {"language": OWN_NAMES[facts.language]}
        url = reverse("documents:draft-issue", kwargs={"pk": document.pk, "language": facts.language})
        return "issue", Act(label, _("Ready to issue."), url)
    return "issue", Act(_("Read the draft"), _("Ready to issue. A publisher can issue it now."), facts.page())


def _symbol_act(facts: _Facts, why: str) -> Act | None:
    """Return the step that assigns the next symbol of the series.

    Returns None if the document has a symbol, needs none, or belongs to no known series.
    """
    document = facts.document
    proposed = "" if document.symbol or document.is_unsymboled or not facts.languages else proposed_symbol(document)
    if not proposed:
        return None
    label = _("Assign the symbol %(symbol)s") % {"symbol": proposed}
    return Act(label, why, reverse("documents:draft-symbol", kwargs={"pk": document.pk}), posts=True)


# --- Progress ---------------------------------------------------------------------------------------------------------
def _stages(facts: _Facts, now: str) -> list[Stage]:
    document = facts.document
    last = _("Circulation to its readers") if document.is_unsymboled else _("Release to its readers")
    stages: list[tuple[Any, str, str]] = [
        ("write", _("Writing"), facts.unwritten.words or _languages_written(facts)),
        ("review", _("Review by colleagues"), _review_words(facts)),
        ("clear", _("Clearance"), _clearance_words(facts)),
        ("issue", _("Issue of the text"), _issue_words(facts)),
        ("release", last, _("by a publisher, in all languages together. Until then only staff can read it")),
    ]
    codes = [code for code, _label, _words in stages]
    at = codes.index(now)
    return [
        Stage(code, label, words, "done" if place < at else "now" if place == at else "later")
        for place, (code, label, words) in enumerate(stages)
    ]


def _languages_written(facts: _Facts) -> str:
    names = [OWN_NAMES[code] for code in facts.languages]
    return _("written in %(languages)s") % {"languages": list_in_words(names, _reader())} if names else ""


def _review_words(facts: _Facts) -> str:
    document, count = facts.document, len(facts.open_comments)
    if document.review_opened_at is None:
        return _comments_open(count) if count else _("no comments requested")
    since = _("open since %(day)s") % {"day": short_moment(document.review_opened_at, "UTC")}
    state = _comments_open(count) if count else _("no open comments")
    return f"{since}; {state}"


def _clearance_words(facts: _Facts) -> str:
    if not facts.clearers:
        return _("not requested; the document can be issued without it")
    if is_cleared(facts.clearers):
        return _("given by everyone who was asked")
    words = {
        "cleared": _("%(person)s has cleared it"),
        "returned": _("%(person)s has returned it"),
        "stale": _("%(person)s has been asked again"),
        "turn": _("%(person)s has now been asked"),
        "waiting": _("then %(person)s"),
    }
    return "; ".join(words[clearer.state] % {"person": clearer.row.person} for clearer in facts.clearers)


def _issue_words(facts: _Facts) -> str:
    return _problem_count(len(facts.problems)) if facts.problems else _("by a publisher; ready to issue")


def _comments_open(count: int) -> str:
    return ngettext("%(count)s open comment", "%(count)s open comments", count) % {"count": count}


def _problem_count(count: int) -> str:
    return ngettext("%(count)s problem to fix first", "%(count)s problems to fix first", count) % {"count": count}


def _reader() -> str:
    return get_language() or "en"
