"""Languages of the portal, how they set their signs, and the one fold by which it sorts and searches."""

from foundation.text.fold import fold
from foundation.text.languages import LANGUAGES, Language, in_languages, list_in_words
from foundation.text.punctuation import colon, labelled, semicolon

__all__ = ["LANGUAGES", "Language", "colon", "fold", "in_languages", "labelled", "list_in_words", "semicolon"]
