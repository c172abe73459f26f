"""The first account of a portal, opened from the command line because nobody can sign in yet."""

import datetime as dt
import logging
from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.editing.history import recorded
from foundation.mail.services import absolute
from foundation.pages import organization
from foundation.refusals import Refused, check_row
from foundation.text.letters import clean_address
from foundation.time.clock import database_now
from membership.models import Person, Role, RoleName
from membership.services import keep_in_step

log = logging.getLogger("portal.membership")


@dataclass(frozen=True)
class Opened:
    """The administrator, and what was done: whether the account and the role are new."""

    person: Person
    is_new_account: bool
    is_new_role: bool


@transaction.atomic
def create_administrator(*, email: str, language: str = "en") -> Opened:
    """Open an account with the role of administrator from today, without a password.

    An existing account gets the role only if nobody else could grant it, because no administrator's account is open.
    Raises Refused for a closed account, or if an administrator can grant the role. Changes nothing for somebody who
    is an administrator already.
    """
    today = database_now().date()
    # Two commands at the same moment wait for each other.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('create_administrator'))")
    address = checked_address(email)
    person = Person.objects.filter(email=address).first()
    is_new = person is None
    if person is None:
        person = Person(email=address, language=language, zone=organization.current().zone)
        person.set_unusable_password()
        check_row(person, exclude=["password"])
        person.save()
    elif _holds_role(person, today):
        return Opened(person, is_new_account=False, is_new_role=False)
    else:
        _refuse_known(person, today)
    with recorded(None):
        Role.objects.create(person=person, name=RoleName.ADMINISTRATOR, begins=today)
    keep_in_step([person.pk], today)
    log.info("person %s is an administrator from today, by the command line", person.pk)
    return Opened(person, is_new_account=is_new, is_new_role=True)


def checked_address(email: str) -> str:
    """Return the address as accounts have it. Raises Refused if it is none."""
    address = clean_address(email).lower()
    try:
        validate_email(address)
    except ValidationError as invalid:
        raise Refused(*invalid.messages) from invalid
    return address


def _holds_role(person: Person, today: dt.date) -> bool:
    held = Role.objects.on(today).filter(person=person, name=RoleName.ADMINISTRATOR).exists()
    return held and person.is_active and not person.is_demo


def _refuse_known(person: Person, today: dt.date) -> None:
    if person.is_demo:
        raise Refused(_("This is a fictional account of the demonstration. Use another address."))
    if not person.is_active:
        raise Refused(_("The account with this address is closed. Another administrator can reopen it."))
    if Role.objects.on(today).filter(name=RoleName.ADMINISTRATOR, person__is_active=True).exists():
        raise Refused(
            _("There is already an account with this address. An administrator can grant it the role at %(page)s.")
            % {"page": absolute(reverse("membership:person", kwargs={"person_id": person.pk}))}
        )


def password_link(person: Person) -> str:
    """Return the one-time link with which the person sets a password. Setting one makes all earlier links invalid."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    with translation.override(person.language):
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return absolute(path.replace("UID-KEY", key))


def administrator_with(email: str) -> Person:
    """Return the administrator with this address. Raises Refused if there is none."""
    address, today = checked_address(email), database_now().date()
    person = Person.objects.filter(email=address).first()
    if person is None or not _holds_role(person, today):
        raise Refused(_("No administrator has this address."))
    return person
