"""Search surveys by title, introduction and statements, never by responses."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.pages.registries import Hit
from foundation.text import fold
from membership.audience import audiences_of
from surveys.models import Survey
from surveys.theme_statements import PLACEHOLDER


def hits(person: Any, text: str, language: str) -> list[Hit]:
    """Return the hits. Surveys are few, so Python folds their texts."""
    words = fold(text).split()
    if not words:
        return []
    audiences = audiences_of(person, timezone.now())
    rows = Survey.objects.visible_to(audiences).prefetch_related("themes", "outcomes")
    found = []
    for survey in rows:
        titled = _holds(words, survey.title)
        excerpt = next((part for part in _texts(survey, audiences) if _holds(words, part)), "")
        if titled or excerpt:
            found.append(
                Hit(
                    title=survey.title,
                    url=survey.get_absolute_url(),
                    app="surveys",
                    kind=_("Survey"),
                    excerpt=excerpt,
                    date=survey.closes_at.date(),
                    rank=1.0 if titled else 0.5,
                )
            )
    return found


def _holds(words: list[str], text: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


def _texts(survey: Survey, audiences: set[str]) -> list[str]:
    """Return the introduction, and statements if this person may see the results."""
    texts = survey.paragraphs
    if survey.is_settled and survey.results_audience in audiences:
        texts = [*texts, *(PLACEHOLDER.sub("…", theme.statement) for theme in survey.themes.all())]
        texts += [outcome.statement for outcome in survey.outcomes.all()]
    return texts
