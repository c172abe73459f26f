"""Validation of answers, shared by the form and the service."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.refusals import Refused
from foundation.text.letters import clean
from surveys.models import Question, QuestionKind

COMMENT_LETTERS = 4000
OFFERED = {QuestionKind.SCALE: ("1", "2", "3", "4", "5"), QuestionKind.YES_NO: ("1", "0")}


class AnswersRefused(Refused):
    """Answers are not valid. `fields` has messages by question code. Nothing was written."""


def clean_answer(question: Question, raw: Any) -> int | str | None:
    """Return the answer to store, or None if it was left out.

    Raises `ValidationError` with a message for the respondent. Prefetch `question.choices`.
    """
    text = "" if raw is None else clean(str(raw)).strip()
    if not text:
        if question.required:
            raise ValidationError(_("Answer this question."))
        return None
    if question.kind == QuestionKind.TEXT:
        length = len(text.encode("utf-16-le")) // 2  # as browsers count; `surveys.sealed` relies on it
        if length > COMMENT_LETTERS:
            raise ValidationError(
                _("Shorten the answer to %(limit)s characters or fewer. It has %(length)s.")
                % {"limit": COMMENT_LETTERS, "length": length}
            )
        return text
    if text not in offered(question):
        raise ValidationError(_("Choose one of the answers."))
    return text if question.kind == QuestionKind.CHOICE else int(text)


def offered(question: Question) -> Sequence[str]:
    """Return the values of the answer options; none for a comment."""
    if question.kind == QuestionKind.CHOICE:
        return [choice.code for choice in question.choices.all()]
    return OFFERED.get(question.kind, ())


def options(question: Question) -> list[tuple[str, str]]:
    """Return (value, label) of every answer option."""
    if question.kind == QuestionKind.YES_NO:
        labels = {"1": _("Yes"), "0": _("No")}
    elif question.kind == QuestionKind.CHOICE:
        labels = {choice.code: choice.label for choice in question.choices.all()}
    else:
        ends = {"1": question.low_label, "5": question.high_label}
        labels = {value: f"{value} – {label}" for value, label in ends.items() if label}
    return [(value, labels.get(value, value)) for value in offered(question)]


def clean_answers(questions: Iterable[Question], raw: Mapping[str, Any]) -> dict[str, int | str]:
    """Return {question code: answer}. Unknown codes are ignored."""
    answers: dict[str, int | str] = {}
    errors: dict[str, str] = {}
    for question in questions:
        try:
            answer = clean_answer(question, raw.get(question.code))
        except ValidationError as refused:
            errors[question.code] = refused.message
        else:
            if answer is not None:
                answers[question.code] = answer
    if errors:
        raise AnswersRefused(**errors)
    return answers
