"""The steps of the set-up, and which of them are done."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import SymbolPattern
from foundation.mail.models import Mail
from foundation.pages import organization
from foundation.text import LANGUAGES
from membership.models import Entity, EntityStatus, Person, Role, RoleName

MAIL_TEST = "idm_portal.mail_test"
ORGANIZATION, BODIES, REGISTER, STATUSES, STAFF, MAIL = (
    "organization", "bodies", "register", "statuses", "staff", "mail",
)  # fmt: skip
# Steps that are done when an administrator says so, because leaving them as they are can be right.
CONFIRMED = (BODIES,)


@dataclass(frozen=True)
class Step:
    """A step; `facts` says what there is already."""

    name: str
    title: str
    detail: str
    url: str
    is_done: bool
    facts: str = ""


@dataclass(frozen=True)
class Checklist:
    steps: list[Step]
    is_dismissed: bool

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.steps)

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if not step.is_done), None)


def checklist() -> Checklist:
    """Return all steps in a constant number of queries."""
    own = organization.current()
    return Checklist(
        steps=[_organization(own), _register(), _statuses(), _bodies(own), _staff(), _mail()],
        is_dismissed=own.setup_dismissed_at is not None,
    )


def _organization(own: organization.Organization) -> Step:
    return Step(
        ORGANIZATION,
        _("The Organization"),
        _("Name in three languages, acronym, logo, colour, languages and time zone."),
        reverse("setup-organization"),
        all(own.name_in(language) for language in LANGUAGES),
        own.name or "",
    )


def _register() -> Step:
    count = Entity.objects.count()
    return Step(
        REGISTER,
        _("States and organizations"),
        _("Load the list of States that comes with the portal, or a file of your own."),
        reverse("setup-register"),
        count > 0,
        _("%(count)s entries") % {"count": count} if count else "",
    )


def _statuses() -> Step:
    count = EntityStatus.objects.values("entity").distinct().count()
    return Step(
        STATUSES,
        _("Members and observers"),
        _("Record the status of each State and organization with the decision it is based on."),
        reverse("membership:register_import"),
        count > 0,
        _("%(count)s with a status") % {"count": count} if count else "",
    )


def _bodies(own: organization.Organization) -> Step:
    count = SymbolPattern.objects.count()
    return Step(
        BODIES,
        _("Bodies and symbols"),
        _("Symbols and house style of the documents of each body."),
        reverse("setup-bodies"),
        BODIES in own.confirmed_steps,
        _("%(count)s symbol patterns") % {"count": count} if count else "",
    )


def _staff() -> Step:
    held = Role.objects.filter(ends=None, person__is_active=True)
    publishers = held.filter(name=RoleName.PUBLISHER).exists()
    count = Person.objects.filter(is_active=True, roles__ends=None, roles__isnull=False).distinct().count()
    return Step(
        STAFF,
        _("First staff"),
        _("Open accounts for your colleagues. At least one of them needs the role of publisher."),
        reverse("membership:people"),
        publishers,
        _("%(count)s with a role") % {"count": count},
    )


def _mail() -> Step:
    return Step(
        MAIL,
        _("Email"),
        _("Send a test email, to see that the portal can send email."),
        reverse("setup-mail"),
        sent_tests().exists(),
    )


def sent_tests() -> QuerySet[Mail]:
    """Return the test emails that were sent."""
    return Mail.objects.filter(kind=MAIL_TEST, state=Mail.State.SENT)
