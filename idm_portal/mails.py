"""The test email of the set-up."""

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.mail.services import Message, mail_composer
from idm_portal.setup.steps import MAIL_TEST
from membership.models import Person


@mail_composer(MAIL_TEST)
def mail_test(*, language: str, person_id: int) -> Message | None:
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        return None
    context = {"person": person, "moment": timezone.now()}
    return Message(_("Test email of the portal"), render_to_string("idm_portal/setup/test_email.txt", context))
