"""House styles of bodies, by language."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.constraints import Unique
from foundation.editing import EditVersioned
from foundation.text import Language
from texts.kinds import Body


class HouseStyle(EditVersioned):
    """The house style of one body's documents in one language.

    An empty choice follows the style for all bodies (`body` empty), and that one the default of the language
    (`texts/house_style.py`).
    """

    class Items(models.TextChoices):
        BOTH = "both", _("(a) in brackets")
        BEHIND = "behind", _("a) with one bracket")

    class Calls(models.TextChoices):
        BEFORE = "before", _("before the punctuation")
        AFTER = "after", _("after the punctuation")
        TYPED = "typed", _("where typed")

    class Series(models.TextChoices):
        THROUGH = "through", _("numbered continuously")
        PARTS = "parts", _("restarting at 1 in each annex")
        LETTERS = "letters", _("numbers in the main text, letters in each annex")

    class Quotes(models.TextChoices):
        TYPED = "typed", _("as typed")
        CURLY = "curly", _("“curly”")
        GUILLEMETS = "guillemets", _("«guillemets», in French with spaces")

    body = models.CharField(
        _("body"), max_length=20, choices=Body, blank=True, help_text=_("Leave blank for all bodies.")
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    items = models.CharField(_("list items"), max_length=10, choices=Items, blank=True)
    footnote_calls = models.CharField(_("footnote indicators"), max_length=10, choices=Calls, blank=True)
    footnote_series = models.CharField(_("footnotes"), max_length=10, choices=Series, blank=True)
    quotes = models.CharField(_("quotation marks"), max_length=10, choices=Quotes, blank=True)
    words = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["body", "language"]
        constraints = [
            Unique(
                fields=["body", "language"],
                name="house_style_once",
                violation_error_message=_(
                    "This body already has a house style in this language. Edit that style instead."
                ),
                field="language",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body or '*'} ({self.language})"
