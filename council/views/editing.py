"""The agenda editor: the tree (by drag, keys or buttons), forms of items, papers and decisions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from council import services
from council.editor import EditorPage, change_by_others, change_in_words
from council.forms import DecisionForm, ItemForm, MeetingForm, NewItemForm, NewMeetingForm, PaperForm, RemoveItemForm
from council.models import AgendaItem, Meeting, Paper
from council.tree import Place
from council.views.public import found_meeting
from foundation.editing import Clash
from foundation.editing.forms import VersionedForm
from foundation.editing.pages import confirm_page, saved_form
from foundation.editing.submissions import sent_once
from foundation.pages.access import View
from foundation.refusals import Refused
from membership.permissions import role_required

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
# Session key of the last move without JavaScript, for undo.
LAST_MOVE = "agenda_last_move"


def editors(view: View) -> View:
    return role_required("editor")(view)


# --- Meetings ---------------------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
@sent_once
def meeting_add(request: HttpRequest) -> HttpResponse:
    form = NewMeetingForm(request.POST or None)
    return saved_form(
        request,
        form,
        lambda: services.create_meeting(
            title=form.texts("title"), description=form.texts("description"), actor=request.viewer, **form.plain_values
        ),
        title=_("New meeting"),
        crumbs=[(_("Council"), reverse("council:list"))],
        done_url=reverse("council:list"),
    )


@editors
@GET_OR_POST
def meeting_edit(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = found_meeting(slug)
    form = MeetingForm(request.POST or None, instance=meeting)
    return saved_form(
        request,
        form,
        lambda: services.edit_meeting(meeting=meeting, expected=form.expected, actor=request.viewer, **form.values),
        title=meeting.title,
        crumbs=[(_("Council"), reverse("council:list")), (meeting.title, meeting.get_absolute_url())],
        done_url=meeting.get_absolute_url(),
    )


# --- The tree ---------------------------------------------------------------------------------------------------------


@editors
@require_safe
def agenda_edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _editor(request, found_meeting(slug))


@editors
@require_safe
def agenda_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the editor's poll, every two seconds: 204 unless another person changed the agenda since `seen`."""
    meeting_id = Meeting.objects.filter(slug=slug).values_list("pk", flat=True).first()
    seen = request.GET.get("seen", "")
    if meeting_id is None or not seen.isdecimal():
        raise Http404
    change = change_by_others(meeting_id, int(seen), request.viewer)
    if change is None:
        return HttpResponse(status=204)
    context = {"change": change_in_words(change), "slug": slug}
    return render(request, "council/agenda_edit.html#changed", context)


@editors
@require_POST
def agenda_order(request: HttpRequest, slug: str) -> HttpResponse:
    """Move an item (by drag or arrow keys) and answer with the editor, whose numbers have changed."""
    meeting = found_meeting(slug)
    try:
        order = [int(value) for value in request.POST.getlist("order")]
        moved, parent = int(request.POST.get("moved", "")), request.POST.get("parent", "")
        above = get_object_or_404(meeting.items, pk=int(parent)) if parent else None
        position = order.index(moved)
    except ValueError as error:
        raise Http404 from error
    item = get_object_or_404(meeting.items, pk=moved)
    expected = _posted(request, "edit_version")
    return _moved(
        request,
        meeting,
        lambda: services.move_item(
            item=item, parent=above, position=position, expected=expected, order=order, actor=request.viewer
        ),
    )


@editors
@require_POST
def item_move(request: HttpRequest, slug: str, item_id: int) -> HttpResponse:
    """Move an item one step, for browsers without JavaScript."""
    item = _item(slug, item_id)
    direction, expected = request.POST.get("move", ""), _posted(request, "edit_version")
    return _moved(
        request,
        item.meeting,
        lambda: services.step_item(item=item, direction=direction, expected=expected, actor=request.viewer),
        anchor=f"item-{item_id}",
    )


@editors
@require_POST
def agenda_undo(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = found_meeting(slug)
    last_move = request.session.pop(LAST_MOVE, None)
    if not last_move or last_move["meeting"] != meeting.pk:
        raise Http404
    last = services.Moved(
        last_move["item"], Place(last_move["parent"], last_move["position"]), last_move["order_version"]
    )
    return _moved(
        request,
        meeting,
        lambda: services.undo_move(meeting=meeting, moved=last, actor=request.viewer),
        anchor=f"item-{last.item_id}",
    )


def _moved(request: HttpRequest, meeting: Meeting, move: Callable[[], Any], anchor: str = "") -> HttpResponse:
    """Answer a move with the editor or, without JavaScript, a redirect to the row.

    After a refusal show the current editor.
    """
    try:
        moved = move()
    except (Clash, Refused) as refusal:
        problem = str(refusal) if isinstance(refusal, Refused) else ""
        return _editor(request, found_meeting(meeting.slug), clash=True, problem=problem, status=409)
    if request.htmx:
        return _editor(request, found_meeting(meeting.slug))
    if moved is not None:
        request.session[LAST_MOVE] = {
            "meeting": meeting.pk,
            "item": moved.item_id,
            "parent": moved.before.parent,
            "position": moved.before.position,
            "order_version": moved.order_version,
        }
    return redirect(f"{reverse('council:agenda_edit', args=[meeting.slug])}#{anchor}")


def _editor(
    request: HttpRequest, meeting: Meeting, *, clash: bool = False, problem: str = "", status: int = 200
) -> HttpResponse:
    last = request.session.get(LAST_MOVE)
    context = {
        "meeting": meeting,
        "page": EditorPage(meeting),
        "clash": clash,
        "problem": problem,
        "may_undo": bool(last) and last["meeting"] == meeting.pk and last["order_version"] == meeting.order_version,
    }
    return render(request, "council/agenda_edit.html", context, status=status)


# --- Items ------------------------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
@sent_once
def item_add(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = found_meeting(slug)
    form = NewItemForm(request.POST or None, meeting=meeting)
    return _saved(
        request,
        form,
        meeting,
        lambda: services.add_item(
            meeting=meeting,
            title=form.texts("title"),
            description=form.texts("description"),
            actor=request.viewer,
            **form.plain_values,
        ),
        title=_("New agenda item"),
    )


@editors
@GET_OR_POST
def item_edit(request: HttpRequest, slug: str, item_id: int) -> HttpResponse:
    """Edit an item. A removed item has no form, but text sent for it is shown again, so that nothing is lost."""
    item = _item(slug, item_id)
    if request.method != "POST" and not item.is_active:
        raise Http404
    form = ItemForm(request.POST or None, instance=item, meeting=item.meeting)
    return _saved(
        request,
        form,
        item.meeting,
        lambda: services.edit_item(item=item, expected=form.expected, actor=request.viewer, **form.values),
        title=item.title,
        anchor=f"item-{item.pk}",
        remove_url=reverse("council:item_remove", args=[slug, item_id]),
        by=lambda clash: _last_editor(item),
    )


@editors
@GET_OR_POST
def item_remove(request: HttpRequest, slug: str, item_id: int) -> HttpResponse:
    item = _item(slug, item_id)
    if not item.is_active:
        return _editor(request, item.meeting, clash=True, status=409) if request.method == "POST" else _gone()
    shown = {"edit_version": item.edit_version, "order_version": item.meeting.order_version}
    form = RemoveItemForm(request.POST or None, item=item, initial=shown)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            taken = services.remove_item(
                item=item,
                expected=form.cleaned_data["edit_version"],
                expected_order=form.cleaned_data["order_version"],
                reason=form.cleaned_data["reason"],
                moved_to=form.cleaned_data["moved_to"],
                actor=request.viewer,
            )
        except Refused as refusal:
            refusal.add_to(form)
        except Clash:
            item = _item(slug, item_id)
            if not item.is_active:
                return _editor(request, item.meeting, clash=True, status=409)
            problem = _(
                "Someone else changed this item or the order of the agenda while you were working. Nothing was removed."
            )
            now = {"edit_version": item.edit_version, "order_version": item.meeting.order_version}
            form = RemoveItemForm(request.POST.dict() | now, item=item)
        else:
            words = ngettext(
                "%(number)s item has been removed from the agenda.",
                "%(number)s items have been removed from the agenda.",
                len(taken),
            )
            messages.success(request, words % {"number": len(taken)})
            return redirect("council:agenda_edit", slug)
    context = {
        "meeting": item.meeting,
        "item": item,
        "form": form,
        "problem": problem,
        "consequences": _consequences(item),
        "cancel_url": reverse("council:agenda_edit", args=[slug]),
        "crumbs": _crumbs(item.meeting),
    }
    return render(request, "council/item_remove.html", context, status=409 if problem else 200)


def _consequences(item: AgendaItem) -> list[str]:
    below = item.children.active().count()
    words = ngettext("%(number)s sub-item will also be removed.", "%(number)s sub-items will also be removed.", below)
    return [
        _("“%(title)s” will be removed from the agenda at once. Readers will see the reason instead.")
        % {"title": item.title},
        *([words % {"number": below}] if below else []),
        _("The text will be kept, and you can return the item to the agenda later."),
    ]


@editors
@GET_OR_POST
def item_restore(request: HttpRequest, slug: str, item_id: int) -> HttpResponse:
    item = _item(slug, item_id)
    if request.method == "POST":
        try:
            services.restore_item(item=item, actor=request.viewer)
        except Clash:
            return _editor(request, item.meeting, clash=True, status=409)
        return redirect(f"{reverse('council:agenda_edit', args=[slug])}#item-{item_id}")
    if item.is_active:
        raise Http404
    return confirm_page(
        request,
        heading=item.title,
        consequences=[_("The item will appear on the public agenda again, as the last item at its level.")],
        action_label=_("Return to agenda"),
        crumbs=_crumbs(item.meeting),
        cancel_url=reverse("council:agenda_edit", args=[slug]),
    )


# --- Papers and decisions ---------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
@sent_once
def paper_add(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = found_meeting(slug)
    form = PaperForm(request.POST or None, meeting=meeting, initial={"item": request.GET.get("item")})
    return _saved(
        request,
        form,
        meeting,
        lambda: services.attach_paper(
            meeting=meeting,
            document=form.cleaned_data["symbol"],
            item=form.cleaned_data["item"],
            actor=request.viewer,
        ),
        title=_("Add paper"),
    )


@editors
@GET_OR_POST
def paper_remove(request: HttpRequest, slug: str, paper_id: int) -> HttpResponse:
    papers = Paper.objects.select_related("meeting__occasion", "document", "item")
    paper = get_object_or_404(papers, pk=paper_id, meeting__slug=slug)
    if request.method == "POST":
        services.detach_paper(paper=paper, actor=request.viewer)
        return redirect("council:agenda_edit", slug)
    return confirm_page(
        request,
        heading=str(paper.document),
        consequences=[_("The paper will be removed from this item. The document itself will not change.")],
        action_label=_("Remove paper"),
        crumbs=_crumbs(paper.meeting),
        cancel_url=reverse("council:agenda_edit", args=[slug]),
    )


@editors
@GET_OR_POST
@sent_once
def decision_add(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = found_meeting(slug)
    form = DecisionForm(request.POST or None, meeting=meeting)
    return _saved(
        request,
        form,
        meeting,
        lambda: services.record_decision(
            meeting=meeting, text=form.texts("text"), actor=request.viewer, **form.plain_values
        ),
        title=_("New decision"),
    )


@editors
@GET_OR_POST
def decision_edit(request: HttpRequest, slug: str, decision_id: int) -> HttpResponse:
    meeting = found_meeting(slug)
    decision = get_object_or_404(meeting.decisions.select_related("item"), pk=decision_id)
    form = DecisionForm(request.POST or None, instance=decision, meeting=meeting)
    return _saved(
        request,
        form,
        meeting,
        lambda: services.edit_decision(decision=decision, expected=form.expected, actor=request.viewer, **form.values),
        title=_("Decision"),
    )


# --- Shared by the forms above ----------------------------------------------------------------------------------------


def _item(slug: str, item_id: int) -> AgendaItem:
    items = AgendaItem.objects.select_related("meeting__occasion")
    return get_object_or_404(items, pk=item_id, meeting__slug=slug)


def _gone() -> HttpResponse:
    raise Http404


def _posted(request: HttpRequest, name: str) -> int:
    """Return the version that the page sent, or one that does not exist if it is not a number."""
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() else 0


def _last_editor(item: AgendaItem) -> Any:
    change = item.changes.select_related("actor").order_by("-version").first()
    return change.actor if change else None


def _crumbs(meeting: Meeting) -> list[tuple[str, str]]:
    return [
        (_("Council"), reverse("council:list")),
        (meeting.title, meeting.get_absolute_url()),
        (_("Edit agenda"), reverse("council:agenda_edit", args=[meeting.slug])),
    ]


def _saved(
    request: HttpRequest,
    form: VersionedForm,
    meeting: Meeting,
    save: Callable[[], object],
    *,
    title: str,
    anchor: str = "",
    remove_url: str = "",
    by: Callable[[Clash], object] | None = None,
) -> HttpResponse:
    done_url = reverse("council:agenda_edit", args=[meeting.slug])
    return saved_form(
        request,
        form,
        save,
        title=title,
        crumbs=_crumbs(meeting),
        done_url=f"{done_url}#{anchor}" if anchor else done_url,
        remove_url=remove_url,
        by=by,
    )
