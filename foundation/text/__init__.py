"""Languages of the portal, their punctuation, and the normalization used for sorting and searching."""

from foundation.text.fold import fold
from foundation.text.languages import LANGUAGES, Language, in_languages, list_in_words
from foundation.text.punctuation import colon, labelled, semicolon

__all__ = ["LANGUAGES", "Language", "colon", "fold", "in_languages", "labelled", "list_in_words", "semicolon"]
