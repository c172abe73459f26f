"""The exception with which services refuse a request in all apps."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms import BaseForm

from foundation.text.letters import clean_name, validate_line
from foundation.time.zones import is_zone, sentence_about_zones


class Refused(Exception):
    """The request cannot be carried out, and nothing was written.

    `Refused("The ballot is closed.")` concerns the whole request, `Refused(reason="Give a reason.")` the field of
    that name. Both accept several sentences: `Refused(one, two, reason=[three, four])`. Sentences are written for the
    person who made the request, in their language. `sentences` has all of them, `fields` those of each field, and
    `str()` joins them.
    """

    def __init__(self, *sentences: str, **fields: str | Sequence[str]) -> None:
        self.general = [str(sentence) for sentence in sentences]
        self.fields = {
            name: [str(one) for one in messages] if isinstance(messages, list | tuple) else [str(messages)]
            for name, messages in fields.items()
        }
        self.sentences = self.general + [sentence for messages in self.fields.values() for sentence in messages]
        super().__init__(*self.sentences)

    def __str__(self) -> str:
        return " ".join(self.sentences)

    @classmethod
    def of(cls, invalid: ValidationError) -> Self:
        """Return the messages of a validator or model as a refusal."""
        if not hasattr(invalid, "error_dict"):
            return cls(*invalid.messages)
        fields = dict(invalid.message_dict)
        return cls(*fields.pop(NON_FIELD_ERRORS, ()), **fields)

    def add_to(self, form: BaseForm) -> None:
        """Add each sentence to its field if the form has it, otherwise to the form as a whole."""
        for sentence in self.general:
            form.add_error(None, sentence)
        for name, sentences in self.fields.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)


def checked_names(**typed: str) -> dict[str, str]:
    """Return cleaned names by field. Raises Refused, beside the field, if a name has more than one line."""
    names = {field: clean_name(text) for field, text in typed.items()}
    for field, name in names.items():
        try:
            validate_line(name)
        except ValidationError as invalid:
            raise Refused(**{field: invalid.messages}) from invalid
    return names


@contextmanager
def refusing_invalid() -> Iterator[None]:
    """Raise validation errors inside this block as `Refused`."""
    try:
        yield
    except ValidationError as invalid:
        raise Refused.of(invalid) from invalid


def check_row(row: models.Model, *, exclude: Collection[str] = (), constraints: bool = True) -> None:
    """Raise Refused if the row breaks a rule of its model.

    Without `constraints` only the row's own values are checked, without a query.
    """
    with refusing_invalid():
        row.full_clean(exclude=set(exclude), validate_unique=constraints, validate_constraints=constraints)


def validate_zone(name: str) -> None:
    """Raise ValidationError, as validators of fields do, for what is neither the zone of a city nor UTC."""
    if not is_zone(name):
        raise ValidationError(sentence_about_zones())


def check_zone(name: str) -> None:
    """Raise Refused, beside the field `zone`, for what is neither the zone of a city nor UTC."""
    if not is_zone(name):
        raise Refused(zone=sentence_about_zones())
