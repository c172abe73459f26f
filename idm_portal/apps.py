from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation

REGISTERED_FILES = ("figures", "annexes", "desk", "search", "beside", "tasks", "mails")


class PortalConfig(AppConfig):
    name = "idm_portal"
    verbose_name = "IDM portal"

    def ready(self) -> None:
        """Every process knows every figure, desk, handler and composer, so that any of them can ask for any other's."""
        autodiscover_modules(*REGISTERED_FILES)
        navigation.register(_("Search"), "search", 70)
