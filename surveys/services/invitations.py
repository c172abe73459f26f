import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.jobs.models import Job
from foundation.jobs.services import request_job
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.models import Entity, Person
from surveys.models import Invitation, ReminderRound, Survey, SurveyAudience
from surveys.services.rows import locked
from workshops.models import Participant

REMINDERS_AT_MOST = 3
REMINDERS_APART = dt.timedelta(days=3)


@transaction.atomic
def invite(*, survey: Survey, participants: Iterable[Participant] | None = None, now: dt.datetime | None = None) -> int:
    """Create missing invitations without sending them, and return how many are new.

    Participants: those of the workshop's list, or the given ones. Member States: all of the day.
    """
    survey = locked(survey)
    now = now or database_now()
    if survey.state(now) == "closed":
        raise Refused(_("You cannot invite anyone because the survey is closed."))
    if survey.audience == SurveyAudience.PARTICIPANTS:
        assert survey.workshop  # only surveys of a workshop invite participants
        asked = list(participants if participants is not None else survey.workshop.participants.on_the_list())
        strangers = [participant for participant in asked if participant.workshop_id != survey.workshop_id]
        if strangers:
            raise Refused(_("You can invite only participants in the survey’s workshop."))
        wanted = [Invitation(survey=survey, participant=participant) for participant in asked]
    else:
        wanted = [Invitation(survey=survey, entity=entity) for entity in Entity.objects.members(now.date())]
    before = survey.invitations.count()
    Invitation.objects.bulk_create(wanted, ignore_conflicts=True)
    return survey.invitations.count() - before


@transaction.atomic
def send_invitations(*, survey: Survey, actor: Person | None, now: dt.datetime | None = None) -> Job:
    """Queue a job that sends all unsent invitations."""
    survey = locked(survey)
    if not survey.is_open(now or database_now()):
        raise Refused(_("You can send invitations only while the survey is open."))
    return request_job(
        kind="surveys.send_invitations",
        key=survey.slug,
        arguments={"survey_id": survey.pk},
        requested_by=actor,
    )


@transaction.atomic
def remind(*, survey: Survey, actor: Person | None, now: dt.datetime | None = None) -> ReminderRound:
    """Remind everyone who has not answered: at most three rounds, three days apart."""
    survey = locked(survey)
    now = now or database_now()
    if not survey.is_open(now):
        raise Refused(_("You can send reminders only while the survey is open."))
    last = survey.reminder_rounds.last()
    if last and last.number >= REMINDERS_AT_MOST:
        raise Refused(_("You have already sent the maximum of three reminders."))
    if last and now < last.sent_at + REMINDERS_APART:
        raise Refused(_("The last reminder was sent less than three days ago. Try again later."))
    waiting = survey.invitations.filter(state=Invitation.State.SENT, mark__isnull=True)
    round_ = ReminderRound.objects.create(
        survey=survey, number=(last.number if last else 0) + 1, sent_at=now, sent_by=actor, addressed=waiting.count()
    )
    request_job(
        kind="surveys.remind",
        key=f"{survey.slug}:{round_.number}",
        arguments={"survey_id": survey.pk, "number": round_.number},
        requested_by=actor,
    )
    return round_
