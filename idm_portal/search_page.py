"""The search page: collects the hits of every app that the reader may see."""

import re
from typing import Any

from django.core.paginator import Paginator
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from foundation.pages.registries import Hit
from foundation.text import fold
from idm_portal import dashboards

LONGEST_QUESTION = 200
PAGE = 25


def find(person: Any, text: str, language: str, page: str) -> dict[str, Any]:
    """Return the template context: the cleaned query, one page of hits with marked excerpts, and counts by app."""
    question = " ".join(text.replace("\x00", " ").split())[:LONGEST_QUESTION]
    found = dashboards.hits(person, question, language) if len(fold(question)) > 1 else []
    rows = Paginator(found, PAGE).get_page(page)
    return {
        "question": question,
        "page": rows,
        "rows": [(hit, marked(hit, question)) for hit in rows],
        "count": len(found),
    }


def marked(hit: Hit, question: str) -> SafeString:
    """Return the excerpt with the searched words in `<mark>`; everything else is escaped."""
    words = {fold(word) for word in question.split()}
    parts = re.split(r"(\W+)", hit.excerpt)
    wrapped = ((part if fold(part) not in words else _Mark(part),) for part in parts)
    return format_html_join("", "{}", wrapped)


class _Mark(str):
    def __html__(self) -> str:
        return f"<mark>{conditional_escape(str(self))}</mark>"
