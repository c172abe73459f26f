from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation


class VotesConfig(AppConfig):
    name = "votes"
    verbose_name = _("Votes")

    def ready(self) -> None:
        import_module("votes.checks")
        navigation.register(_("Consultations"), "votes:list", 20)
