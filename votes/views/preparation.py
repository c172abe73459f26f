"""Prepare a ballot: kind, form, options, preview and checklist. Drafts of delegations are not shown here."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.editing.pages import saved_form
from foundation.editing.removing import removal_page
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from votes import services
from votes.forms import AnswerForm, BallotForm, OptionForm, OptionsOfYearForm, StatementForm
from votes.models import Ballot, Kind, Option
from votes.views.access import Viewer
from votes.views.ballots import BallotPage
from votes.views.staff import READ_WRITE, ballot_of, confirmed, crumbs_of, preparer, publisher


@preparer
@require_http_methods(READ_WRITE)
@sent_once
def ballot_create(request: HttpRequest) -> HttpResponse:
    """Choose the kind of decision, then enter its fields."""
    kind = _chosen_kind(request)
    if kind is None:
        return _kinds(request, _("New ballot"), crumbs_of())
    form = BallotForm(request.POST or None, kind=kind)

    def save() -> None:
        services.create_ballot(actor=request.viewer, **form.values)

    slug = form.data.get("slug", "") if form.is_bound and form.is_valid() else ""
    return saved_form(
        request,
        form,
        save,
        title=_("New ballot: %(kind)s") % {"kind": kind.label},
        crumbs=[*crumbs_of(), (_("New ballot"), reverse("votes:create"))],
        done_url=_after_the_form(slug, kind) if slug else reverse("votes:list"),
        action_label=_("Save draft"),
    )


def _chosen_kind(request: HttpRequest) -> Kind | None:
    asked = request.POST.get("kind") or request.GET.get("kind")
    return Kind(asked) if asked in Kind.values else None


def _kinds(request: HttpRequest, title: str, crumbs: Sequence[tuple[str, str]], held: str = "") -> HttpResponse:
    descriptions = {
        Kind.INDICATIVE: _("Member States express preferences among options. The result is not binding."),
        Kind.FORMAL: _("Member States vote on options under a cited rule, with a quorum and a majority."),
        Kind.SILENCE: _("A text is adopted unless a Member State objects before the deadline."),
        Kind.ADOPTION: _(
            "A meeting has adopted a text. Member States can send reservations and explanations of position."
        ),
    }
    kinds = [(kind.value, kind.label, words) for kind, words in descriptions.items()]
    return render(request, "votes/kinds.html", {"title": title, "crumbs": crumbs, "kinds": kinds, "held": held})


def _after_the_form(slug: str, kind: str) -> str:
    page = "votes:options" if kind in (Kind.INDICATIVE, Kind.FORMAL) else "votes:ballot"
    return reverse(page, args=[slug])


@preparer
@require_http_methods(READ_WRITE)
def ballot_edit(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _draft(request, slug)
    if "kinds" in request.GET:
        return _kinds(request, _("Kind of decision"), crumbs_of(ballot), ballot.kind)
    kind = _chosen_kind(request) or Kind(ballot.kind)
    form = BallotForm(request.POST or None, instance=ballot, kind=kind)

    def save() -> None:
        services.edit_ballot(ballot=ballot, expected=form.expected, actor=request.viewer, **form.values)

    return saved_form(
        request,
        form,
        save,
        title=_("Edit ballot: %(kind)s") % {"kind": kind.label},
        crumbs=crumbs_of(ballot),
        done_url=_after_the_form(slug, kind),
    )


def _draft(request: HttpRequest, slug: str) -> Ballot:
    """Return a draft ballot or raise 404."""
    ballot = ballot_of(request, slug)
    if not ballot.is_draft:
        raise Http404
    return ballot


@preparer
@require_safe
def options(request: HttpRequest, slug: str) -> HttpResponse:
    return _options(request, ballot_of(request, slug), OptionsOfYearForm())


def _options(request: HttpRequest, ballot: Ballot, form: OptionsOfYearForm, *, status: int = 200) -> HttpResponse:
    held = ballot.options.prefetch_related("papers")
    context = {"ballot": ballot, "options": held, "form": form if ballot.is_draft and form.sources else None}
    return render(request, "votes/options.html", context, status=status)


@preparer
@require_POST
@sent_once
def options_of_year(request: HttpRequest, slug: str) -> HttpResponse:
    """Add all themes or topics of an IDM year."""
    ballot = _draft(request, slug)
    form = OptionsOfYearForm(request.POST)
    if not form.is_valid():
        return _options(request, ballot, form, status=409)
    try:
        added = services.add_options_of_year(ballot=ballot, actor=request.viewer, **form.values)
    except Refused as refusal:
        refusal.add_to(form)
        return _options(request, ballot, form, status=409)
    message = ngettext("%(count)s option added.", "%(count)s options added.", len(added))
    messages.success(request, message % {"count": len(added)} if added else _("These options have already been added."))
    return redirect("votes:options", slug=slug)


@preparer
@require_http_methods(READ_WRITE)
@sent_once
def option_add(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = _draft(request, slug)
    return _option_form(request, ballot, None, _("Add option"))


@preparer
@require_http_methods(READ_WRITE)
def option_edit(request: HttpRequest, slug: str, option_id: int) -> HttpResponse:
    ballot = _draft(request, slug)
    return _option_form(request, ballot, get_object_or_404(ballot.options, pk=option_id), _("Edit option"))


def _option_form(request: HttpRequest, ballot: Ballot, option: Option | None, title: str) -> HttpResponse:
    form = OptionForm(request.POST or None, instance=option)

    def save() -> None:
        expected = form.expected if option else None
        services.save_option(ballot=ballot, actor=request.viewer, option=option, expected=expected, **form.values)

    return saved_form(
        request,
        form,
        save,
        title=title,
        crumbs=crumbs_of(ballot),
        done_url=reverse("votes:options", args=[ballot.slug]),
        remove_url=reverse("votes:option_remove", args=[ballot.slug, option.pk]) if option else "",
    )


@preparer
@require_http_methods(READ_WRITE)
def option_remove(request: HttpRequest, slug: str, option_id: int) -> HttpResponse:
    ballot = _draft(request, slug)
    option = get_object_or_404(ballot.options, pk=option_id)
    return removal_page(
        request,
        option,
        lambda version: services.remove_option(option=option, expected=version, actor=request.viewer),
        crumbs=crumbs_of(ballot),
        back_url=reverse("votes:options", args=[slug]),
        consequences=[_("The option will be removed from the draft.")],
        action_label=_("Remove option"),
    )


@preparer
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Preview the page of delegates. Nothing can be sent."""
    ballot = ballot_of(request, slug)
    page = BallotPage(ballot, Viewer.of(request))
    form, template = AnswerForm(ballot=ballot), "votes/answer.html"
    if not ballot.takes_answers:
        form, template = StatementForm(ballot=ballot), "votes/statement.html"
    return render(request, template, {"page": page, "ballot": ballot, "form": form, "preview": True})


@publisher
@require_http_methods(READ_WRITE)
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the checklist and schedule the ballot."""
    ballot = _draft(request, slug)
    problem = ""
    if request.method == "POST":
        try:
            services.set_ballot(ballot=ballot, actor=request.viewer)
        except Refused as refusal:
            problem = str(refusal)
        else:
            opened = _("The adoption has been recorded. Delegations have been notified and can send statements.")
            ahead = _("The ballot has been scheduled. It will open automatically.")
            messages.success(request, opened if ballot.kind == Kind.ADOPTION else ahead)
            return redirect(ballot)
    checks = services.checklist(ballot, ballot.now)
    context = {
        "ballot": ballot,
        "page": BallotPage(ballot, Viewer.of(request)),
        "checks": checks,
        "problem": problem,
        "ready": all(line.is_met for line in checks if line.blocks),
    }
    return render(request, "votes/check.html", context, status=409 if problem else 200)


@publisher
@require_http_methods(READ_WRITE)
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    ballot = ballot_of(request, slug)
    return confirmed(
        request,
        ballot,
        lambda: services.take_back_ballot(ballot=ballot, actor=request.viewer),
        done_url=ballot.get_absolute_url(),
        heading=ballot.question,
        consequences=[
            _("The ballot will become a draft again. Only staff will see it."),
            _("It will not open automatically."),
        ],
        action_label=_("Return to draft"),
    )
