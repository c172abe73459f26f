import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.anonymity import sealing
from foundation.jobs.sweeper import idle_queues
from foundation.mail.models import DemoMail
from foundation.pages.access import public
from foundation.pages.changes import any_change
from foundation.time.clock import database_now
from idm_portal import dashboards, metrics, overview, search_page
from idm_portal.setup.steps import Checklist, checklist
from membership.permissions import personal_link
from votes.keys import signing_key

log = logging.getLogger(__name__)


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 while the process is running."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 if the process can reach its database and has the keys to seal answers and sign ledgers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    try:
        sealing.fingerprints()
        signing_key()
    except (sealing.KeyProblem, ImproperlyConfigured) as problem:
        log.error("not ready: %s", problem)
        return JsonResponse({"status": "keys are missing"}, status=503)
    return JsonResponse({"status": "ok"})


@public
@require_safe
def jobs_ready(request: HttpRequest) -> HttpResponse:
    """Return 200 if a worker of each queue took jobs lately, otherwise 503, with the seconds since then.

    Not part of /readyz: people can vote and save while no worker runs, so the web process is to stay in use.
    """
    idle = idle_queues()
    late = settings.JOB_SILENCE * 2
    is_ready = all(seconds is not None and seconds < late for seconds in idle.values())
    seconds = {queue: None if idle[queue] is None else round(idle[queue]) for queue in idle}
    answer = {"status": "ok" if is_ready else "jobs are waiting", "seconds since a job was taken": seconds}
    return JsonResponse(answer, status=200 if is_ready else 503)


@personal_link
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Return the metrics to clients that send METRICS_TOKEN; 404 to all others, or if no token is set."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@public(revision=any_change)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page or, for signed-in people, the dashboard."""
    if not request.viewer:
        return render(request, "idm_portal/home.html", overview.public_overview(get_language()))
    now = database_now()
    since = overview.begin_visit(request.viewer, request.session, now)
    context = {
        "items": dashboards.items(request.viewer, now),
        "now": now,
        "capacity": dashboards.capacity(request.viewer, now.date(), get_language()),
        "rights": request.viewer.rights_on(now.date()),
        "news": overview.news_since(request.viewer, since, now),
        "checklist": _open_checklist(request),
    }
    return render(request, "idm_portal/dashboard.html", context)


def _open_checklist(request: HttpRequest) -> Checklist | None:
    """Return the checklist of the set-up for administrators, until all is done or it is dismissed."""
    if not request.viewer.rights_on(database_now().date()).has_role("administrator"):
        return None
    steps = checklist()
    return None if steps.is_dismissed or steps.is_complete else steps


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")
    found = search_page.find(request.viewer or None, asked, get_language(), request.GET.get("page", "1"))
    return render(request, "idm_portal/search.html", found)


@public
@require_safe
def demo_mail_list(request: HttpRequest) -> HttpResponse:
    """Show the demonstration's mailbox. It exists only in demo and test mode."""
    mails = DemoMail.objects.order_by("-pk")
    recipient = request.GET.get("to", "").strip()
    if recipient:
        mails = mails.filter(recipient__iexact=recipient)
    context = {"page": Paginator(mails, 50).get_page(request.GET.get("page")), "recipient": recipient}
    return render(request, "idm_portal/demo_mail_list.html", context)


@public
@require_safe
def demo_mail_detail(request: HttpRequest, mail_id: int) -> HttpResponse:
    mail = get_object_or_404(DemoMail, pk=mail_id)
    crumbs = [(_("Demonstration mailbox"), reverse("demo-mail-list"))]
    return render(request, "idm_portal/demo_mail_detail.html", {"mail": mail, "crumbs": crumbs})
