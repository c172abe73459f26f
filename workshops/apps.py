from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation


class WorkshopsConfig(AppConfig):
    name = "workshops"
    verbose_name = _("Workshops")

    def ready(self) -> None:
        navigation.register(_("Workshops"), "workshops:years", 10)
