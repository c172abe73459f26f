"""To do: questionnaires for delegates; for staff, surveys that close soon and unread comments."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.pages.registries import DashboardItem
from surveys.models import Answer, CommentTheme, Invitation, QuestionKind, Survey, SurveyAudience
from surveys.permissions import may_edit

SOON = dt.timedelta(days=3)
CLOSING = dt.timedelta(days=14)
# After this time unread comments are no longer listed.
STALE = dt.timedelta(days=60)


def items(person: Any, now: dt.datetime) -> list[DashboardItem]:
    rights = person.rights_on(now.date())
    found = [_questionnaire(survey, now) for survey in _awaiting(rights, now)]
    if may_edit(rights):
        found += _closing(now) + _unread(now)
    return found


def _awaiting(rights: Any, now: dt.datetime) -> list[Survey]:
    entities = [accreditation.entity_id for accreditation in rights.member_states]
    if not entities:
        return []
    asked = Invitation.objects.filter(survey=OuterRef("pk"), entity__in=entities, mark__isnull=True)
    open_ones = Survey.objects.open_at(now).filter(audience=SurveyAudience.MEMBER_STATES)
    return list(open_ones.filter(Exists(asked)))


def _questionnaire(survey: Survey, now: dt.datetime) -> DashboardItem:
    return DashboardItem(
        title=survey.title,
        url=reverse("surveys:answer", args=[survey.slug]),
        action=_("Answer for your State"),
        app="surveys",
        deadline=survey.closes_at,
        zone=survey.zone,
        urgent=survey.closes_at - now < SOON,
    )


def _closing(now: dt.datetime) -> list[DashboardItem]:
    rows = Survey.objects.open_at(now).filter(closes_at__lte=now + CLOSING)
    return [
        DashboardItem(
            title=survey.title,
            url=reverse("surveys:invitations", args=[survey.slug]),
            action=_("See who has answered"),
            app="surveys",
            deadline=survey.closes_at,
            zone=survey.zone,
            detail=_("Survey closes soon"),
        )
        for survey in rows
    ]


def _unread(now: dt.datetime) -> list[DashboardItem]:
    """Return processed surveys with comments but no themes."""
    comments = Answer.objects.filter(question__survey=OuterRef("pk"), question__kind=QuestionKind.TEXT)
    themes = CommentTheme.objects.filter(survey=OuterRef("pk"))
    rows = Survey.objects.filter(Exists(comments), ~Exists(themes), is_settled=True, closes_at__gt=now - STALE)
    return [
        DashboardItem(
            title=survey.title,
            url=reverse("surveys:analysis", args=[survey.slug]),
            action=_("Read comments"),
            app="surveys",
            detail=_("The survey has closed and its comments have not been read."),
        )
        for survey in rows
    ]
