from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        navigation.register(_("Surveys"), "surveys:list", 40)
