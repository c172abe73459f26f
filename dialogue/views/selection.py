"""Selected comments and the summary."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dialogue import services
from dialogue.forms import ExcerptForm, ParagraphForm
from dialogue.models import Contribution, Dialogue, DialogueTopic, SelectedComment, SummaryParagraph
from dialogue.services.rows import order_version
from dialogue.views.common_pages import dialogue_crumbs, found_in, manage_crumbs, staff_dialogue, staff_tabs
from dialogue.views.management import editors
from dialogue.views.ordering import ordered
from foundation.editing import Clash
from foundation.editing.pages import posted_version, saved_form
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused

ON_A_PAGE = 25
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _comments_url(slug: str) -> str:
    return reverse("dialogue:comments", args=[slug])


def _summary_url(slug: str) -> str:
    return reverse("dialogue:summary", args=[slug])


def _frame(dialogue: Dialogue) -> dict[str, Any]:
    return {"dialogue": dialogue, "crumbs": dialogue_crumbs(dialogue), "tab_entries": staff_tabs(dialogue)}


# --- Selected comments ------------------------------------------------------------------------------------------------


@editors
@require_safe
def comments(request: HttpRequest, slug: str) -> HttpResponse:
    """Show selected comments by question, and below them contributions that can be selected."""
    dialogue = staff_dialogue(slug)
    rows = SelectedComment.objects.filter(contribution__topic__dialogue=dialogue)
    rows = rows.select_related("contribution__topic").order_by("contribution__topic__position", "position", "pk")
    candidates = Contribution.objects.quotable().filter(topic__dialogue=dialogue, selection=None)
    candidates = candidates.select_related("topic").order_by("topic__position", "written_on", "submitted_at", "pk")
    page = Paginator(candidates, ON_A_PAGE).get_page(request.GET.get("page"))
    context = _frame(dialogue) | {
        "baskets": [_basket(topic, list(held)) for topic, held in groupby(rows, lambda row: row.contribution.topic)],
        "page": page,
        "candidates": list(page.object_list),
    }
    return render(request, "dialogue/comments.html", context)


def _basket(topic: DialogueTopic, rows: list[SelectedComment]) -> dict[str, Any]:
    version = order_version(row.pk for row in rows)
    return {"topic": topic, "rows": rows, "version": version, "list_id": f"comments-{topic.position}"}


@editors
@require_POST
@sent_once
def comment_add(request: HttpRequest, slug: str, contribution_id: int) -> HttpResponse:
    rows = Contribution.objects.select_related("topic")
    row = get_object_or_404(rows, pk=contribution_id, topic__dialogue__slug=slug)
    try:
        services.select_comment(contribution=row, actor=request.viewer)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_comments_url(slug))


def _selected(slug: str, selected_id: int) -> SelectedComment:
    rows = SelectedComment.objects.select_related("contribution__topic__dialogue__workshop__year")
    return get_object_or_404(rows, pk=selected_id, contribution__topic__dialogue__slug=slug)


@editors
@GET_OR_POST
def comment_edit(request: HttpRequest, slug: str, selected_id: int) -> HttpResponse:
    row = _selected(slug, selected_id)
    form = ExcerptForm(request.POST or None, instance=row)
    dialogue = row.contribution.topic.dialogue
    return saved_form(
        request,
        form,
        lambda: services.shorten_comment(
            selected=row, excerpt=form.cleaned_data["excerpt"], expected=form.expected, actor=request.viewer
        ),
        title=_("Shorten comment"),
        lead=_("In reply to question %(number)s: %(question)s")
        % {"number": row.contribution.topic.position, "question": row.contribution.topic.question},
        crumbs=[*manage_crumbs(dialogue), (_("Selected comments"), _comments_url(slug))],
        done_url=_comments_url(slug),
    )


@editors
@require_POST
def comment_remove(request: HttpRequest, slug: str, selected_id: int) -> HttpResponse:
    """Deselect without confirmation, because the contribution can be selected again."""
    row = _selected(slug, selected_id)
    try:
        services.deselect_comment(selected=row, expected=posted_version(request), actor=request.viewer)
    except Clash:
        messages.error(request, _("Someone else changed this comment. Nothing was removed. Check it and try again."))
    return redirect(_comments_url(slug))


@editors
@require_POST
def comments_order(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    topic: Any = found_in(DialogueTopic.objects.all(), slug, pk=topic_id)
    rows = SelectedComment.objects.filter(contribution__topic=topic).order_by("position", "pk")

    def save(wanted: list[int], expected: int) -> None:
        services.order_comments(topic=topic, ids=wanted, expected=expected, actor=request.viewer)

    return ordered(request, list(rows.values_list("pk", flat=True)), save, back_url=_comments_url(slug))


# --- The summary ------------------------------------------------------------------------------------------------------


@editors
@require_safe
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    behind = Contribution.objects.select_related("topic").order_by("topic__position", "pk")
    rows = list(dialogue.summary.prefetch_related(Prefetch("contributions", behind, to_attr="behind")))
    context = _frame(dialogue) | {"rows": rows, "version": order_version(row.pk for row in rows)}
    return render(request, "dialogue/summary.html", context)


def _paragraph_form(request: HttpRequest, dialogue: Dialogue, form: Any, save: Any, title: str, **more: Any) -> Any:
    crumbs = [*manage_crumbs(dialogue), (_("Summary"), _summary_url(dialogue.slug))]
    done_url = _summary_url(dialogue.slug)
    return saved_form(request, form, save, title=title, crumbs=crumbs, done_url=done_url, **more)


@editors
@GET_OR_POST
@sent_once
def paragraph_add(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    form = ParagraphForm(request.POST or None, dialogue=dialogue)
    return _paragraph_form(
        request,
        dialogue,
        form,
        lambda: services.add_paragraph(
            dialogue=dialogue,
            text=form.texts("text"),
            contributions=form.cleaned_data["contributions"],
            actor=request.viewer,
        ),
        _("Add paragraph"),
    )


def _paragraph(slug: str, paragraph_id: int) -> Any:
    return found_in(SummaryParagraph.objects.select_related("dialogue__workshop__year"), slug, pk=paragraph_id)


@editors
@GET_OR_POST
def paragraph_edit(request: HttpRequest, slug: str, paragraph_id: int) -> HttpResponse:
    row = _paragraph(slug, paragraph_id)
    form = ParagraphForm(request.POST or None, instance=row, dialogue=row.dialogue)
    return _paragraph_form(
        request,
        row.dialogue,
        form,
        lambda: services.edit_paragraph(
            paragraph=row,
            expected=form.expected,
            contributions=form.cleaned_data["contributions"],
            actor=request.viewer,
            **form.texts_only,
        ),
        _("Paragraph %(number)s") % {"number": row.position},
        remove_url=reverse("dialogue:paragraph_remove", args=[slug, paragraph_id]),
    )


@editors
@GET_OR_POST
def paragraph_remove(request: HttpRequest, slug: str, paragraph_id: int) -> HttpResponse:
    row = _paragraph(slug, paragraph_id)
    return removal_page(
        request,
        row,
        lambda version: services.remove_paragraph(paragraph=row, expected=version, actor=request.viewer),
        heading=lambda held: held.text[:200],
        consequences=[_("The paragraph will be deleted. You cannot undo this.")],
        action_label=_("Remove"),
        crumbs=manage_crumbs(row.dialogue),
        back_url=_summary_url(slug),
    )


@editors
@require_POST
def paragraphs_order(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    ids = list(dialogue.summary.order_by("position").values_list("pk", flat=True))

    def save(wanted: list[int], expected: int) -> None:
        services.order_paragraphs(dialogue=dialogue, ids=wanted, expected=expected, actor=request.viewer)

    return ordered(request, ids, save, back_url=_summary_url(slug))
