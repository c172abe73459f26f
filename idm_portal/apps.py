from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation

REGISTERED_FILES = ("figures", "annexes", "dashboard", "search", "related", "tasks", "mails")


class PortalConfig(AppConfig):
    name = "idm_portal"
    verbose_name = "IDM portal"

    def ready(self) -> None:
        """Load the registered files of every app, so that each process knows all figures, job handlers and emails."""
        autodiscover_modules(*REGISTERED_FILES)
        navigation.register(_("Search"), "search", 70)
