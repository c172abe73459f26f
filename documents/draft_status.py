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
class Against:
    """A problem that prevents issuing, with a link to the page where it can be fixed."""

    words: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Standing:
    label: str
    stages: list[Stage]
    act: Act
    against: list[Against]
    more_against: int


def edit_url(document: Document, place: Place) -> str:
    """Return the address of the editor at that block."""
    kwargs = {"pk": document.pk, "part": place.part, "language": place.language}
    return reverse("documents:edit", kwargs=kwargs) + (f"#{place.block}" if place.block else "")


@dataclass(frozen=True)
class _Known:
    """Facts shared by the functions below, each queried once."""

    document: Document
    person: Any
    clearers: list[Clearer]
    unwritten: Unwritten
    open_comments: list[ReviewComment]
    against: list[Against]
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


def standing_of(document: Document, person: Any, problems: dict[str, list[Problem]]) -> Standing:
    """Return the status of a draft for this person.

    `problems` holds, for each language with a main text, the problems found in that text.
    """
    clearers = clearers_of(document)
    languages = list(problems)
    original = document.original_language
    language = original if original in problems or not languages else languages[0]
    open_comments = document.review_comments.filter(thread=None, resolved_at=None).order_by("made_at", "pk")
    against = list(_against(document, problems))
    known = _Known(
        document, person, clearers, unwritten_in(document, language), list(open_comments), against, languages
    )
    now, act = _next(known)
    return Standing(
        stage_words()[stage_of(document, clearers)],
        _stages(known, now),
        act,
        against[:LISTED],
        max(len(against) - LISTED, 0),
    )


# --- What is against it -----------------------------------------------------------------------------------------------
def _against(document: Document, problems: dict[str, list[Problem]]) -> Iterable[Against]:
    """Yield problems that concern all languages once, then those of each language."""
    moment = database_now()
    told: set[str] = set()
    for language in problems or [document.original_language]:
        named = {"pk": document.pk}
        ways = {
            "symbol": ("#symbol", _("Assign a symbol")),
            "readers": (reverse("documents:readers", kwargs=named), _("Readers and expiry")),
            "clearance": (document.life_url, _("Review and clearance")),
            "translation": (
                reverse("documents:translation", kwargs={**named, "language": language}),
                _("Open the translation"),
            ),
        }
        for obstacle in located_obstacles(document, language, moment):
            if obstacle.words not in told:
                told.add(obstacle.words)
                yield Against(obstacle.words, *ways.get(obstacle.where, ("", "")))
        for problem in problems.get(language, ()):
            words = problem.words if len(problems) == 1 else f"{OWN_NAMES[language]}: {problem.words}"
            yield Against(words, edit_url(document, problem.place), _("Show it in the text"))


# --- The next act -----------------------------------------------------------------------------------------------------
def _next(known: _Known) -> tuple[str, Act]:
    """Return the code of the current stage and the first step that lets the draft go on."""
    return _writing(known) or _clearing(known) or _issuing(known)


def _writing(known: _Known) -> tuple[str, Act] | None:
    document, unwritten, comments = known.document, known.unwritten, known.open_comments
    turn = whose_turn(known.clearers)
    if turn is not None and turn.person_id == known.person.pk:
        return "clear", Act(
            _("Clear or return the draft"), _("It is your turn to clear this draft."), document.life_url
        )
    returned = next((clearer.row for clearer in known.clearers if clearer.state == "returned"), None)
    if returned is not None:
        why = _("%(person)s returned the draft.") % {"person": returned.person}
        return "clear", Act(_("See why it was returned"), why, document.life_url)
    if unwritten.is_empty or unwritten.blocks:
        part, block = unwritten.blocks[0] if unwritten.blocks else ("", "")
        main = document.parts.filter(kind="main").first()
        place = Place(part or (main.key if main else "maintext"), known.language, (block,) if block else ())
        label = _("Write the text") if unwritten.is_empty else _("Continue writing")
        return "write", Act(label, unwritten.words, edit_url(document, place))
    if comments:
        url = f"{known.page(comments[0].language)}#comment-{comments[0].pk}"
        return "review", Act(_("Review the comments"), _comments_open(len(comments)), url)
    return None


def _clearing(known: _Known) -> tuple[str, Act] | None:
    document = known.document
    stale = next((clearer.row for clearer in known.clearers if clearer.state == "stale"), None)
    if stale is not None:
        why = _("The draft changed after %(person)s cleared it.") % {"person": stale.person}
        return "clear", Act(_("Request clearance again"), why, document.life_url)
    turn = whose_turn(known.clearers)
    if turn is not None:
        why = _("%(person)s has been asked to clear the draft. You do not need to do anything now.") % {
            "person": turn.person
        }
        return "clear", Act(_("Read the draft"), why, known.page())
    if not known.clearers and document.review_opened_at is None and not known.is_publisher:
        why = _("The text is ready for comments or clearance by colleagues.")
        return "review", Act(_("Request comments or clearance"), why, document.life_url)
    if not known.clearers and document.review_opened_at is not None:
        # Clearance covers the distribution, and assigning a symbol can change it.
        before = _symbol_act(known, _("Assign the symbol before clearance, because the symbol sets the distribution."))
        why = _("There are no open comments. Request clearance, or issue the document without it.")
        return "clear", before or Act(_("Request clearance"), why, document.life_url)
    return None


def _issuing(known: _Known) -> tuple[str, Act]:
    document, against = known.document, known.against
    symbol = _symbol_act(known, _("A document needs a symbol before it can be issued."))
    if symbol is not None:
        return "issue", symbol
    if against:
        why = _against_words(len(against))
        first = next((entry for entry in against if entry.url), None)
        if first is not None:
            return "issue", Act(_("Fix the first problem"), why, first.url)
        return "issue", Act(_("Read the draft"), why, known.page())
    if known.is_publisher:
        label = _("Issue in %(language)s") % {"language": OWN_NAMES[known.language]}
        url = reverse("documents:draft-issue", kwargs={"pk": document.pk, "language": known.language})
        return "issue", Act(label, _("Ready to issue."), url)
    return "issue", Act(_("Read the draft"), _("Ready to issue. A publisher can issue it now."), known.page())


def _symbol_act(known: _Known, why: str) -> Act | None:
    """Return the step that assigns the next symbol of the series.

    Returns None if the document has a symbol, needs none, or belongs to no known series.
    """
    document = known.document
    proposed = "" if document.symbol or document.is_unsymboled or not known.languages else proposed_symbol(document)
    if not proposed:
        return None
    label = _("Assign the symbol %(symbol)s") % {"symbol": proposed}
    return Act(label, why, reverse("documents:draft-symbol", kwargs={"pk": document.pk}), posts=True)


# --- How far it has come ----------------------------------------------------------------------------------------------
def _stages(known: _Known, now: str) -> list[Stage]:
    document = known.document
    last = _("Circulation to its readers") if document.is_unsymboled else _("Release to its readers")
    told: list[tuple[Any, str, str]] = [
        ("write", _("Writing"), known.unwritten.words or _languages_written(known)),
        ("review", _("Review by colleagues"), _review_words(known)),
        ("clear", _("Clearance"), _clearance_words(known)),
        ("issue", _("Issue of the text"), _issue_words(known)),
        ("release", last, _("by a publisher, in all languages together. Until then only staff can read it")),
    ]
    codes = [code for code, _label, _words in told]
    at = codes.index(now)
    return [
        Stage(code, label, words, "done" if place < at else "now" if place == at else "later")
        for place, (code, label, words) in enumerate(told)
    ]


def _languages_written(known: _Known) -> str:
    names = [OWN_NAMES[code] for code in known.languages]
    return _("written in %(languages)s") % {"languages": list_in_words(names, _reader())} if names else ""


def _review_words(known: _Known) -> str:
    document, count = known.document, len(known.open_comments)
    if document.review_opened_at is None:
        return _comments_open(count) if count else _("no comments requested")
    since = _("open since %(day)s") % {"day": short_moment(document.review_opened_at, "UTC")}
    stands = _comments_open(count) if count else _("no open comments")
    return f"{since}; {stands}"


def _clearance_words(known: _Known) -> str:
    if not known.clearers:
        return _("not requested; the document can be issued without it")
    if is_cleared(known.clearers):
        return _("given by everyone who was asked")
    words = {
        "cleared": _("%(person)s has cleared it"),
        "returned": _("%(person)s has returned it"),
        "stale": _("%(person)s has been asked again"),
        "turn": _("%(person)s has been asked now"),
        "waiting": _("then %(person)s"),
    }
    return "; ".join(words[clearer.state] % {"person": clearer.row.person} for clearer in known.clearers)


def _issue_words(known: _Known) -> str:
    return _against_words(len(known.against)) if known.against else _("by a publisher; ready to issue")


def _comments_open(count: int) -> str:
    return ngettext("%(count)s open comment", "%(count)s open comments", count) % {"count": count}


def _against_words(count: int) -> str:
    return ngettext("%(count)s problem to fix first", "%(count)s problems to fix first", count) % {"count": count}


def _reader() -> str:
    return get_language() or "en"
