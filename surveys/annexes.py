"""The annex that presents the results of a survey."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.text import colon
from surveys.figures import SUBJECT
from surveys.models import Survey
from surveys.results import SectionResult, SurveyResult, result_of
from surveys.theme_statements import Chip, parts_of
from texts.registry import annex_maker


@annex_maker(SUBJECT)
class SurveyAnnex:
    """Builds a heading with the response rate as a footnote, each section with score and statements, and the chart."""

    label = gettext_lazy("Satisfaction survey")

    def subjects(self, person: Any) -> list[tuple[str, str]]:
        return [(survey.slug, survey.title) for survey in Survey.objects.set_up().filter(is_settled=True)]

    def build(self, subject_id: str, language: str) -> list[dict[str, Any]]:
        survey = Survey.objects.select_related("workshop").get(slug=subject_id)
        result = result_of(survey)
        with translation.override(language):
            blocks = [_block_heading(1, _text(survey.title), _rate_footnote(result))]
            for section in result.sections:
                blocks += _section_blocks(result, section)
            if result.outcomes:
                blocks.append(_block_heading(2, _text(_("Outcomes"))))
                blocks.append(_bullets([[_text(found.outcome.statement)] for found in result.outcomes]))
            if any(section.score is not None for section in result.sections):
                blocks.append({"type": "exhibit", "attrs": {"key": _key(survey, "chart"), "shows": "chart"}})
        return blocks


def _section_blocks(result: SurveyResult, section: SectionResult) -> list[dict[str, Any]]:
    """Return the blocks of a section; none for a section without score and statements."""
    if section.score is None and not section.themes:
        return []
    survey, row = result.survey, section.section
    heading = [_text(row.title)]
    if section.score is not None:
        heading += [_text(f"{colon()} "), _figure(survey, f"score.{row.code}", "percent")]
        if row.unit:
            heading.append(_text(f" {row.unit}"))
    blocks = [_block_heading(2, *heading)]
    if row.description:
        blocks.append({"type": "paragraph", "content": [_text(row.description)]})
    items = [[_inline(survey, part) for part in parts_of(found.theme)] for found in section.themes]
    if items:
        blocks.append(_bullets(items))
    return blocks


def _rate_footnote(result: SurveyResult) -> dict[str, Any]:
    survey = result.survey
    rate = [_figure(survey, "response_rate", "percent"), _text(" ("), _figure(survey, "response_rate", "ratio")]
    if survey.workshop_id:
        source = _("The results and comments come from a survey of workshop participants; response rate: ")
    else:
        source = _("The results come from a questionnaire sent to the Member States; response rate: ")
    return {"type": "footnote", "content": [_text(source), *rate, _text(").")]}


def _block_heading(level: int, *content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "heading", "attrs": {"level": level}, "content": list(content)}


def _bullets(items: list[list[dict[str, Any]]]) -> dict[str, Any]:
    rows = [{"type": "list_item", "content": [{"type": "paragraph", "content": item}]} for item in items]
    return {"type": "bullet_list", "content": rows}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _figure(survey: Survey, name: str, reads: str, *, capital: bool = False) -> dict[str, Any]:
    return {"type": "figure", "attrs": {"key": _key(survey, name), "reads": reads, "capital": capital}}


def _inline(survey: Survey, part: str | Chip) -> dict[str, Any]:
    if isinstance(part, str):
        return _text(part)
    return _figure(survey, part.name, part.reads, capital=part.capital)


def _key(survey: Survey, name: str) -> str:
    return f"{SUBJECT}:{survey.slug}:{name}"
