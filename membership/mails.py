"""Emails of this app."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from foundation.mail.services import Message, mail_composer
from membership.administrators import password_link
from membership.models import Person

FIRST_SIGN_IN = "membership.first_sign_in"


@mail_composer(FIRST_SIGN_IN)
def first_password(*, language: str, person_id: int) -> Message | None:
    """Return the email to a new administrator; the link is made when it is sent, so no job or row has it."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        return None
    context = {"link": password_link(person), "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}
    return Message(_("Set your password"), render_to_string("membership/set_password_email.txt", context))
