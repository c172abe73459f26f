"""Figures, chart and annex of a survey for documents: `surveys.survey:<slug>:<name>`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.pages.charts import Bar, bar_chart
from foundation.text import colon
from surveys.figure_values import figure_of, names_of
from surveys.models import Survey
from surveys.percentages import percent, whole_percent
from surveys.results import SectionResult, SurveyResult, result_of, results_of
from surveys.theme_statements import Chip, parts_of
from texts.registry import Exhibit, Figure, annex_maker, exhibit_provider, figure_provider, figure_subjects, once

SUBJECT = "surveys.survey"
NAMES = {
    "attendance": gettext_lazy("Participants who attended"),
    "invited": gettext_lazy("Invited to answer"),
    "responses": gettext_lazy("Responses"),
    "response_rate": gettext_lazy("Response rate"),
    "outcomes": gettext_lazy("Outcomes"),
}
EXHIBITS = {
    "chart": gettext_lazy("Section scores with their questions"),
    "scores": gettext_lazy("Section scores"),
}


def names_by_survey(slugs: list[str]) -> dict[str, dict[str, Any]]:
    """Return the names of scores, questions and themes of each survey, for the figure picker."""
    listed = {}
    for slug, result in _results(slugs).items():
        figures = {name: figure_of(result, name) for name in names_of(result)}
        listed[slug] = {name: figure.label for name, figure in figures.items() if figure}
    return listed


def _results(slugs: Iterable[str]) -> dict[str, SurveyResult]:
    """Return results by slug, read once for a document's figures and exhibits."""
    return once("surveys.results", slugs, _read_results)


def _read_results(slugs: list[str]) -> dict[str, SurveyResult]:
    surveys = Survey.objects.set_up().filter(slug__in=slugs).select_related("workshop")
    return {result.survey.slug: result for result in results_of(surveys).values()}


@figure_provider(SUBJECT, names=NAMES, names_of=names_by_survey)
def provide(asked: Mapping[str, set[str]]) -> dict[tuple[str, str], Figure]:
    found = {}
    for slug, result in _results(asked).items():
        for name in asked[slug]:
            figure = figure_of(result, name)
            if figure is not None:
                found[slug, name] = figure
    return found


@figure_subjects(SUBJECT)
def subjects(person: Any) -> list[tuple[str, str]]:
    return [(survey.slug, survey.title) for survey in Survey.objects.set_up()]


# --- Exhibits ---------------------------------------------------------------------------------------------------------


@exhibit_provider(SUBJECT, names=EXHIBITS)
def exhibit(permanent_id: str, name: str, language: str) -> Exhibit | None:
    result = _results([permanent_id]).get(permanent_id)
    if result is None or name not in EXHIBITS:
        return None
    with translation.override(language):
        return drawn(result, language, with_questions=name == "chart")


def drawn(result: SurveyResult, language: str, *, with_questions: bool = True, width: int = 440) -> Exhibit:
    """Draw the chart and its table in the active language; without values if results may not be shown."""
    title = _("%(survey)s: scores") % {"survey": result.survey.title}
    if result.status != "ok":
        return Exhibit("", [], [], title, "", result.survey.title, status=result.status)
    bars, rows = [], []
    for section in result.sections:
        if section.score is None:
            continue
        name = _heading(section)
        bars.append(Bar(name, whole_percent(section.score)))
        rows.append([name, percent(section.score, language), ""])
        if with_questions:
            for found in section.scored:
                bars.append(Bar(found.question.label, whole_percent(found.score), f"n = {found.n}"))
                rows.append([found.question.label, percent(found.score, language), str(found.n)])
    described = _("Bar chart of scores between 0 and 100 per cent; the table gives the same numbers.")
    return Exhibit(
        svg=bar_chart(bars, title=title, unit="%", width=width, description=described, language=language),
        table_header=[_("Section and question"), _("Score"), _("Answers")],
        table_rows=rows,
        title=title,
        alternative=described,
        source=_("%(survey)s, %(responses)s responses")
        % {"survey": result.survey.title, "responses": result.responses},
    )


def _heading(section: SectionResult) -> str:
    return f"{section.section.title} – {section.section.unit}" if section.section.unit else section.section.title


# --- Annex ------------------------------------------------------------------------------------------------------------


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
        said = _("The results and comments come from a survey of workshop participants; response rate: ")
    else:
        said = _("The results come from a questionnaire sent to the Member States; response rate: ")
    return {"type": "footnote", "content": [_text(said), *rate, _text(").")]}


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
