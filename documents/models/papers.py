"""Documents: masthead, audience and state."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.constraints import NOT_SAVED, Check, Unique, set_unique_messages
from foundation.pages.models import changes_public_pages
from foundation.text import Language
from membership.audience import Audience, audiences_of
from texts.kinds import UNSYMBOLED, AnnexMarks, Body, Distribution, Kind, Relation
from texts.symbols import SYMBOL_PATTERN


class DocumentQuerySet(models.QuerySet):
    def drafts(self) -> Self:
        """Return documents that have not been issued in any language."""
        return self.filter(issued_at=None)

    def issued(self) -> Self:
        """Return documents that have been issued in at least one language."""
        return self.exclude(issued_at=None)

    def in_force(self) -> Self:
        """Return documents that have not been withdrawn."""
        return self.filter(withdrawn_at=None)

    def open_to(self, audiences: set[str], now: dt.datetime) -> Self:
        """Return documents that members of these audiences may read at `now`.

        Staff may read everything. Others may read issued and released documents with a symbol that are not internal and
        whose audience is one of theirs. A restricted document is open to delegations at most until it is derestricted,
        and to everybody afterwards.
        """
        return self.filter(_open_to(audiences, now))

    def visible_to(self, person: Any, now: dt.datetime) -> Self:
        """Return documents that this person may read at `now`; None is an anonymous visitor.

        Every page, file and search result is limited by this method.
        """
        audiences = set(audiences_of(person, now))
        if person is None or Audience.STAFF in audiences:
            return self.open_to(audiences, now)
        return self.filter(_open_to(audiences, now) | _named_for(person, now))

    def named_for(self, person: Any, now: dt.datetime) -> Self:
        """Return unexpired documents without a symbol that this person may read, by name or as a delegate."""
        return self.filter(_named_for(person, now))


def _open_to(audiences: set[str], now: dt.datetime) -> Q:
    if Audience.STAFF in audiences:
        return Q()
    closed = Q(distribution=Distribution.RESTRICTED)
    readers = set(audiences)
    as_meant = Q(audience__in=readers)
    if Audience.DELEGATIONS in readers:
        # Delegations may already read what is meant for the public but is still restricted.
        as_restricted = Q(audience__in=(readers | {Audience.PUBLIC.value}))
    else:
        as_restricted = Q(audience__in=readers - {Audience.PUBLIC.value})
    may = (~closed & as_meant) | (closed & as_restricted) | Q(derestricted_at__lte=now)
    issued = Q(issued_at__isnull=False, released_at__lte=now)
    return may & issued & ~Q(distribution=Distribution.INTERNAL) & ~Q(kind__in=UNSYMBOLED)


def _named_for(person: Any, now: dt.datetime) -> Q:
    acts_for = [accreditation.entity_id for accreditation in person.rights_on(now.date()).delegations]
    named = Document.objects.filter(Q(named_readers__person=person) | Q(named_readers__entity__in=acts_for))
    return Q(
        pk__in=named.values("pk"),
        kind__in=UNSYMBOLED,
        issued_at__isnull=False,
        released_at__lte=now,
        expires_at__gt=now,
    )


class Document(models.Model):
    """A document of the Organization: its masthead, who may read it, and its progress from draft to issue."""

    # Masthead. The symbol is null if a draft has none yet, or the kind never has one.
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
    expires_at = models.DateTimeField(
        _("expires"),
        null=True,
        blank=True,
        help_text=_("For a document without a symbol: when its readers’ access ends."),
    )
    # Progress. A document without an issue is a draft; of a withdrawn one only the masthead and the reason are shown.
    # When the first language was issued and the figures were frozen.
    issued_at = models.DateTimeField(null=True, blank=True)
    review_opened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True)
    # A revision, a corrigendum and an addendum are documents of their own.
    derives_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="derived")
    relation = models.CharField(max_length=4, choices=Relation, blank=True)
    relation_number = models.PositiveSmallIntegerField(null=True, blank=True)
    concerns_language = models.CharField(
        _("applies to one language"), max_length=2, choices=Language, blank=True, help_text=_("For a corrigendum.")
    )
    # House style that may differ from one document to the next.
    footnotes_run_on = models.BooleanField(
        _("continuous footnote numbering"), default=True, help_text=_("If not selected, each part restarts at 1.")
    )
    lists_annexes = models.BooleanField(_("list annexes at the end of the main text"), default=True)
    annex_marks = models.CharField(
        _("show “English only” on annexes in one language"),
        max_length=10,
        choices=AnnexMarks,
        default=AnnexMarks.EVERYWHERE,
    )
    lists_contents = models.BooleanField(
        _("table of contents before the text"), default=False, help_text=_("In the PDF, with page numbers.")
    )
    # `revision` is for caches, `edit_version` prevents one save from overwriting another.
    revision = models.PositiveIntegerField(default=1)
    edit_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-dated", "symbol"]
        triggers = [changes_public_pages()]
        constraints = [
            Check(
                condition=Q(symbol__isnull=True) | Q(symbol__regex=SYMBOL_PATTERN),
                name="document_symbol_pattern",
                violation_error_message=_("Enter a symbol such as IC/2010/9 or C/115/1/Rev.2."),
                field="symbol",
            ),
            Check(
                condition=Q(issued_at__isnull=True) | Q(symbol__isnull=False) | Q(kind__in=UNSYMBOLED),
                name="document_issued_has_symbol",
                violation_error_message=_("Assign a symbol before you issue the document."),
                field="symbol",
            ),
            Check(
                condition=~Q(kind__in=UNSYMBOLED) | Q(symbol__isnull=True),
                name="document_unsymboled_has_none",
                violation_error_message=_(
                    "A non-paper or an advance unedited copy has no symbol. Leave the symbol blank."
                ),
                field="symbol",
            ),
            Check(
                condition=~Q(kind__in=UNSYMBOLED) | Q(issued_at__isnull=True) | Q(expires_at__isnull=False),
                name="document_unsymboled_expires",
                violation_error_message=_("Enter the day on which this paper expires."),
                field="expires_at",
            ),
            # People who cite a symbol do not distinguish IC/2010/9, ic/2010/9 and IC/2010/09.
            Unique(
                Upper(Func("symbol", Value("/0+([0-9])"), Value(r"/\1"), Value("g"), function="regexp_replace")),
                name="document_symbol_once_however_written",
                violation_error_message=_("Another document already has this symbol. Enter a different one."),
                field="symbol",
            ),
            Check(
                condition=Q(released_at__isnull=True) | Q(issued_at__isnull=False),
                name="document_released_is_issued",
                violation_error_message=_("Issue the document before you release it."),
            ),
            Check(
                condition=Q(derives_from=None, relation="", relation_number=None)
                | (Q(derives_from__isnull=False, relation_number__isnull=False) & ~Q(relation="")),
                name="document_relation_whole",
                violation_error_message=NOT_SAVED,
            ),
            Unique(
                fields=["derives_from", "relation", "relation_number"],
                name="document_relation_once",
                violation_error_message=_(
                    "There is already a revision, corrigendum or addendum with this number. Try again."
                ),
                field="relation_number",
            ),
        ]

    def __str__(self) -> str:
        return self.symbol or self.title

    def get_absolute_url(self) -> str:
        """Return the permanent address of an issued document, or the address of the draft."""
        return self.overview_url if self.issued_at else self.draft_url

    @property
    def overview_url(self) -> str:
        """The address of an issued document's page, which lists its languages and files."""
        if not self.symbol:
            return reverse("documents:circulated", kwargs={"pk": self.pk})
        return reverse("documents:overview", kwargs={"symbol": self.symbol})

    def page_url(self, language: str) -> str:
        """Return the address at which the issue in that language is read."""
        if not self.symbol:
            return reverse("documents:circulated-page", kwargs={"pk": self.pk, "language": language})
        return reverse("documents:page", kwargs={"symbol": self.symbol, "language": language})

    def file_url(self, language: str, file_format: str) -> str:
        """Return the address of the issued file in that language and format."""
        place = {"language": language, "format": file_format}
        if not self.symbol:
            return reverse("documents:circulated-file", kwargs={"pk": self.pk, **place})
        return reverse("documents:download", kwargs={"symbol": self.symbol, **place})

    @property
    def draft_url(self) -> str:
        """The address of the draft's page for staff."""
        return reverse("documents:draft", kwargs={"pk": self.pk})

    @property
    def life_url(self) -> str:
        """The address of the page with the draft's review, clearance and issue."""
        return reverse("documents:draft-life", kwargs={"pk": self.pk})

    @property
    def is_draft(self) -> bool:
        """Whether no language has been issued yet."""
        return self.issued_at is None

    @property
    def is_unsymboled(self) -> bool:
        """Whether it is a non-paper or an advance unedited copy."""
        return self.kind in UNSYMBOLED

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def is_released(self, now: dt.datetime) -> bool:
        """Return whether the document has been released at `now`."""
        return self.released_at is not None and self.released_at <= now

    def is_restricted(self, now: dt.datetime) -> bool:
        """Return whether the public may not read it at `now`, whatever its audience, because it is restricted."""
        derestricted = self.derestricted_at is not None and self.derestricted_at <= now
        return self.distribution == Distribution.RESTRICTED and not derestricted


set_unique_messages(Document, symbol=_("Another document already has this symbol. Enter a different one."))
