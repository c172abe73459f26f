"""What administrators save in the set-up. Every service checks the role again."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.editing.locking import save_versioned
from foundation.mail.models import Mail
from foundation.mail.services import request_mail
from foundation.pages import organization
from foundation.pages.organization import Organization, contrast_with_white
from foundation.refusals import Refused, check_row, check_zone, checked_names
from foundation.text import LANGUAGES, Language
from foundation.time.clock import database_now
from foundation.uploads.checks import CheckedFile
from foundation.uploads.kinds import PICTURES
from foundation.uploads.services import discard_stored, store_upload
from idm_portal.setup.steps import CONFIRMED, MAIL_TEST
from membership.models import Person, RoleName

log = logging.getLogger("portal.setup")

# Contrast of normal text that WCAG 2 requires at level AA.
LEAST_CONTRAST = 4.5


def _administrators_alone(actor: Person) -> None:
    if not actor.rights_on(database_now().date()).has_role(RoleName.ADMINISTRATOR):
        raise PermissionDenied(_("Only administrators can set up the portal."))


def present() -> Organization:
    """Return the organization as it is saved, or an unsaved one in the version that saving it will create."""
    return Organization.objects.select_related("logo").first() or Organization(pk=1)


def the_row() -> Organization:
    """Return the organization, made without a name if there is none."""
    try:
        with transaction.atomic():
            return Organization.objects.get_or_create(pk=1)[0]
    except IntegrityError:  # somebody else made it at the same moment
        return Organization.objects.get(pk=1)


def save_organization(
    *,
    actor: Person,
    expected: int,
    names: dict[str, str],
    acronyms: dict[str, str],
    colour: str,
    languages: list[str],
    zone: str,
    logo: CheckedFile | None = None,
    without_logo: bool = False,
) -> Organization:
    """Save the Organization. `logo` replaces the present one, `without_logo` removes it. Raises Clash or Refused."""
    _administrators_alone(actor)
    values: dict[str, Any] = checked_names(
        **{f"name_{language}": names.get(language, "") for language in LANGUAGES},
        **{f"acronym_{language}": acronyms.get(language, "") for language in LANGUAGES},
    )
    values |= {"colour": colour.strip().lower(), "languages": _languages(languages), "zone": zone}
    for language in LANGUAGES:
        if not values[f"name_{language}"]:
            raise Refused(**{f"name_{language}": _("Enter the name in this language.")})
    check_zone(zone)
    with recorded(actor):
        row = the_row()
        wanted = Organization(pk=row.pk, edit_version=row.edit_version, **values)
        check_row(wanted, exclude=["logo"], constraints=False)
        if wanted.colour and contrast_with_white(wanted.colour) < LEAST_CONTRAST:
            raise Refused(colour=_("White text is hard to read on this colour. Choose a darker one."))
        former = row.logo
        if logo is not None:
            values["logo"] = store_upload(logo, kinds=PICTURES)
        elif without_logo:
            values["logo"] = None
        save_versioned(row, expected=expected, **values)
        if former is not None and "logo" in values and values["logo"] != former:
            discard_stored(former)
    organization.read_again()
    log.info("the organization was changed by %s", actor.pk)
    return row


def _languages(chosen: list[str]) -> list[str]:
    """Return the languages in their fixed order. English is always among them, because names fall back to it."""
    return [language for language in LANGUAGES if language in chosen or language == Language.ENGLISH]


def confirm_step(*, actor: Person, name: str) -> None:
    """Record that a step is done as it is."""
    _administrators_alone(actor)
    if name not in CONFIRMED:
        raise Refused(_("This step is done when its page says so."))
    _change(actor, lambda row: {"confirmed_steps": sorted({*row.confirmed_steps, name})})


def dismiss(*, actor: Person, dismissed: bool = True) -> None:
    """Hide the checklist on the dashboards of all administrators, or show it again."""
    _administrators_alone(actor)
    moment = database_now() if dismissed else None
    _change(actor, lambda row: {"setup_dismissed_at": moment})


def _change(actor: Person, values_of: Any) -> None:
    with recorded(actor):
        the_row()
        row = Organization.objects.select_for_update().get(pk=1)
        save_versioned(row, expected=row.edit_version, **values_of(row))
    organization.read_again()


@transaction.atomic
def send_test(*, actor: Person, recipient: str) -> Mail:
    """Request a test email through the queue."""
    _administrators_alone(actor)
    mail = request_mail(
        kind=MAIL_TEST,
        key=f"{MAIL_TEST}:{actor.pk}:{database_now().isoformat()}",
        recipient=recipient,
        language=actor.language,
        arguments={"person_id": actor.pk},
    )
    log.info("a test email was requested by %s", actor.pk)
    return mail


__all__ = ["confirm_step", "dismiss", "present", "save_organization", "send_test", "the_row"]
