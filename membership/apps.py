from typing import Any

from django.apps import AppConfig
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.pages import navigation


class MembershipConfig(AppConfig):
    name = "membership"
    verbose_name = _("Membership")

    def ready(self) -> None:
        from membership import checks  # noqa: F401, PLC0415 - registers itself; its models are there only now

        navigation.register(_("States and organizations"), "membership:register", 80)
        navigation.register(_("Keep the register"), "membership:entries", 85, shown_to=_keeps_register)
        navigation.register(_("People"), "membership:people", 90, shown_to=_manages_people)


def _keeps_register(viewer: Any) -> bool:
    return bool(viewer) and viewer.rights_on(timezone.now().date()).has_role("protocol")


def _manages_people(viewer: Any) -> bool:
    return bool(viewer) and viewer.rights_on(timezone.now().date()).has_role("administrator")
