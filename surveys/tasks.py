"""Jobs and deadlines of surveys. Emails are requested here and created, with their links, when they are sent."""

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from foundation.anonymity.batches import BATCH
from foundation.jobs.registry import JobContext, follows_deadlines, job_handler
from foundation.mail.services import request_mail
from foundation.pages.wrong_links import sweep
from membership.models import Accreditation, Capacity
from surveys.models import Invitation, Survey
from surveys.services import mix_held, settle

log = logging.getLogger(__name__)

MAILS_AT_ONCE = 50


def _described(*, survey_id: int, **_arguments: object) -> str:
    survey = Survey.objects.filter(pk=survey_id).first()
    return _("Emails for the survey %(survey)s") % {"survey": survey} if survey else ""


@job_handler("surveys.send_invitations", describe=_described)
def send_invitations(context: JobContext, *, survey_id: int) -> dict[str, int]:
    survey = Survey.objects.get(pk=survey_id)
    waiting = survey.invitations.filter(state=Invitation.State.WAITING)
    return _request_mails(context, survey, waiting, kind="surveys.invitation", key="survey-invitation:{slug}:{pk}")


@job_handler("surveys.remind", describe=_described)
def remind(context: JobContext, *, survey_id: int, number: int) -> dict[str, int]:
    survey = Survey.objects.get(pk=survey_id)
    silent = survey.invitations.filter(state=Invitation.State.SENT, mark__isnull=True)
    key = f"survey-reminder:{{slug}}:{number}:{{pk}}"
    return _request_mails(context, survey, silent, kind="surveys.reminder", key=key)


def _request_mails(
    context: JobContext, survey: Survey, which: Iterable[Invitation], *, kind: str, key: str
) -> dict[str, int]:
    """Request an email for each recipient, and return the counts for the job. Repetition requests no email twice."""
    asked = list(which.select_related("participant", "entity").order_by("pk"))
    heads = _heads([invitation.entity_id for invitation in asked if invitation.entity_id])
    sent = 0
    for start in range(0, len(asked), MAILS_AT_ONCE):
        with transaction.atomic():
            for invitation in asked[start : start + MAILS_AT_ONCE]:
                recipient, language = _address(invitation, heads)
                if not recipient:
                    Invitation.objects.filter(pk=invitation.pk).update(state=Invitation.State.NO_ADDRESS)
                    continue
                request_mail(
                    kind=kind,
                    key=key.format(slug=survey.slug, pk=invitation.pk),
                    recipient=recipient,
                    language=language,
                    arguments={"invitation_id": invitation.pk},
                )
                sent += 1
        context.progress(min(start + MAILS_AT_ONCE, len(asked)), len(asked))
    return {"mails": sent, "without address": len(asked) - sent}


def _heads(entity_ids: list[int]) -> dict[int, tuple[str, str]]:
    """Return address and language of each head of delegation, for missions without a shared mailbox."""
    day = dt.datetime.now(dt.UTC).date()
    rows = Accreditation.objects.on(day).filter(
        entity__in=entity_ids, capacity__in=(Capacity.HEAD, Capacity.CHARGE), person__is_active=True
    )
    # "charge" sorts before "head", so that a head overwrites a chargé.
    found = rows.order_by("capacity", "pk").values_list("entity_id", "person__email", "person__language")
    return {entity_id: (email, language) for entity_id, email, language in found}


def _address(invitation: Invitation, heads: dict[int, tuple[str, str]]) -> tuple[str, str]:
    if invitation.participant:
        return invitation.participant.email, invitation.participant.language
    if invitation.entity.mailbox:
        return invitation.entity.mailbox, invitation.entity.mailbox_language
    return heads.get(invitation.entity_id, ("", "en"))


@follows_deadlines("surveys")
def follow(now: dt.datetime) -> None:
    """Process closed surveys, mix waiting batches and delete old counts of wrong links."""
    for survey in Survey.objects.unsettled(now):
        if settle(survey=survey, now=now):
            log.info("survey %s is settled", survey.slug)
    fresh = Count("held_responses", filter=Q(held_responses__is_mixed=False))
    full = Survey.objects.open_at(now).alias(held=fresh).filter(held__gte=BATCH)
    for survey_id in full.values_list("pk", flat=True):
        mix_held(survey_id=survey_id)
    sweep()
