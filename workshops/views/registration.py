"""Registration without an account: a form, an email with a personal link, a personal page."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.editing.submissions import sent_once
from foundation.pages.access import public
from foundation.refusals import Refused
from membership.permissions import personal_link
from workshops import services
from workshops.forms import RegistrationForm
from workshops.models import Participant, Workshop, WorkshopState
from workshops.permissions import may_register_now
from workshops.services.participants import hash_of
from workshops.views.public import found_workshop, frame, material_response


def _not_open(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    closes = workshop.registration_closes_at
    context = frame(workshop, _("Register")) | {"is_over": bool(closes and closes <= timezone.now())}
    return render(request, "workshops/register_closed.html", context)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def register(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """Register for a workshop. The answer is the same for known and unknown addresses; only the email differs."""
    workshop = found_workshop(request, year, slug)
    if workshop.occasion is None:
        raise Http404
    if not may_register_now(workshop, timezone.now()):
        return _not_open(request, workshop)
    form = RegistrationForm(request.POST or None, workshop=workshop)
    if form.is_valid():
        try:
            services.request_registration(workshop=workshop, **form.cleaned_data)
        except PermissionDenied:
            return _not_open(request, workshop)
        except Refused as refusal:
            refusal.add_to(form)
        else:
            return redirect("workshops:register_sent", year, slug)
    return render(request, "workshops/register.html", frame(workshop, _("Register")) | {"form": form})


@public
@require_safe
def register_sent(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    return render(request, "workshops/register_sent.html", frame(found_workshop(request, year, slug), _("Register")))


def _of_link(token: str) -> Participant:
    """Return the participant of the link. Wrong, replaced and cancelled links all raise 404."""
    rows = Participant.objects.not_cancelled().exclude(workshop__state=WorkshopState.DRAFT)
    return get_object_or_404(
        rows.select_related("workshop__year", "workshop__occasion", "entity"), token_hash=hash_of(token)
    )


@personal_link
@require_http_methods(["GET", "HEAD", "POST"])
def personal(request: HttpRequest, token: str) -> HttpResponse:
    participant = _of_link(token)
    if request.method == "POST":
        consents = request.POST.get("consents_to_listing") == "on"
        services.change_own_consent(participant=participant, consents=consents)
        return redirect("workshops:personal", token)
    context = frame(participant.workshop, _("Your registration")) | {
        "participant": participant,
        "token": token,
        "materials": participant.workshop.materials.select_related("stored"),
        "title": _("Your registration"),
    }
    return render(request, "workshops/personal.html", context)


@personal_link
@require_safe
def personal_material(request: HttpRequest, token: str, material_id: int) -> HttpResponse:
    held = get_object_or_404(_of_link(token).workshop.materials.select_related("stored"), pk=material_id)
    return material_response(held)
