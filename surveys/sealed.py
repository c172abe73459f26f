"""Write answers as sealed text while they wait.

All responses to one survey are sealed to the same length: that of the longest response that its questions allow.
"""

from collections.abc import Iterable, Mapping

from foundation.anonymity.sealing import Sealed, holds_sealed_rows, seal, unseal
from surveys.answers import COMMENT_LETTERS, offered
from surveys.models import HeldResponse, Question, QuestionKind

# Comments are limited in units of UTF-16, as browsers count, so that this encoding has a known greatest length.
_ENCODING = "utf-16-le"
_BYTES = 2
# Never part of an answer: `clean` removes it, and PostgreSQL cannot store it.
_BETWEEN = "\0"


def longest(questions: Iterable[Question]) -> int:
    """Return the length in bytes of the longest response. Prefetch `choices`."""
    return _BYTES * sum(len(question.code) + _longest_answer(question) + 2 for question in questions)


def _longest_answer(question: Question) -> int:
    if question.kind == QuestionKind.TEXT:
        return COMMENT_LETTERS
    return max((len(value) for value in offered(question)), default=0)


def seal_answers(survey_id: int, answers: Mapping[str, int | str], *, size: int) -> Sealed:
    """Seal cleaned answers. `size` is that of `longest`."""
    parts = [str(part) for pair in answers.items() for part in pair]
    return seal(_BETWEEN.join(parts).encode(_ENCODING), size=size, purpose=_purpose(survey_id))


def unseal_answers(survey_id: int, sealed: Sealed) -> dict[str, int | str]:
    """Return the answers as text. Raises `KeyProblem`."""
    content = unseal(sealed, purpose=_purpose(survey_id)).decode(_ENCODING)
    parts = content.split(_BETWEEN) if content else []
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _purpose(survey_id: int) -> str:
    return f"idm-portal answers to survey {survey_id}"


@holds_sealed_rows
def _keys_in_use() -> Iterable[str]:
    return HeldResponse.objects.values_list("key", flat=True).distinct()
