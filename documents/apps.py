from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        navigation.register(_("Documents"), "documents:list", 50)
