"""Reminders: choose ballots and States, preview the email and send it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from foundation.time.clock import database_now
from membership.permissions import role_required
from votes import services
from votes.mails import reminder_message
from votes.services.reminders import DISTANCE, MOST, open_for_reminders, plan_of_reminders


@role_required("publisher")
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def reminders(request: HttpRequest) -> HttpResponse:
    """Show and send reminders.

    `?ballot=<slug>` chooses open ballots; a State gets one email for all. `&states=none` shows all States unticked,
    to remind only a few.
    """
    now = database_now()
    everything = open_for_reminders(now)
    asked = request.POST.getlist("ballot") or request.GET.getlist("ballot")
    chosen = [ballot for ballot in everything if not asked or ballot.slug in asked]
    if request.method == "POST":
        states = {int(value) for value in request.POST.getlist("state") if value.isdecimal()}
        try:
            sent = services.send_reminders(ballots=chosen, entity_ids=states, actor=request.viewer)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            message = ngettext("Reminder sent to %(count)s State.", "Reminders sent to %(count)s States.", sent)
            messages.success(request, message % {"count": sent})
        return redirect(request.get_full_path())
    plan = plan_of_reminders(chosen, now)
    due = [row for row in plan if row.ballots]
    context = {
        "ballots": everything,
        "chosen": {ballot.slug for ballot in chosen},
        "asked": [ballot.slug for ballot in chosen],
        "plan": plan,
        "due": len(due),
        "ticked": request.GET.get("states") != "none",
        "mail": reminder_message(max((row.ballots for row in due), key=len, default=[]), now),
        "most": MOST,
        "distance": DISTANCE.days,
        "title": _("Reminders"),
    }
    return render(request, "votes/reminders.html", context)
