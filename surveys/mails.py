from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.mail.services import Message, absolute, mail_composer
from foundation.time.clock import database_now
from foundation.time.formats import zoned
from surveys.models import Invitation, PersonalLink
from surveys.tokens import hash_of, new_token


@mail_composer("surveys.invitation")
def invitation(*, language: str, invitation_id: int) -> Message | None:
    return _message("surveys/invitation_email.txt", _("Invitation to answer: %(survey)s"), invitation_id)


@mail_composer("surveys.reminder")
def reminder(*, language: str, invitation_id: int) -> Message | None:
    """Return the reminder, or None if the person has answered since it was requested."""
    return _message("surveys/reminder_email.txt", _("Reminder: %(survey)s"), invitation_id)


def _message(template: str, subject: str, invitation_id: int) -> Message | None:
    """Create the email with a new link. Only the link's hash is stored."""
    row = Invitation.objects.select_related("survey__workshop", "participant").filter(pk=invitation_id).first()
    if row is None or not row.survey.is_open(database_now()) or hasattr(row, "mark"):
        return None
    survey = row.survey
    if survey.anonymous:
        token = new_token()
        PersonalLink.objects.create(invitation=row, token_hash=hash_of(token))
        address = reverse("survey_links:answer", args=[token])
    else:
        address = reverse("surveys:answer", args=[survey.slug])
    if row.state != Invitation.State.SENT:
        row.state = Invitation.State.SENT
        row.save(update_fields=["state"])
    context = {
        "survey": survey,
        "name": row.participant.full_name if row.participant else "",
        "closes": zoned(survey.closes_at, survey.zone),
        "link": absolute(address),
    }
    title = " ".join(survey.title.split())
    return Message(subject % {"survey": title[:120]}, render_to_string(template, context))
