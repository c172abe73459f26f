"""Record of forms that were accepted, so that each is accepted once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Unique


class Submission(models.Model):
    """An accepted form that created something, written in the same transaction.

    It does not show who sent what: `key` and `content` are keyed hashes. Rows are deleted when their token is too old
    to be accepted (see `foundation.editing.submissions`).
    """

    key = models.CharField(max_length=64, help_text="keyed hash of the token, the address and the person")
    content = models.CharField(max_length=64, help_text="keyed hash of what was sent")
    result_url = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            Unique(
                fields=["key"],
                name="submission_is_taken_once",
                violation_error_message=_("This form has already been sent."),
            )
        ]

    def __str__(self) -> str:
        return f"form sent at {self.created_at:%Y-%m-%d %H:%M}"
