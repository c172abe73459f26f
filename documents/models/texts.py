"""The content of documents: parts, texts and editing steps."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.papers import Document
from documents.models.versions import keep_states
from foundation.constraints import NOT_SAVED, Check, Unique
from foundation.text import Language
from texts.ids import ID_PATTERN, new_id


class Part(models.Model):
    """The main text or an annex. `key` is permanent: cross-references and other languages refer to it."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Main text")
        ANNEX = "annex", _("Annex")

    document = models.ForeignKey(Document, models.CASCADE, related_name="parts")
    key = models.CharField(max_length=40, default=new_id, editable=False)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.ANNEX)
    # The place in the document. The main text has 0.
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=500, blank=True)
    # For an annex built by an annex maker: the maker and the permanent id of its subject.
    maker = models.CharField(max_length=60, blank=True)
    maker_subject = models.CharField(max_length=120, blank=True)

    # The text begins with its own headings, so the title is not printed above it.
    heads_itself = models.BooleanField(default=False)

    class Meta:
        ordering = ["document", "position"]
        constraints = [
            Unique(
                fields=["document", "position"],
                name="part_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=NOT_SAVED,
            ),
            Unique(
                fields=["document", "key"],
                name="part_key_once",
                violation_error_message=NOT_SAVED,
            ),
            Check(
                condition=Q(key__regex=ID_PATTERN),
                name="part_key_pattern",
                violation_error_message=_(
                    "Begin with a letter, and use 3 to 40 letters, digits, hyphens or underscores."
                ),
                field="key",
            ),
            Check(
                condition=Q(kind="main", position=0) | (Q(kind="annex") & Q(position__gt=0)),
                name="part_main_is_first",
                violation_error_message=NOT_SAVED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.kind} {self.position}"


class Text(models.Model):
    """The content of a part in one language: a ProseMirror document that follows texts/schema.json."""

    part = models.ForeignKey(Part, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=2, choices=Language)
    content = models.JSONField()
    step_number = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            Unique(
                fields=["part", "language"],
                name="text_once_a_language",
                violation_error_message=_("There is already a text in this language. Reload the page to see it."),
                field="language",
            )
        ]
        triggers = [keep_states]

    def __str__(self) -> str:
        return f"{self.part} ({self.language})"


class Step(models.Model):
    """One accepted change of a text. Steps are the text's history, and other editors receive those they have missed."""

    text = models.ForeignKey(Text, models.CASCADE, related_name="steps")
    # The step number of the text after this step.
    number = models.PositiveIntegerField()
    content = models.JSONField()
    client = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["text", "number"]
        constraints = [
            Unique(
                fields=["text", "number"],
                name="step_number_once",
                violation_error_message=NOT_SAVED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.text_id} step {self.number}"
