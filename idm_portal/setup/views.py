"""Pages of the set-up, for administrators."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import Body, HouseStyle, SymbolPattern
from foundation.editing.pages import saved_form
from foundation.editing.submissions import sent_once
from foundation.jobs.models import Job
from foundation.mail.models import Mail
from foundation.refusals import Refused
from foundation.tables.importing import NEW, UNCHANGED
from foundation.uploads.bodies import takes_files
from idm_portal.setup import register, services
from idm_portal.setup.forms import MailTestForm, OrganizationForm
from idm_portal.setup.steps import BODIES, MAIL_TEST, checklist
from membership.permissions import role_required

administrators = role_required("administrator")
read_or_send = require_http_methods(["GET", "HEAD", "POST"])
TESTS_SHOWN = 5


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Set-up"), reverse("setup"))]


@administrators
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "idm_portal/setup/overview.html", {"checklist": checklist()})


@administrators
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Hide the checklist on dashboards, or show it again."""
    services.dismiss(actor=request.viewer, dismissed=request.POST.get("act") != "show")
    return redirect("setup")


@administrators
@read_or_send
@takes_files
def organization(request: HttpRequest) -> HttpResponse:
    form = OrganizationForm(request.POST or None, request.FILES or None, instance=services.present())

    def save() -> None:
        services.save_organization(actor=request.viewer, expected=form.expected, **form.saved_values)

    return saved_form(
        request,
        form,
        save,
        title=_("The Organization"),
        crumbs=_crumbs(),
        done_url=reverse("setup"),
        lead=_("Everybody who opens the portal sees this. Documents print the name in their own language."),
    )


@administrators
@read_or_send
def shipped_register(request: HttpRequest) -> HttpResponse:
    """Show the list that comes with the portal and what loading it would do; on POST, load it."""
    if request.method == "POST":
        try:
            done = register.load_shipped(actor=request.viewer)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("%(count)s entries were added.") % {"count": done["new"]})
            return redirect("setup")
    plan = register.planned()
    context = {
        "crumbs": _crumbs(),
        "rows": [(row.values, row.outcome == NEW, row.values[f"short_{get_language()}"]) for row in plan.rows],
        "new": sum(row.outcome == NEW for row in plan.rows),
        "known": sum(row.outcome == UNCHANGED for row in plan.rows),
    }
    return render(request, "idm_portal/setup/register.html", context)


@administrators
@read_or_send
def bodies(request: HttpRequest) -> HttpResponse:
    """Show the symbol patterns and house styles of each body; on POST, confirm that they are as they should be."""
    if request.method == "POST":
        services.confirm_step(actor=request.viewer, name=BODIES)
        return redirect("setup")
    patterns: dict[str, list[SymbolPattern]] = {}
    for pattern in SymbolPattern.objects.order_by("body", "kind"):
        patterns.setdefault(pattern.body, []).append(pattern)
    styled = set(HouseStyle.objects.values_list("body", flat=True))
    context = {
        "crumbs": _crumbs(),
        "rows": [(label, patterns.get(value, []), value in styled) for value, label in Body.choices],
        "steps": checklist(),
    }
    return render(request, "idm_portal/setup/bodies.html", context)


@administrators
@read_or_send
@sent_once
def mail(request: HttpRequest) -> HttpResponse:
    form = MailTestForm(request.POST or None, initial={"recipient": request.viewer.email})
    if request.method == "POST" and form.is_valid():
        services.send_test(actor=request.viewer, **form.cleaned_data)
        return redirect("setup-mail")
    return render(request, "idm_portal/setup/mail.html", {"crumbs": _crumbs(), "form": form, "tests": _tests()})


@administrators
@require_safe
def mail_status(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Answer the page that asks every second whether the test email was sent."""
    test = get_object_or_404(Mail.objects.filter(kind=MAIL_TEST), pk=mail_id)
    context = {"job": _job_of(test), "status_url": request.path, "name": test.recipient}
    return render(request, "components/job_fragment.html", context)


def _tests() -> list[tuple[Mail, Any, str]]:
    tests = Mail.objects.filter(kind=MAIL_TEST).order_by("-pk")[:TESTS_SHOWN]
    return [(test, _job_of(test), reverse("setup-mail-status", kwargs={"mail_id": test.pk})) for test in tests]


def _job_of(test: Mail) -> Job | None:
    return Job.objects.filter(kind="mail.send", key=str(test.pk)).order_by("-requested_at").first()
