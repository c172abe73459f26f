from typing import Any

from foundation.pages.registries import Hit
from foundation.text import LANGUAGES, fold
from foundation.time.clock import database_now
from membership.audience import audiences_of
from votes.models import Ballot

MOST = 20


def hits(person: Any, text: str, language: str) -> list[Hit]:
    """Search announced ballots by question, explanation and options, never by answers.

    There are only a few dozen, so Python folds and compares them.
    """
    words = fold(text).split()
    if not words:
        return []
    ballots = Ballot.objects.for_audiences(audiences_of(person, database_now())).prefetch_related("options")
    found = []
    for ballot in ballots:
        heading = fold(" ".join(_in_every_language(ballot, "question")))
        body = fold(" ".join([*_in_every_language(ballot, "text"), *_options(ballot)]))
        if all(word in heading or word in body for word in words):
            rank = sum(word in heading for word in words) / len(words)
            found.append(
                Hit(
                    title=ballot.question,
                    url=ballot.get_absolute_url(),
                    app="votes",
                    kind=ballot.get_kind_display(),
                    excerpt=ballot.text[:200],
                    date=ballot.day,
                    rank=0.5 + rank / 2,
                )
            )
    return sorted(found, key=lambda hit: -hit.rank)[:MOST]


def _in_every_language(row: Any, name: str) -> list[str]:
    return [getattr(row, f"{name}_{language}") or "" for language in LANGUAGES]


def _options(ballot: Ballot) -> list[str]:
    return [text for option in ballot.options.all() for text in _in_every_language(option, "title")]
