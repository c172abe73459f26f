"""Kinds, bodies and distributions of documents, and how documents are related to each other."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of document, named as in the masthead."""

    NOTE = "note", _("Discussion note")
    INFORMATION = "information", _("Information note")
    PROVISIONAL_AGENDA = "provisional-agenda", _("Provisional agenda")
    ANNOTATED_AGENDA = "annotated-agenda", _("Annotated agenda")
    PARTICIPANTS = "participants", _("List of participants")
    REPORT = "report", _("Report")
    # Circulated without a symbol, to named readers, until a set date: see documents/services/circulation.py.
    ADVANCE_COPY = "advance-copy", _("Advance unedited copy")
    NON_PAPER = "non-paper", _("Non-paper")


# Kinds that never have a symbol.
UNSYMBOLED = (Kind.ADVANCE_COPY, Kind.NON_PAPER)


class Body(models.TextChoices):
    """Bodies to which documents are addressed, named as in the masthead."""

    COUNCIL = "council", _("Council")
    STANDING_COMMITTEE = "standing-committee", _("Standing Committee on Programmes and Finance")
    CONSULTATIONS = "consultations", _("Informal Consultations")
    DIALOGUE = "dialogue", _("International Dialogue on Migration")


class Distribution(models.TextChoices):
    """Distribution categories printed in the masthead."""

    GENERAL = "general", _("General")
    LIMITED = "limited", _("Limited")
    RESTRICTED = "restricted", _("Restricted")
    INTERNAL = "internal", _("Internal")


class Relation(models.TextChoices):
    """How a document is related to the document it derives from."""

    REVISION = "rev", _("Revision")
    CORRIGENDUM = "corr", _("Corrigendum")
    ADDENDUM = "add", _("Addendum")
    ADVANCE_COPY = "adv", _("Advance unedited copy")


class AnnexMarks(models.TextChoices):
    """Where to print "English only" (or the like) for an annex that exists in one language."""

    EVERYWHERE = "everywhere", _("in the list of annexes and above the annex")
    LIST = "list", _("in the list of annexes only")
    LATER = "later", _("only when the main text exists in another language")
