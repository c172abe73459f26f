from collections.abc import Sequence

from django.utils.translation import gettext as _

from foundation.refusals import Refused
from votes.how_many import number_in_words
from votes.models import Ballot


def in_ballot_order(ballot: Ballot, choices: Sequence[str]) -> list[str]:
    """Return the chosen letters in the ballot's order. Refuses duplicates and unknown letters."""
    codes = list(ballot.options.values_list("code", flat=True))
    if len(set(choices)) != len(choices):
        raise Refused(_("Choose each option only once."))
    if not set(choices) <= set(codes):
        raise Refused(_("Choose only options on this ballot."))
    return [code for code in codes if code in choices]


def checked_answer(ballot: Ballot, choices: Sequence[str], abstains: bool) -> list[str]:
    """Return a valid answer in the ballot's order. Form and service share this rule."""
    ordered = in_ballot_order(ballot, choices)
    if abstains:
        if ordered:
            raise Refused(_("Choose options or abstain. You cannot do both."))
        if not ballot.allows_abstention:
            raise Refused(_("Abstention is not allowed on this ballot. Choose options instead."))
        return []
    if len(ordered) < ballot.choose_min or len(ordered) > ballot.choose_max:
        raise Refused(number_in_words(ballot))
    return ordered
