"""Page data of a survey."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.text import labelled, list_in_words, semicolon
from membership.models import Accreditation, Rights
from membership.permissions import chosen_delegation, rights_of
from surveys.figures import drawn
from surveys.models import QuestionKind, Survey, SurveyAudience
from surveys.percentages import percent
from surveys.permissions import may_edit
from surveys.results import Cut, QuestionResult, SectionResult, SurveyResult, ThemeResult, cut_of, result_of
from surveys.theme_statements import in_words


def staff_tabs(survey: Survey, rights: Rights) -> list[tuple[str, str]]:
    """Return the tabs of a survey's pages; only staff who may read surveys have tabs."""
    if not rights.reads_for_staff:
        return []
    entries = [(_("About"), survey.get_absolute_url())]
    if may_edit(rights):
        entries.append((_("Questions"), reverse("surveys:edit", args=[survey.slug])))
        entries.append((_("Invitations"), reverse("surveys:invitations", args=[survey.slug])))
        if survey.is_settled:
            entries.append((_("Comments and outcomes"), reverse("surveys:analysis", args=[survey.slug])))
    if survey.is_settled:
        entries.append((_("Results"), reverse("surveys:results", args=[survey.slug])))
    return entries


def answering_delegation(request: HttpRequest, survey: Survey) -> Accreditation | None:
    """Return the accreditation with which the viewer would answer."""
    if not request.viewer or survey.audience != SurveyAudience.MEMBER_STATES:
        return None
    eligible = rights_of(request).member_states
    return chosen_delegation(request, eligible) if eligible else None


@dataclass(frozen=True)
class QuestionRow:
    """A row of the results table."""

    label: str
    n: int
    score: str
    share: str
    counts: str


@dataclass(frozen=True)
class StatementRow:
    text: str
    evidence: str


@dataclass(frozen=True)
class CutRow:
    label: str
    cells: list[str]


class ResultsPage:
    """The results page of a survey in one language."""

    def __init__(self, survey: Survey, language: str) -> None:
        self.survey, self.language = survey, language

    @cached_property
    def result(self) -> SurveyResult:
        return result_of(self.survey)

    @property
    def is_suppressed(self) -> bool:
        return self.result.status == "suppressed"

    @cached_property
    def sentences(self) -> list[str]:
        """Return the key findings as sentences."""
        result = self.result
        if self.is_suppressed:
            return [_("Results are not shown because fewer than five people answered.")]
        rate = percent(None if result.rate is None else 100 * result.rate, self.language)
        numbers = {"responses": result.responses, "asked": result.asked, "rate": rate}
        if result.attendance is None:
            turnout = _("%(responses)s of the %(asked)s Member States invited have answered (%(rate)s).") % numbers
        else:
            turnout = _("%(responses)s of the %(asked)s participants who attended have answered (%(rate)s).") % numbers
        scores = [f"{s.section.title} {percent(s.score, self.language)}" for s in self.scored]
        return (
            [turnout, _("Scores: %(scores)s.") % {"scores": list_in_words(scores, self.language)}]
            if scores
            else [turnout]
        )

    @property
    def scored(self) -> list[SectionResult]:
        return [section for section in self.result.sections if section.score is not None]

    @cached_property
    def chart(self) -> SafeString | str:
        return drawn(self.result, self.language, width=440).svg if self.scored else ""

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        return [
            {
                "title": section.section.title,
                "description": section.section.description,
                "score": percent(section.score, self.language),
                "unit": section.section.unit,
                "rows": [self._row(found) for found in section.questions if _is_counted(found)],
                "statements": [self._statement(found) for found in section.themes],
            }
            for section in self.result.sections
            if section.themes or any(_is_counted(found) for found in section.questions)
        ]

    def _row(self, found: QuestionResult) -> QuestionRow:
        share = None if found.share is None else 100 * found.share
        return QuestionRow(
            label=found.question.text,
            n=found.n,
            score=percent(found.score, self.language),
            share=percent(share, self.language),
            counts=counts_in_words(found),
        )

    def _statement(self, found: ThemeResult) -> StatementRow:
        text = in_words(self.result, found.theme, self.language)
        if found.theme.question_id and not found.count:
            # The statement cites a question, so it needs no comments.
            return StatementRow(text, "")
        evidence = ngettext(
            "%(count)s of %(total)s comment", "%(count)s of %(total)s comments", found.total
        ) % {"count": found.count, "total": found.total}  # fmt: skip
        word = found.theme.get_word_display() if found.theme.word else ""
        return StatementRow(text, labelled(word, evidence) if word else evidence)

    @cached_property
    def outcomes(self) -> list[StatementRow]:
        return [
            StatementRow(
                found.outcome.statement,
                ""
                if found.count is None
                else _("%(count)s of %(total)s") % {"count": found.count, "total": found.total},
            )
            for found in self.result.outcomes
        ]

    @cached_property
    def cut(self) -> Cut | None:
        return cut_of(self.result)

    @cached_property
    def cut_header(self) -> list[str]:
        return [label or _("not stated") for _code, label in self.cut.groups] if self.cut else []

    @cached_property
    def cut_rows(self) -> list[CutRow]:
        if self.cut is None:
            return []
        withheld = _("withheld")
        sizes = [withheld if size is None else str(size) for size in self.cut.sizes]
        rows = [CutRow(_("Responses"), sizes)]
        for label, cells in self.cut.rows:
            shown = [
                percent(cell.value, self.language) if cell.value is not None else "–" if cell.n == 0 else withheld
                for cell in cells
            ]
            rows.append(CutRow(label, shown))
        return rows

    # --- The table to download ------------------------------------------------------------------------------------
    @property
    def table_header(self) -> list[str]:
        return [_("Section"), _("Question"), _("Answers"), _("Score"), _("Positive"), _("Distribution of answers")]

    @property
    def table_rows(self) -> list[list[Any]]:
        """Return the table for export, with scores to one decimal so that spreadsheets can calculate with them."""
        rows: list[list[Any]] = []
        for section in self.result.sections:
            title = section.section.title
            if section.score is not None:
                rows.append([title, "", "", round(section.score, 1), "", ""])
            for found in section.questions:
                if found.question.is_cut:
                    continue
                score = "" if found.score is None else round(found.score, 1)
                positive = "" if found.positive is None else found.positive
                counts = counts_in_words(found)
                rows.append([title, found.question.text, found.n, score, positive, counts])
        return rows


def _is_counted(found: QuestionResult) -> bool:
    """Return whether the question is in the results table.

    The breakdown question has its own table, which withholds small groups.
    """
    return found.question.kind != QuestionKind.TEXT and not found.question.is_cut


def counts_in_words(found: QuestionResult) -> str:
    return f"{semicolon()} ".join(labelled(label, count) for label, count in _distribution(found))


def _distribution(found: QuestionResult) -> list[tuple[str, int]]:
    """Return (answer, count) for every answer option, including unused ones."""
    if found.question.kind == QuestionKind.SCALE:
        return [(str(number), found.counts.get(number, 0)) for number in range(1, 6)]
    if found.question.kind == QuestionKind.YES_NO:
        return [(_("yes"), found.counts.get(1, 0)), (_("no"), found.counts.get(0, 0))]
    return [(choice.label, found.counts.get(choice.code, 0)) for choice in found.question.choices.all()]
