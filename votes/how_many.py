"""Number of options to choose, as a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from num2words import num2words

from foundation.time.formats import language_of
from votes.models import Ballot


def number_in_words(ballot: Ballot) -> str:
    """Return a sentence such as `Choose exactly 2 options.`"""
    fewest, most = ballot.choose_min, ballot.choose_max
    if fewest == most:
        return ngettext("Choose one option.", "Choose exactly %(count)s options.", most) % {"count": _word(most)}
    limits = {"fewest": _word(fewest), "most": _word(most)}
    return _("Choose at least %(fewest)s and at most %(most)s options.") % limits


def _word(number: int) -> str:
    return num2words(number, lang=language_of()) if number <= 10 else str(number)
