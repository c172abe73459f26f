"""Earlier states of texts, saved points, and comparisons of versions."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, Unique
from foundation.jobs.models import Job
from foundation.text import Language
from foundation.uploads.models import StoredFile

# The whole text is stored every so many steps, so that restoring a state never applies more steps than this.
STEPS_BETWEEN = 200

# A trigger stores the states, so that no code that writes a text can forget to.
keep_states = pgtrigger.Trigger(
    name="text_states_are_kept",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("content"),
    func="""
        IF TG_OP = 'INSERT' OR NEW.step_number / STEPS_BETWEEN > OLD.step_number / STEPS_BETWEEN THEN
            INSERT INTO documents_textstate (text_id, step_number, content, kept_at)
            VALUES (NEW.id, NEW.step_number, NEW.content, clock_timestamp())
            ON CONFLICT (text_id, step_number) DO NOTHING;
        END IF;
        RETURN NULL;
    """.replace("STEPS_BETWEEN", str(STEPS_BETWEEN)),
)


class TextState(models.Model):
    """The content of a text at one step number. Later states are restored by applying steps to it."""

    text = models.ForeignKey("documents.Text", models.CASCADE, related_name="states")
    step_number = models.PositiveIntegerField()
    content = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["text", "step_number"]
        constraints = [
            Unique(
                fields=["text", "step_number"],
                name="text_state_once",
                violation_error_message=NOT_SAVED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.text_id} at step {self.step_number}"


class SavedPoint(models.Model):
    """A moment in the history of a draft that somebody named, for comparison."""

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="saved_points")
    label = models.CharField(_("name"), max_length=120)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["document", "-at"]
        constraints = [
            Check(
                condition=~Q(label=""),
                name="saved_point_has_name",
                violation_error_message=_("Enter a name."),
                field="label",
            )
        ]

    def __str__(self) -> str:
        return self.label


class Comparison(models.Model):
    """Two versions compared, as a PDF. The hash covers both contents and everything that the file depends on."""

    # Keys of versions (documents/versions.py).
    older = models.CharField(max_length=80)
    newer = models.CharField(max_length=80)
    # The language of the page and of the labels of changes, not of the texts.
    language = models.CharField(max_length=2, choices=Language)
    hash = models.CharField(max_length=64)
    # Both materials. They are stored because the texts may change before the job runs; emptied when done.
    material = models.JSONField(default=dict)
    name = models.CharField(max_length=200)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    pages = models.PositiveIntegerField(null=True, blank=True)
    report = models.JSONField(default=list)
    requested_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            Unique(
                fields=["older", "newer", "hash"],
                name="comparison_once_a_hash",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(hash__regex=r"^[0-9a-f]{64}$"),
                name="comparison_hash_hex",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        return self.file_id is not None
