"""Answers by State after the close, for readers allowed by the ballot's visibility."""

from dataclasses import dataclass

from foundation.time.formats import language_of
from membership.names import names_on
from votes.models import Ballot, Vote
from votes.receipts import answer_in_words


@dataclass(frozen=True)
class Chosen:
    state: str
    answer: list[str]


def choices_by_state(ballot: Ballot) -> list[Chosen]:
    """Return answers in protocol order, with names of the opening day; none for a secret ballot."""
    if ballot.is_secret or not ballot.takes_answers:
        return []
    votes = {vote.entity_id: vote for vote in Vote.objects.filter(ballot=ballot).select_related("entity")}
    names = names_on(list(votes), ballot.day, language_of())
    place = {entity_id: number for number, entity_id in enumerate(names)}
    return [
        Chosen(
            state=names[entity_id].short if entity_id in names else votes[entity_id].entity.code,
            answer=answer_in_words(ballot, "abstain" if votes[entity_id].abstains else votes[entity_id].choices),
        )
        for entity_id in sorted(votes, key=lambda key: place.get(key, len(place)))
    ]
