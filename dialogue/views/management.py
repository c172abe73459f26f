"""Pages for editors: dates and platform, questions, visits, import, publishing and concluding."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dialogue import services
from dialogue.forms import (
    ConclusionForm,
    DialogueForm,
    NewDialogueForm,
    QuestionForm,
    VisitReportForm,
)
from dialogue.models import ContributionState, Dialogue, DialogueTopic, VisitReport
from dialogue.permissions import PUBLISHERS
from dialogue.services.rows import order_version
from dialogue.views.common_pages import (
    dialogue_crumbs,
    found_in,
    list_crumbs,
    manage_crumbs,
    staff_dialogue,
    staff_tabs,
)
from dialogue.views.ordering import ordered
from dialogue.visits import VISITS_MEAN, counted_visits
from foundation.editing import Clash
from foundation.editing.pages import confirm_page, posted_version, saved_form
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from membership.permissions import role_required

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
editors = role_required("editor")
publishers = role_required("publisher")


def manage_url(dialogue: Dialogue) -> str:
    return reverse("dialogue:manage", args=[dialogue.slug])


def _form(request: HttpRequest, dialogue: Dialogue, form: Any, save: Any, title: str, **more: Any) -> HttpResponse:
    crumbs, done_url = manage_crumbs(dialogue), manage_url(dialogue)
    return saved_form(request, form, save, title=title, crumbs=crumbs, done_url=done_url, **more)


@editors
@GET_OR_POST
@sent_once
def dialogue_add(request: HttpRequest) -> HttpResponse:
    form = NewDialogueForm(request.POST or None)

    def save() -> None:
        services.create_dialogue(
            title=form.texts("title"),
            introduction=form.texts("introduction"),
            actor=request.viewer,
            **form.plain_values,
        )

    title, list_url = _("New dialogue"), reverse("dialogue:list")
    return saved_form(request, form, save, title=title, crumbs=list_crumbs(), done_url=list_url)


@editors
@require_safe
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    number = Count("contributions")
    approved = Count("contributions", Q(contributions__state=ContributionState.APPROVED))
    awaiting = Count("contributions", Q(contributions__state=ContributionState.SUBMITTED))
    topics = list(dialogue.topics.annotate(written=number, approved=approved, awaiting=awaiting).order_by("position"))
    context = {
        "dialogue": dialogue,
        "crumbs": dialogue_crumbs(dialogue),
        "tab_entries": staff_tabs(dialogue),
        "topics": topics,
        "topics_version": order_version(topic.pk for topic in topics),
        "phase": dialogue.phase(timezone.now()),
        "reports": dialogue.visit_reports.all(),
        "counted": counted_visits([dialogue.pk]).get(dialogue.pk),
        "visits_mean": VISITS_MEAN,
        "publishes": request.rights.has_role(*PUBLISHERS),
        "is_over": timezone.now() >= dialogue.closes_at,
    }
    return render(request, "dialogue/manage.html", context)


@editors
@GET_OR_POST
def dialogue_edit(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    form = DialogueForm(request.POST or None, instance=dialogue)
    return _form(
        request,
        dialogue,
        form,
        lambda: services.edit_dialogue(dialogue=dialogue, expected=form.expected, actor=request.viewer, **form.values),
        _("Edit dialogue"),
    )


@publishers
@GET_OR_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    problem = ""
    if request.method == "POST":
        try:
            services.publish_dialogue(dialogue=dialogue, expected=posted_version(request), actor=request.viewer)
        except Clash:
            problem = _(
                "Someone else changed the dialogue while you were editing it. Check their changes and try again."
            )
            dialogue = staff_dialogue(slug)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect(dialogue)
    consequences = [_("The page will be public.")]
    if dialogue.is_own:
        consequences.append(_("Anyone can contribute while the dialogue is open. Moderators decide what is published."))
    return confirm_page(
        request,
        heading=dialogue.title,
        consequences=consequences,
        action_label=_("Publish dialogue"),
        crumbs=manage_crumbs(dialogue),
        cancel_url=manage_url(dialogue),
        version=dialogue.edit_version,
        problem=problem,
    )


@publishers
@GET_OR_POST
def conclude(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    form = ConclusionForm(request.POST or None, instance=dialogue)
    return _form(
        request,
        dialogue,
        form,
        lambda: services.conclude(
            dialogue=dialogue, conclusion=form.texts("conclusion"), expected=form.expected, actor=request.viewer
        ),
        _("Conclude dialogue"),
        lead=_(
            "The conclusion will be published. You will no longer be able to change questions "
            "or import contributions. The authors’ email addresses will be deleted. You cannot "
            "undo this."
        ),
        action_label=_("Conclude dialogue"),
    )


# --- Questions --------------------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
@sent_once
def topic_add(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    form = QuestionForm(request.POST or None)
    return _form(
        request,
        dialogue,
        form,
        lambda: services.add_topic(dialogue=dialogue, question=form.texts("question"), actor=request.viewer),
        _("Add question"),
    )


def _topic(slug: str, topic_id: int) -> Any:
    return found_in(DialogueTopic.objects.select_related("dialogue__workshop__year"), slug, pk=topic_id)


@editors
@GET_OR_POST
def topic_edit(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    topic = _topic(slug, topic_id)
    form = QuestionForm(request.POST or None, instance=topic)
    return _form(
        request,
        topic.dialogue,
        form,
        lambda: services.edit_topic(topic=topic, expected=form.expected, actor=request.viewer, **form.values),
        _("Question %(number)s") % {"number": topic.position},
        remove_url=reverse("dialogue:topic_remove", args=[slug, topic_id]),
    )


@editors
@GET_OR_POST
def topic_remove(request: HttpRequest, slug: str, topic_id: int) -> HttpResponse:
    topic = _topic(slug, topic_id)
    return removal_page(
        request,
        topic,
        lambda version: services.remove_topic(topic=topic, expected=version, actor=request.viewer),
        heading=lambda held: held.question,
        consequences=[_("The question will be deleted and later questions renumbered.")],
        action_label=_("Remove"),
        crumbs=manage_crumbs(topic.dialogue),
        back_url=manage_url(topic.dialogue),
    )


@editors
@require_POST
def topics_order(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    ids = list(dialogue.topics.order_by("position").values_list("pk", flat=True))

    def save(wanted: list[int], expected: int) -> None:
        services.order_topics(dialogue=dialogue, ids=wanted, expected=expected, actor=request.viewer)

    return ordered(request, ids, save, back_url=manage_url(dialogue))


# --- Visits and import ------------------------------------------------------------------------------------------------


@editors
@GET_OR_POST
@sent_once
def visits_add(request: HttpRequest, slug: str) -> HttpResponse:
    dialogue = staff_dialogue(slug)
    form = VisitReportForm(request.POST or None)
    return _form(
        request,
        dialogue,
        form,
        lambda: services.report_visits(dialogue=dialogue, actor=request.viewer, **form.cleaned_data),
        _("Record visits"),
        lead=_("Enter the reported number and its source. Documents cite the latest report."),
    )


@editors
@GET_OR_POST
def visits_remove(request: HttpRequest, slug: str, report_id: int) -> HttpResponse:
    report = found_in(VisitReport.objects.select_related("dialogue__workshop__year"), slug, pk=report_id)
    return removal_page(
        request,
        report,
        lambda _version: services.remove_report(report=report, actor=request.viewer),
        heading=lambda held: f"{held}, {held.source}",
        consequences=[_("Drafts that cite the number of visits will show the previous report, if there is one.")],
        action_label=_("Remove"),
        version_of=lambda _held: 0,  # a report is never edited
        crumbs=manage_crumbs(report.dialogue),
        back_url=manage_url(report.dialogue),
    )
