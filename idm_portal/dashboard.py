"""The dashboard items of the project itself, for administrators."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.jobs.decisions import undecided_jobs
from foundation.mail.restored import undecided
from foundation.pages.registries import DashboardItem
from membership.models import Person, RoleName


def items(person: Person, now: dt.datetime) -> list[DashboardItem]:
    """Return an item if emails and one if jobs need a decision; administrators only."""
    if not person.rights_on(now.date()).has_role(RoleName.ADMINISTRATOR):
        return []
    return [*_mails(), *_jobs()]


def _jobs() -> list[DashboardItem]:
    count = undecided_jobs().count()
    if not count:
        return []
    return [
        DashboardItem(
            title=ngettext("%(count)s job needs your decision", "%(count)s jobs need your decision", count)
            % {"count": count},
            url=reverse("undecided-jobs"),
            action=_("Decide"),
            app="idm_portal",
            detail=_("Background work that failed several times."),
            urgent=True,
        )
    ]


def _mails() -> list[DashboardItem]:
    count = undecided().count()
    if not count:
        return []
    return [
        DashboardItem(
            title=ngettext("%(count)s email needs your decision", "%(count)s emails need your decision", count)
            % {"count": count},
            url=reverse("undecided-mail"),
            action=_("Decide"),
            app="idm_portal",
            detail=_("Held after a backup was restored, or refused by the email server."),
            urgent=True,
        )
    ]
