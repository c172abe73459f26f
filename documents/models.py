import datetime as dt
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.editing.models import EditorPresence
from documents.ids import ID_PATTERN, new_id
from documents.symbols import SYMBOL_PATTERN
from foundation.jobs.models import Job
from foundation.text import Language
from foundation.uploads.models import StoredFile
from membership.audience import Audience, audiences_of


class Kind(models.TextChoices):
    NOTE = "note", _("Discussion note")
    INFORMATION = "information", _("Information note")
    PROVISIONAL_AGENDA = "provisional-agenda", _("Provisional agenda")
    ANNOTATED_AGENDA = "annotated-agenda", _("Annotated agenda")
    PARTICIPANTS = "participants", _("List of participants")
    REPORT = "report", _("Report")


class Body(models.TextChoices):
    """The organ a document is addressed to, as its masthead names it."""

    COUNCIL = "council", _("Council")
    STANDING_COMMITTEE = "standing-committee", _("Standing Committee on Programmes and Finance")
    CONSULTATIONS = "consultations", _("Informal Consultations")
    DIALOGUE = "dialogue", _("International Dialogue on Migration")


class Distribution(models.TextChoices):
    GENERAL = "general", _("General")
    LIMITED = "limited", _("Limited")
    RESTRICTED = "restricted", _("Restricted")
    INTERNAL = "internal", _("Internal")


class Relation(models.TextChoices):
    """How a document stands to the one it derives from."""

    REVISION = "rev", _("Revision")
    CORRIGENDUM = "corr", _("Corrigendum")
    ADDENDUM = "add", _("Addendum")


class DocumentQuerySet(models.QuerySet):
    def drafts(self) -> Self:
        return self.filter(issued_at=None)

    def issued(self) -> Self:
        return self.exclude(issued_at=None)

    def in_force(self) -> Self:
        """Without those of which only a tombstone is left."""
        return self.filter(withdrawn_at=None)

    def open_to(self, audiences: set[str], now: dt.datetime) -> Self:
        """What readers of these audiences may see; drafts and internal papers belong to the secretariat.

        A restricted document, and any symbol of a consultation, is for delegations at most until it is derestricted;
        a derestricted one is for everybody.
        """
        if Audience.STAFF in audiences:
            return self.all()
        closed = Q(distribution=Distribution.RESTRICTED)
        readers = set(audiences)
        as_meant = Q(audience__in=readers)
        if Audience.DELEGATIONS in readers:
            # What is meant for the public but still restricted is already before the delegations.
            as_restricted = Q(audience__in=(readers | {Audience.PUBLIC.value}))
        else:
            as_restricted = Q(audience__in=readers - {Audience.PUBLIC.value})
        may = (~closed & as_meant) | (closed & as_restricted) | Q(derestricted_at__lte=now)
        return self.filter(may, issued_at__isnull=False, released_at__lte=now).exclude(
            distribution=Distribution.INTERNAL
        )

    def visible_to(self, person: Any, now: dt.datetime) -> Self:
        """What this person, or nobody in particular (None), may see at that moment. Every way out goes through it."""
        return self.open_to(set(audiences_of(person, now)), now)


class Document(models.Model):
    """A paper of the Organization: what its masthead says, who may read it, and where it stands in its life."""

    # What the masthead says. No symbol: a draft that has none yet.
    symbol = models.CharField(_("symbol"), max_length=60, unique=True, null=True, blank=True, db_collation="C")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.NOTE)
    body = models.CharField(_("body"), max_length=20, choices=Body, blank=True)
    session_line = models.CharField(_("session"), max_length=200, blank=True, help_text=_("Ninety-ninth Session"))
    title = models.CharField(_("title"), max_length=400)
    subtitle = models.CharField(_("subtitle"), max_length=400, blank=True)
    original_language = models.CharField(
        _("original language"), max_length=2, choices=Language, default=Language.ENGLISH
    )
    dated = models.DateField(_("date"))
    # Who may read it, and from when.
    distribution = models.CharField(
        _("distribution"), max_length=10, choices=Distribution, default=Distribution.GENERAL
    )
    audience = models.CharField(_("audience"), max_length=15, choices=Audience, default=Audience.PUBLIC)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    derestricted_at = models.DateTimeField(null=True, blank=True)
    # Its life: no issue yet is a draft; a withdrawn one leaves a tombstone.
    issued_at = models.DateTimeField(null=True, blank=True, help_text=_("of the first language; the figures' moment"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True)
    # A revision, a corrigendum and an addendum are documents of their own.
    derives_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="derived")
    relation = models.CharField(max_length=4, choices=Relation, blank=True)
    relation_number = models.PositiveSmallIntegerField(null=True, blank=True)
    # House style that may differ from one document to the next.
    footnotes_run_on = models.BooleanField(
        _("footnotes are numbered through"), default=True, help_text=_("otherwise each part begins again at 1")
    )
    # For caches and for locking.
    revision = models.PositiveIntegerField(default=1)
    edit_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-dated", "symbol"]
        constraints = [
            models.CheckConstraint(
                condition=Q(symbol__isnull=True) | Q(symbol__regex=SYMBOL_PATTERN), name="document_symbol_pattern"
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True) | Q(symbol__isnull=False), name="document_issued_has_symbol"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(issued_at__isnull=False), name="document_released_is_issued"
            ),
            models.CheckConstraint(
                condition=Q(derives_from=None, relation="", relation_number=None)
                | (Q(derives_from__isnull=False, relation_number__isnull=False) & ~Q(relation="")),
                name="document_relation_whole",
            ),
            models.UniqueConstraint(
                fields=["derives_from", "relation", "relation_number"], name="document_relation_once"
            ),
        ]

    def __str__(self) -> str:
        return self.symbol or self.title

    def get_absolute_url(self) -> str:
        """The lasting address of what has been issued; a draft has its own among the drafts."""
        return self.overview_url if self.issued_at else self.draft_url

    @property
    def overview_url(self) -> str:
        return reverse("documents:overview", kwargs={"symbol": self.symbol})

    @property
    def draft_url(self) -> str:
        return reverse("documents:draft", kwargs={"pk": self.pk})

    @property
    def is_draft(self) -> bool:
        return self.issued_at is None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def is_released(self, now: dt.datetime) -> bool:
        return self.released_at is not None and self.released_at <= now

    def is_restricted(self, now: dt.datetime) -> bool:
        """Closed to the public, whatever its audience, until somebody derestricts it."""
        derestricted = self.derestricted_at is not None and self.derestricted_at <= now
        return self.distribution == Distribution.RESTRICTED and not derestricted


class Part(models.Model):
    """The main text or an annex. Its key is lasting: cross-references and languages hold on to it."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Main text")
        ANNEX = "annex", _("Annex")

    document = models.ForeignKey(Document, models.CASCADE, related_name="parts")
    key = models.CharField(max_length=40, default=new_id, editable=False)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.ANNEX)
    position = models.PositiveSmallIntegerField(help_text=_("place in the document; the main text has 0"))
    title = models.CharField(_("title"), max_length=500, blank=True)
    # An annex made by a room remembers from what.
    maker = models.CharField(max_length=60, blank=True)
    maker_subject = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "position"], name="part_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["document", "key"], name="part_key_once"),
            models.CheckConstraint(condition=Q(key__regex=ID_PATTERN), name="part_key_pattern"),
            models.CheckConstraint(
                condition=Q(kind="main", position=0) | (Q(kind="annex") & Q(position__gt=0)), name="part_main_is_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.kind} {self.position}"


class Text(models.Model):
    """What a part says in one language: a ProseMirror document under documents/schema.json, made by so many steps."""

    part = models.ForeignKey(Part, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=2, choices=Language)
    content = models.JSONField()
    step_number = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "language"], name="text_once_a_language")]

    def __str__(self) -> str:
        return f"{self.part} ({self.language})"


class Step(models.Model):
    """One accepted change of a text, kept for ever: the history of the text, and what other editors have missed."""

    text = models.ForeignKey(Text, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField(help_text=_("the step number of the text after it"))
    content = models.JSONField()
    client = models.CharField(max_length=40)
    # The client's own count of its batches: a batch sent again after a lost answer is known by it.
    client_batch = models.PositiveIntegerField(null=True, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["text", "number"]
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="step_number_once")]
        indexes = [models.Index(fields=["text", "client", "client_batch"], name="step_of_client")]

    def __str__(self) -> str:
        return f"{self.text_id} step {self.number}"


def immutable(name: str) -> pgtrigger.Protect:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class Issue(models.Model):
    """A document made final in one language: masthead, parts, exhibits and hash, frozen for ever."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="issues")
    language = models.CharField(max_length=2, choices=Language)
    number = models.PositiveSmallIntegerField(default=1, help_text=_("above 1: issued again for technical reasons"))
    content = models.JSONField(help_text=_("all that a rendition needs, see documents/assembly.py"))
    content_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "language", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "language", "number"], name="issue_once"),
        ]
        triggers = [immutable("issue_is_immutable")]

    def __str__(self) -> str:
        return f"{self.document} ({self.language})"


class FrozenFigure(models.Model):
    """The value a figure had when the document's first language was issued; the later languages reuse it."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="frozen_figures")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    value = models.JSONField()
    n = models.BigIntegerField(null=True)
    total = models.BigIntegerField(null=True)
    label = models.JSONField(help_text=_("by language"))
    source = models.JSONField(help_text=_("by language"))
    source_url = models.CharField(max_length=500, blank=True)
    qualified = models.CharField(max_length=10, blank=True, help_text=_("more-than: its source reports a lower bound"))
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ["document", "key"]
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="frozen_figure_once")]
        triggers = [immutable("frozen_figure_is_immutable")]

    def __str__(self) -> str:
        return f"{self.document}: {self.key}"


class IssuedBlock(models.Model):
    """A paragraph, heading or other block of an issue as the search finds it."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="blocks")
    position = models.PositiveIntegerField()
    anchor = models.CharField(max_length=60)
    number = models.CharField(max_length=20, blank=True, help_text=_("as printed: 12, (a), II"))
    text = models.TextField()
    folded = models.TextField(db_collation="C")

    class Meta:
        ordering = ["issue", "position"]
        constraints = [models.UniqueConstraint(fields=["issue", "position"], name="issued_block_once")]
        indexes = [GinIndex(SearchVector("folded", config="simple"), name="issued_block_words")]

    def __str__(self) -> str:
        return self.text[:60]


class Rendition(models.Model):
    """A file made of a document. Its hash covers everything the file depends on: the same hash is the same file."""

    class Format(models.TextChoices):
        PDF = "pdf", _("PDF")
        DOCX = "docx", _("Word")
        HTML = "html", _("HTML")

    document = models.ForeignKey(Document, models.CASCADE, related_name="renditions")
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, blank=True, related_name="renditions")
    language = models.CharField(max_length=2, choices=Language)
    format = models.CharField(max_length=4, choices=Format)
    hash = models.CharField(max_length=64)
    # What is to be rendered, so that a text edited meanwhile cannot slip in under this hash; emptied when done.
    material = models.JSONField(default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    pages = models.PositiveIntegerField(null=True, blank=True)
    report = models.JSONField(default=list, help_text=_("what was left out and why, in words"))
    requested_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(fields=["document", "language", "format", "hash"], name="rendition_once_a_hash"),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="rendition_hash_hex"),
        ]
        triggers = [
            # Issued files are kept for ever; only a draft's may be cleared away.
            pgtrigger.Protect(
                name="issued_rendition_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__issue__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} ({self.language}, {self.format})"

    @property
    def is_ready(self) -> bool:
        return self.file_id is not None

    @property
    def file_name(self) -> str:
        name = (self.document.symbol or f"draft {self.document_id}").replace("/", "-")
        return f"{name} {self.language.upper()}.{self.format}"


class Act(models.Model):
    """What somebody did with a document as a whole: the log that derestriction, release and withdrawal rest on."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        IMPORTED = "imported", _("imported")
        ISSUED = "issued", _("issued")
        RELEASED = "released", _("released")
        DERESTRICTED = "derestricted", _("derestricted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    document = models.ForeignKey(Document, models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=12, choices=Kind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="act_is_never_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.document}: {self.kind}"


class ShortAddress(models.Model):
    """`/go/<alias>`, to be printed in footnotes: once given it leads somewhere for ever."""

    alias = models.SlugField(max_length=60, unique=True)
    target = models.CharField(
        max_length=500, help_text=_("a path of the portal, or an address beginning with https://")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "short addresses"
        constraints = [
            models.CheckConstraint(condition=Q(target__regex=r"^(/[^/\\]|/$|https://)"), name="short_address_target"),
        ]
        triggers = [pgtrigger.Protect(name="short_address_is_lasting", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"/go/{self.alias}"

    def get_absolute_url(self) -> str:
        """Without a language, since it is printed."""
        return f"/go/{self.alias}"


# Django looks for the tables of the editing package here.

__all__ = [
    "Act",
    "Audience",
    "Body",
    "Distribution",
    "Document",
    "EditorPresence",
    "FrozenFigure",
    "Issue",
    "IssuedBlock",
    "Kind",
    "Part",
    "Relation",
    "Rendition",
    "ShortAddress",
    "Step",
    "Text",
]
