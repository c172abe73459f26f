"""Names of entities on a day, always from the register and never from a column of another table."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from foundation.text import Language, fold
from membership.models import EntityName


@dataclass(frozen=True)
class Name:
    """`formal` includes the article, ready for a sentence; `short` does not: `in_sentence` adds it."""

    short: str
    formal: str
    article: str
    sort_key: str
    acronym: str = ""

    @property
    def in_sentence(self) -> str:
        """Return the name as used in a sentence: `the Netherlands`, `l'Australie`, `Australia`."""
        if not self.article:
            return self.short
        return f"{self.article}{'' if self.article.endswith(chr(39)) else ' '}{self.short}"


def as_sort_key(text: str) -> str:
    """Return the name as the register's sort keys are written: normalized, with single spaces for other characters."""
    return " ".join(re.findall(r"\w+", fold(text)))


_COLUMNS = ("entity_id", "language", "short", "formal", "article", "sort_key", "acronym")


def names_on(entity_ids: Iterable[int], day: dt.date, language: str) -> dict[int, Name]:
    """Return the names of that day in one query, in protocol order (on paginated lists use `in_protocol_order`).

    An entity without a name in the language has its English one; without any name on the day it is left out.
    """
    rows = _rows(entity_ids, day, Q(language__in={language, Language.ENGLISH}))
    chosen: dict[int, Name] = {}
    for entity_id, code, *values in rows:
        if code == language or entity_id not in chosen:
            chosen[entity_id] = Name(*values)
    return dict(sorted(chosen.items(), key=lambda pair: (pair[1].sort_key, pair[0])))


def names_in_languages(entity_ids: Iterable[int], day: dt.date) -> dict[int, dict[str, Name]]:
    """Return the names of that day in all languages, in one query: {entity id: {"en": Name, …}}."""
    named: dict[int, dict[str, Name]] = {}
    for entity_id, code, *values in _rows(entity_ids, day, Q()):
        named.setdefault(entity_id, {})[code] = Name(*values)
    return named


def _rows(entity_ids: Iterable[int], day: dt.date, which: Q) -> Iterable[tuple]:
    asked = set(entity_ids)
    if not asked:
        return ()
    return EntityName.objects.on(day).filter(which, entity_id__in=asked).order_by("entity_id").values_list(*_COLUMNS)
