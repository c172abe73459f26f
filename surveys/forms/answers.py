"""Answer a survey section by section. All answers travel with every page, so the server stores none before sending."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from surveys.answers import COMMENT_LETTERS, clean_answer, options
from surveys.models import Question, QuestionKind, Section, Survey

REVIEW = "review"


@dataclass(frozen=True)
class Field:
    """A question with its typed answer and its error."""

    question: Question
    raw: str
    error: str

    @property
    def name(self) -> str:
        return f"q-{self.question.code}"

    @property
    def id(self) -> str:
        return f"id-{self.question.code}"

    @property
    def is_comment(self) -> bool:
        return self.question.kind == QuestionKind.TEXT

    @property
    def options(self) -> list[tuple[str, str, bool, str]]:
        """Return (value, label, chosen, id) for each option.

        An optional question also offers "no answer", since a radio button cannot be cleared.
        """
        offered = options(self.question)
        if not self.question.required:
            offered.append(("", _("No answer")))
        return [
            (value, label, value != "" and value == self.raw, f"{self.id}-{place}")
            for place, (value, label) in enumerate(offered)
        ]

    @property
    def first_id(self) -> str:
        return self.id if self.is_comment else f"{self.id}-0"

    @property
    def shown(self) -> str:
        """Return the answer as text, for the review page."""
        if self.is_comment or not self.raw:
            return self.raw
        return dict(options(self.question)).get(self.raw, "")


@dataclass(frozen=True)
class Step:
    number: int
    section: Section
    fields: list[Field]

    @property
    def errors(self) -> list[Field]:
        return [field for field in self.fields if field.error]


def typed_answers(questions: Iterable[Question], data: Mapping[str, str]) -> dict[str, str]:
    """Return {question code: typed text} for these questions only."""
    return {question.code: data.get(f"q-{question.code}", "")[: 2 * COMMENT_LETTERS] for question in questions}


class AnswerForm:
    """The answers of one respondent. Errors are shown for the sections in `checked`.

    `data` is None before the first post.
    """

    def __init__(self, survey: Survey, data: Mapping[str, str] | None = None, *, sections: list[Section]) -> None:
        self.survey = survey
        self.data = data or {}
        self.sections = sections
        self.checked: set[int] = set()

    @cached_property
    def raw(self) -> dict[str, str]:
        return typed_answers((question for section in self.sections for question in section.questions.all()), self.data)

    @cached_property
    def _faults(self) -> dict[str, str]:
        faults = {}
        for section in self.sections:
            for question in section.questions.all():
                try:
                    clean_answer(question, self.raw[question.code])
                except ValidationError as refused:
                    faults[question.code] = refused.message
        return faults

    @property
    def steps(self) -> list[Step]:
        raw = self.raw
        return [
            Step(
                number,
                section,
                [
                    Field(
                        question,
                        raw[question.code],
                        self._faults.get(question.code, "") if number in self.checked else "",
                    )
                    for question in section.questions.all()
                ],
            )
            for number, section in enumerate(self.sections, start=1)
        ]

    def check(self, number: int) -> bool:
        """Return whether the section is valid, and show its errors from now on."""
        self.checked.add(number)
        codes = {question.code for question in self.sections[number - 1].questions.all()}
        return codes.isdisjoint(self._faults)

    def first_fault(self) -> int | None:
        """Return the number of the first section with an error."""
        return next((number for number in range(1, len(self.sections) + 1) if not self.check(number)), None)


def page_after(form: AnswerForm, here: int | str, wanted: str) -> int | str:
    """Return the target of a button: a section number or `review`. It never skips an invalid section."""
    last = len(form.sections)
    if wanted == "here":
        return here
    if wanted == "back":
        return last if here == REVIEW else max(1, int(here) - 1)
    if wanted.isdecimal() and 1 <= int(wanted) <= last:
        return int(wanted)
    if isinstance(here, int):
        if not form.check(here):
            return here
        if wanted == "next" and here < last:
            return here + 1
    return form.first_fault() or REVIEW


def page_context(form: AnswerForm, page: int | str) -> dict[str, Any]:
    """Return the template context. Answers that are not shown travel along as `carried`."""
    steps = form.steps
    current = steps[page - 1] if isinstance(page, int) else None
    done = current.number - 1 if current else len(steps)
    return {
        "survey": form.survey,
        "steps": steps,
        "step": current,
        "here": page,
        "carried": [field for step in steps if step is not current for field in step.fields],
        "percent_done": round(100 * done / len(steps)),
    }


def here_of(form: AnswerForm, posted: str) -> int | str:
    """Return the page that a form was sent from."""
    if posted == REVIEW:
        return REVIEW
    return int(posted) if posted.isdecimal() and 1 <= int(posted) <= len(form.sections) else 1
