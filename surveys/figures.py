"""Figures and charts of a survey for documents: `surveys.survey:<slug>:<name>`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.pages.charts import Bar, bar_chart
from surveys.figure_values import figure_of, names_of
from surveys.models import Survey
from surveys.percentages import percent, whole_percent
from surveys.results import SectionResult, SurveyResult, results_of
from texts.registry import Exhibit, Figure, exhibit_provider, figure_provider, figure_subjects, read_once

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
    return read_once("surveys.results", slugs, _read_results)


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
