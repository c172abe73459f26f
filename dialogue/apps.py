from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation


class DialogueConfig(AppConfig):
    name = "dialogue"
    verbose_name = _("Dialogue")

    def ready(self) -> None:
        navigation.register(_("Virtual Dialogue"), "dialogue:list", 45)
