from django.core.exceptions import ValidationError


class Refused(ValidationError):
    """Cannot be done now; its sentence says why, to the person who asked. Nothing was written."""

    @property
    def sentence(self) -> str:
        return " ".join(self.messages)


class SurveyClosed(Refused):
    """The survey is not open."""
