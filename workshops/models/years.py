"""IDM years with the themes and topics proposed for them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Check, Unique, set_unique_messages
from foundation.editing import EditVersioned
from foundation.pages.models import changes_public_pages
from foundation.text.letters import paragraphs


class ProposalState(models.TextChoices):
    """State of a theme or topic. `votes` has the membership's preference; staff record the decision here."""

    PROPOSED = "proposed", _("proposed")
    SELECTED = "selected", _("selected")
    NOT_SELECTED = "not-selected", _("not selected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class IDMYear(EditVersioned):
    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    workshops_planned = models.PositiveSmallIntegerField(_("workshops planned"), default=2)
    description = models.TextField(_("description"), blank=True)
    # Incremented by every change that a public page of the year or of its workshops shows.
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("IDM year")
        ordering = ["-year"]
        triggers = [changes_public_pages()]
        constraints = [
            Check(
                condition=Q(year__gte=2001, year__lte=2100),
                name="idm_year_since_the_first",
                violation_error_message=_("Enter a year from 2001 to 2100."),
                field="year",
            ),
        ]

    def __str__(self) -> str:
        return f"IDM {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("workshops:year", args=[self.year])


class ProposalQuerySet(models.QuerySet):
    def selected(self) -> Self:
        return self.filter(state=ProposalState.SELECTED)


class Theme(EditVersioned):
    """An overarching theme proposed for a year."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="themes")
    slug = models.SlugField(max_length=80, editable=False)
    title = models.CharField(_("title"), max_length=300)
    rationale = models.TextField(_("rationale"), blank=True)
    state = models.CharField(_("state"), max_length=15, choices=ProposalState, default=ProposalState.PROPOSED)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["year", "pk"]
        constraints = [
            Unique(
                fields=["year", "slug"],
                name="theme_slug_once_a_year",
                violation_error_message=_("Another theme of this year already has this address. Change the title."),
                field="slug",
            ),
            Unique(
                fields=["year"],
                condition=Q(state="selected"),
                name="theme_selected_once_a_year",
                violation_error_message=_("Another theme of this year is already selected. Change its status first."),
                field="state",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Topic(EditVersioned):
    """A possible intersessional workshop of a year. Blank lines separate paragraphs of the rationale."""

    year = models.ForeignKey(IDMYear, models.PROTECT, related_name="topics")
    slug = models.SlugField(max_length=80, editable=False)
    letter = models.CharField(_("letter"), max_length=1)
    title = models.CharField(_("title"), max_length=300)
    rationale = models.TextField(_("rationale"), blank=True)
    state = models.CharField(_("state"), max_length=15, choices=ProposalState, default=ProposalState.PROPOSED)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["year", "letter"]
        constraints = [
            Unique(
                fields=["year", "slug"],
                name="topic_slug_once_a_year",
                violation_error_message=_("Another topic of this year already has this address. Change the title."),
                field="slug",
            ),
            Unique(
                fields=["year", "letter"],
                name="topic_letter_once_a_year",
                violation_error_message=_("Another topic of this year already has this letter. Enter a different one."),
                field="letter",
            ),
            Check(
                condition=Q(letter__regex=r"^[A-Z]$"),
                name="topic_letter_is_a_capital",
                violation_error_message=_("Enter one capital letter from A to Z."),
                field="letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}. {self.title}"

    @property
    def paragraphs(self) -> list[str]:
        return paragraphs(self.rationale)


set_unique_messages(IDMYear, year=_("An IDM year already exists for this calendar year. Enter a different year."))
