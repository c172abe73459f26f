"""The form field for all uploads."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.uploads.checks import CheckedFile, check_file, check_size
from foundation.uploads.kinds import FileKind, accepted_by_browser
from foundation.uploads.refusals import FileRefused


class UploadField(forms.FileField):
    """A file field that cleans to a `CheckedFile` and shows a refusal as its error.

    `kinds` and `largest` (bytes) say what is accepted; `is_served` is as in `check_file`.
    """

    default_error_messages = {
        "empty": _("The file is empty. Choose another one."),
        "missing": _("Choose a file."),
        "required": _("Choose a file."),
    }

    def __init__(self, *, kinds: tuple[FileKind, ...], largest: int, is_served: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.ClearableFileInput(attrs={"accept": accepted_by_browser(kinds)}))
        super().__init__(**kwargs)
        self.kinds, self.largest, self.is_served = kinds, largest, is_served

    def clean(self, data: Any, initial: Any = None) -> CheckedFile | None:
        """Return the checked file, or None if the field is empty and not required."""
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            check_size(file.size, self.largest)
            return check_file(
                name=file.name, content=file.read(), kinds=self.kinds, largest=self.largest, is_served=self.is_served
            )
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
