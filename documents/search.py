"""Search hits in documents the person may see: by symbol and title, and in the text of paragraphs."""

import re
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document, Issue, IssuedBlock
from documents.permissions import EDITORS, has_role
from foundation.pages.registries import Hit
from foundation.text import fold

SHOWN = 30


def hits(person: Any, text: str, language: str) -> list[Hit]:
    """Return documents whose symbol or title matches, then paragraphs, those in `language` first; two queries."""
    folded = fold(text)
    if len(folded) < 2:
        return []
    seen = Document.objects.visible_to(person, timezone.now()).in_force()
    visible = seen.issued()
    # Editors also find drafts, by their symbol or title.
    findable = seen if has_role(person, *EDITORS) else visible
    words = text.strip()
    named = findable.filter(Q(symbol__icontains=words) | Q(**{f"title_{language}__icontains": words}))
    found = [
        Hit(
            title=" – ".join(filter(None, (document.symbol, document.title))),
            url=document.get_absolute_url(),
            app="documents",
            kind=str(document.get_kind_display()),
            date=document.dated,
            rank=2.0,
        )
        for document in named.order_by("-dated")[:10]
    ]
    return found + _paragraphs(visible, folded, language)


def _paragraphs(visible: Any, folded: str, language: str) -> list[Hit]:
    words = re.findall(r"\w+", folded)
    if not words:
        return []
    query = SearchQuery(" & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw")
    blocks = (
        IssuedBlock.objects.annotate(words=SearchVector("folded", config="simple"))
        .filter(words=query, issue__document__in=visible)
        # Search only the last issue in each language.
        .exclude(Exists(_later_issues()))
        .select_related("issue__document")
        .defer("issue__content")
        .order_by("-issue__document__dated", "issue_id", "position")[: SHOWN * 3]
    )
    ranked = sorted(blocks, key=lambda block: block.issue.language != language)[:SHOWN]
    return [_hit(block, language) for block in ranked]


def _later_issues() -> Any:
    issue = {"document": OuterRef("issue__document"), "language": OuterRef("issue__language")}
    return Issue.objects.filter(**issue, number__gt=OuterRef("issue__number"))


def _hit(block: IssuedBlock, language: str) -> Hit:
    document = block.issue.document
    place = _("paragraph %(number)s") % {"number": block.number} if block.number.isdigit() else block.number
    named = " – ".join(filter(None, (document.symbol, document.title)))
    title = named + (f", {place}" if place else "")
    page = document.page_url(block.issue.language)
    return Hit(
        title=title,
        url=f"{page}#{block.anchor}",
        app="documents",
        kind=str(document.get_kind_display()),
        excerpt=block.text[:400],
        date=document.dated,
        rank=1.0 if block.issue.language == language else 0.6,
    )
