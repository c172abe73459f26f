from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.mail.services import Message, absolute, mail_composer
from workshops.models import Participant, Workshop
from workshops.services import issue_link


def _with_link(template: str, subject: str, participant_id: int) -> Message | None:
    """Return the email with a new personal link; None if the registration was cancelled.

    The token is created when the email is sent, and only its hash is stored.
    """
    participant = Participant.objects.not_cancelled().select_related("workshop__year", "workshop__occasion")
    row = participant.filter(pk=participant_id).first()
    if row is None:
        return None
    token = issue_link(participant=row)
    context = {
        "participant": row,
        "workshop": row.workshop,
        "link": absolute(reverse("workshops:personal", args=[token])),
    }
    return Message(subject=subject % {"workshop": row.workshop.title}, text=render_to_string(template, context))


@mail_composer("workshops.registered")
def registered(*, language: str, participant_id: int) -> Message | None:
    return _with_link(
        "workshops/registered_email.txt", _("We have received your registration: %(workshop)s"), participant_id
    )


@mail_composer("workshops.confirmed")
def confirmed(*, language: str, participant_id: int) -> Message | None:
    return _with_link("workshops/confirmed_email.txt", _("Your place is confirmed: %(workshop)s"), participant_id)


@mail_composer("workshops.known_name")
def known_name(*, language: str, workshop_id: int) -> Message | None:
    workshop = Workshop.objects.select_related("year").filter(pk=workshop_id).first()
    if workshop is None:
        return None
    context = {"workshop": workshop, "link": absolute(workshop.get_absolute_url())}
    subject = _("We have received your registration: %(workshop)s") % {"workshop": workshop.title}
    return Message(subject=subject, text=render_to_string("workshops/known_name_email.txt", context))
