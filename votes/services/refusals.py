from typing import Any

from django.core.exceptions import ValidationError


class Refused(ValidationError):
    """The rules of the ballot do not allow it. Nothing was written; `sentence` says why, to whom it concerns."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
