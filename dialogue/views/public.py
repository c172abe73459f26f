from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dialogue.figures import provide
from dialogue.models import Contribution, ContributionState, Dialogue, DialogueTopic, SelectedComment
from dialogue.permissions import EDITORS, MODERATORS, READERS, sees_drafts
from dialogue.revisions import revision_of
from dialogue.views.common_pages import found_dialogue, list_crumbs
from dialogue.visits import count_visit
from foundation.pages.access import public
from membership.permissions import rights_of

ON_A_PAGE = 20


# --- Revisions for cached pages ---------------------------------------------------------------------------------------


def list_revision(request: HttpRequest) -> Any:
    return revision_of(Dialogue.objects.public())


def dialogue_revision(request: HttpRequest, slug: str, **more: Any) -> Any:
    found = revision_of(Dialogue.objects.public().filter(slug=slug))
    if not found:
        raise Http404
    return found


# --- Pages ------------------------------------------------------------------------------------------------------------


@public(revision=list_revision)
@require_safe
def dialogues(request: HttpRequest) -> HttpResponse:
    rights = rights_of(request)
    rows = list(Dialogue.objects.visible_to(sees_drafts(request.viewer)))
    figures = provide({row.slug: {"topics", "contributions", "visits"} for row in rows}) if rows else {}
    now = timezone.now()
    shown = [
        {
            "dialogue": row,
            "phase": row.phase(now),
            **{name: figures[row.slug, name] for name in ("topics", "contributions", "visits")},
        }
        for row in rows
    ]
    context = {"rows": shown, "edits": rights.has_role(*EDITORS)}
    return render(request, "dialogue/dialogue_list.html", context)


@public(revision=dialogue_revision, look=count_visit)
@require_safe
def dialogue(request: HttpRequest, slug: str) -> HttpResponse:
    row = found_dialogue(request, slug)
    now = timezone.now()
    rights = rights_of(request)
    topics = list(_topics(row))
    topic = _asked_topic(request, topics)
    page = Paginator(published(row, topic), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "dialogue": row,
        "crumbs": list_crumbs(),
        "phase": row.phase(now),
        "takes_contributions": row.takes_contributions(now),
        "topics": topics,
        "topic": topic,
        "page": page,
        "contributions": list(page.object_list),
        "visits": provide({row.slug: {"visits"}})[row.slug, "visits"],
        "summary": _summary(row),
        "selected": _selected(row),
        "edits": rights.has_role(*EDITORS),
        "moderates": rights.has_role(*MODERATORS),
        "reads": rights.has_role(*READERS),
    }
    return render(request, "dialogue/dialogue_detail.html", context)


def _topics(row: Dialogue) -> QuerySet[DialogueTopic]:
    approved = Count("contributions", Q(contributions__state=ContributionState.APPROVED))
    return row.topics.annotate(answers=approved).order_by("position")


def _asked_topic(request: HttpRequest, topics: list[DialogueTopic]) -> DialogueTopic | None:
    """Return the question in the query string, or None."""
    asked = request.GET.get("topic", "")
    return next((topic for topic in topics if str(topic.position) == asked), None)


def published(row: Dialogue, topic: DialogueTopic | None = None) -> QuerySet[Contribution]:
    """Return published contributions by question, then by time."""
    rows = Contribution.objects.approved().filter(topic__dialogue=row)
    if topic is not None:
        rows = rows.filter(topic=topic)
    return rows.select_related("topic").order_by("topic__position", "written_on", "submitted_at", "pk")


def _summary(row: Dialogue) -> list[Any]:
    behind = Contribution.objects.approved().select_related("topic").order_by("topic__position", "pk")
    return list(row.summary.prefetch_related(Prefetch("contributions", behind, to_attr="behind")))


def _selected(row: Dialogue) -> list[SelectedComment]:
    rows = SelectedComment.objects.shown().filter(contribution__topic__dialogue=row)
    return list(rows.select_related("contribution__topic").order_by("contribution__topic__position", "position", "pk"))


@public
@require_safe
def contribution(request: HttpRequest, slug: str, contribution_id: int) -> HttpResponse:
    """Redirect a permanent address to the contribution's current place on the page."""
    row = found_dialogue(request, slug)
    wanted = get_object_or_404(published(row), pk=contribution_id)
    before = published(row).filter(
        Q(topic__position__lt=wanted.topic.position)
        | Q(topic=wanted.topic, written_on__lt=wanted.written_on)
        | Q(topic=wanted.topic, written_on=wanted.written_on, submitted_at__lt=wanted.submitted_at)
        | Q(topic=wanted.topic, written_on=wanted.written_on, submitted_at=wanted.submitted_at, pk__lt=wanted.pk)
    )
    number = before.count() // ON_A_PAGE + 1
    page = f"?page={number}" if number > 1 else ""
    return redirect(f"{reverse('dialogue:dialogue', args=[slug])}{page}#c-{wanted.pk}")
