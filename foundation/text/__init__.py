"""Languages of the portal and the one fold by which it sorts and searches."""

from foundation.text.fold import fold
from foundation.text.languages import LANGUAGES, Language, in_languages, list_in_words

__all__ = ["LANGUAGES", "Language", "fold", "in_languages", "list_in_words"]
