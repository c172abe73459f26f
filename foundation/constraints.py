"""Constraints for all models, with a message that appears beside the field to change.

In migrations they are Django's own classes without a message, so that rewording a message needs no migration.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.utils.translation import gettext_lazy as _

# For constraints that only a fault of the portal or two simultaneous requests can violate.
NOT_SAVED = _("This could not be saved. Reload the page and try again.")


class _FieldMessage(models.constraints.BaseConstraint):
    def __init__(self, *args: Any, field: str = "", **kwargs: Any) -> None:
        """Show the message beside `field`, the name of the field in forms and services that should be changed."""
        self.field = field
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        _path, args, kwargs = super().deconstruct()
        kwargs.pop("violation_error_message", None)
        own = type(self).__mro__[2]
        module = "django.db.models" if own.__module__.startswith("django.db.models") else own.__module__
        return f"{module}.{own.__name__}", args, kwargs

    def clone(self) -> "_FieldMessage":
        _path, args, kwargs = self.deconstruct()
        return type(self)(*args, field=self.field, violation_error_message=self.violation_error_message, **kwargs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, models.constraints.BaseConstraint) and self.deconstruct() == other.deconstruct()

    __hash__ = models.constraints.BaseConstraint.__hash__

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        try:
            super().validate(model, instance, exclude=exclude, using=using)
        except ValidationError as invalid:
            if not self.field or (exclude and self.field in exclude):
                raise
            raise ValidationError({self.field: invalid.messages}) from invalid


class Check(_FieldMessage, models.CheckConstraint):
    """A check constraint whose message appears beside a field."""


class Unique(_FieldMessage, models.UniqueConstraint):
    """A unique constraint whose message appears beside one of its fields."""


class Exclusion(_FieldMessage, ExclusionConstraint):
    """An exclusion constraint, for rows that may not overlap; its message appears beside one of its fields."""


def set_unique_messages(model: type[models.Model], **sentences: Any) -> None:
    """Set the error messages of unique columns, by field name. This needs no migration."""
    for name, sentence in sentences.items():
        model._meta.get_field(name).error_messages["unique"] = sentence
