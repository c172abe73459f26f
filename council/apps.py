from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation


class CouncilConfig(AppConfig):
    name = "council"
    verbose_name = _("Council")

    def ready(self) -> None:
        navigation.register(_("Council"), "council:list", 20)
