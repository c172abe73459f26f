"""What a document can be, as its masthead names it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    NOTE = "note", _("Discussion note")
    INFORMATION = "information", _("Information note")
    PROVISIONAL_AGENDA = "provisional-agenda", _("Provisional agenda")
    ANNOTATED_AGENDA = "annotated-agenda", _("Annotated agenda")
    PARTICIPANTS = "participants", _("List of participants")
    REPORT = "report", _("Report")
    # Without a symbol, for named readers, until a day: see documents/services/circulation.py.
    ADVANCE_COPY = "advance-copy", _("Advance unedited copy")
    NON_PAPER = "non-paper", _("Non-paper")


# Kinds that never bear a symbol.
UNSYMBOLED = (Kind.ADVANCE_COPY, Kind.NON_PAPER)


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
    ADVANCE_COPY = "adv", _("Advance unedited copy")


class AnnexMarks(models.TextChoices):
    """Where "English only" stands of an annex that exists in one language."""

    EVERYWHERE = "everywhere", _("in the list of annexes and above the annex")
    LIST = "list", _("in the list of annexes only")
    LATER = "later", _("only when the main text exists in another language")
