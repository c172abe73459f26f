"""Pages for administrators about background work: emails and jobs that need a decision."""

import logging
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from foundation.jobs import decisions
from foundation.jobs.sweeper import idle_queues
from foundation.mail import restored
from membership.permissions import role_required

log = logging.getLogger(__name__)


@role_required("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def undecided_mail(request: HttpRequest) -> HttpResponse:
    """Send or drop selected email that was held after a restore or could not be sent."""
    if request.method == "POST":
        chosen = [int(number) for number in request.POST.getlist("mail") if number.isascii() and number.isdigit()]
        decide = {"send": restored.send_undecided, "drop": restored.drop_undecided}.get(request.POST.get("act", ""))
        if decide is None or not chosen:
            messages.warning(request, _("Select at least one email, then choose what to do with it."))
            return redirect("undecided-mail")
        count = decide(mail_ids=chosen)
        log.info("%s decided on %s mails: %s", request.viewer.pk, count, request.POST["act"])
        done = ngettext(
            "Your decision on %(count)s email has been saved.",
            "Your decision on %(count)s emails has been saved.",
            count,
        ) % {"count": count}
        messages.success(request, done)
        return redirect("undecided-mail")
    page = Paginator(restored.undecided(), 100).get_page(request.GET.get("page"))
    return render(request, "idm_portal/undecided_mail.html", {"page": page})


@role_required("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def undecided_job_list(request: HttpRequest) -> HttpResponse:
    """Run jobs again that were set aside, or drop them after a confirmation. Shows no arguments: they may be secret."""
    if request.method == "POST":
        return _decide_on_jobs(request)
    page = Paginator(decisions.undecided_jobs(), 100).get_page(request.GET.get("page"))
    return render(request, "idm_portal/undecided_jobs.html", {"page": page, "queues": idle_queues()})


def _decide_on_jobs(request: HttpRequest) -> HttpResponse:
    chosen = [found for found in map(_uuid, request.POST.getlist("job")) if found]
    act = request.POST.get("act", "")
    if not chosen or act not in {"run", "drop", "confirmed"}:
        messages.warning(request, _("Select at least one job, then choose what to do with it."))
        return redirect("undecided-jobs")
    if act == "drop":
        jobs = decisions.undecided_jobs().filter(pk__in=chosen)
        crumbs = [(_("Jobs that need your decision"), reverse("undecided-jobs"))]
        return render(request, "idm_portal/drop_jobs.html", {"jobs": jobs, "crumbs": crumbs})
    count = decisions.run_again(job_ids=chosen) if act == "run" else decisions.drop(job_ids=chosen)
    log.info("%s decided on %s jobs: %s", request.viewer.pk, count, act)
    if act == "run":
        done = ngettext("%(count)s job will run again.", "%(count)s jobs will run again.", count)
    else:
        done = ngettext("%(count)s job has been discarded.", "%(count)s jobs have been discarded.", count)
    messages.success(request, done % {"count": count})
    return redirect("undecided-jobs")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
