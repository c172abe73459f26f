"""The dashboard items of the project itself, for administrators."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.jobs.decisions import undecided_jobs
from foundation.mail.restored import undecided
from foundation.pages.registries import DashboardItem
from idm_portal.setup.steps import checklist
from membership.models import Person, RoleName


def items(person: Person, now: dt.datetime) -> list[DashboardItem]:
    """Return items if the set-up is not finished, and if emails or jobs need a decision; administrators only."""
    if not person.rights_on(now.date()).has_role(RoleName.ADMINISTRATOR):
        return []
    return [*_setup(), *_mails(), *_jobs()]


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


def _setup() -> list[DashboardItem]:
    """Return the next step of the set-up, until all are done or the checklist is dismissed."""
    steps = checklist()
    if steps.is_dismissed or steps.next_step is None:
        return []
    return [
        DashboardItem(
            title=_("Set up the portal"),
            url=reverse("setup"),
            action=_("Continue"),
            app="idm_portal",
            detail=_("%(done)s of %(total)s steps are done. Next: %(step)s")
            % {"done": steps.done, "total": len(steps.steps), "step": steps.next_step.title},
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
