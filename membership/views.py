import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.editing import Clash
from foundation.editing.merging import save_merged
from foundation.editing.submissions import sent_once
from foundation.editing.views import clash_response
from foundation.pages.access import public
from foundation.refusals import Refused
from foundation.tables.exports import table_response
from membership import services
from membership.forms import (
    AccreditationForm,
    DelegationChoiceForm,
    EndForm,
    OwnDetailsForm,
    PeopleFilterForm,
    PersonForm,
    RegisterFilterForm,
    RoleForm,
)
from membership.models import Accreditation, Capacity, Person, Role, Status
from membership.names import names_on
from membership.people_list import people_rows
from membership.permissions import (
    CHOSEN_DELEGATION,
    accredited_required,
    chosen_delegation,
    role_required,
    safe_next,
    signed_in_required,
)
from membership.register_list import register_rows, status_counts
from membership.revisions import revision_of_register

ROWS_A_PAGE = 100
administrators = role_required("administrator")
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _today() -> dt.date:
    return timezone.now().date()


def _downloads(request: HttpRequest, name: str) -> dict[str, str]:
    """Return the addresses of the filtered list as CSV and XLSX, as template variables."""
    query = request.GET.urlencode()
    addresses = {f"{kind}_url": reverse(name, kwargs={"kind": kind}) for kind in ("csv", "xlsx")}
    return {key: f"{address}?{query}" if query else address for key, address in addresses.items()}


# --- Own account ------------------------------------------------------------------------------------------------------


@signed_in_required
@read_or_send
def account(request: HttpRequest) -> HttpResponse:
    form = OwnDetailsForm(request.POST or None, person=request.viewer)
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            services.change_own_details(person=request.viewer, expected=form.expected, **form.values)

        try:
            save_merged(form, save)
        except Clash as clash:
            return clash_response(request, clash, form=form, cancel_url=request.path, title=_("My account"))
        except Refused as refusal:
            refusal.add_to(form)
        else:
            messages.success(request, _("Your details have been saved."))
            return redirect("membership:account")
    held = request.rights.accreditations
    names = names_on([accreditation.entity_id for accreditation in held], _today(), get_language())
    context = {
        "form": form,
        "accreditations": [(accreditation, names.get(accreditation.entity_id)) for accreditation in held],
        "roles": [role.get_name_display() for role in request.viewer.roles.on(_today()).order_by("name")],
        "has_second_factor": request.viewer.authenticator_set.exists(),
    }
    return render(request, "membership/account.html", context)


@accredited_required
@require_safe
def delegation(request: HttpRequest) -> HttpResponse:
    """Show who is accredited for the viewer's entity."""
    held = (
        Accreditation.objects.on(_today())
        .filter(entity=request.delegation.entity, person__is_active=True)
        .select_related("person")
        .order_by("person__name_key", "person_id")
    )
    # In order of rank, as the capacities are declared.
    context = {
        "name": names_on([request.delegation.entity_id], _today(), get_language()).get(request.delegation.entity_id),
        "rows": sorted(held, key=lambda accreditation: Capacity.values.index(accreditation.capacity)),
        "has_others": len(request.rights.accreditations) > 1,
    }
    return render(request, "membership/delegation.html", context)


@signed_in_required
@read_or_send
def delegation_choose(request: HttpRequest) -> HttpResponse:
    """Choose the delegation to act for until sign-out or another choice."""
    held = request.rights.accreditations
    names = names_on([accreditation.entity_id for accreditation in held], _today(), get_language())
    choices = [
        (a.pk, _("%(name)s, as %(capacity)s") % {"name": name.short, "capacity": a.get_capacity_display()})
        for a in held
        if (name := names.get(a.entity_id))
    ]
    chosen = chosen_delegation(request, held)
    form = DelegationChoiceForm(
        request.POST or None, choices=choices, initial={"accreditation": chosen.pk if chosen else None}
    )
    if request.method == "POST" and form.is_valid():
        request.session[CHOSEN_DELEGATION] = form.cleaned_data["accreditation"]
        return redirect(safe_next(request))
    context = {"form": form, "held": held, "next": safe_next(request, "membership:delegation")}
    return render(request, "membership/delegation_choose.html", context)


# --- The register -----------------------------------------------------------------------------------------------------


def _register_revision(request: HttpRequest, **kwargs: object) -> object:
    return _today(), revision_of_register()


@public(revision=_register_revision)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    form = RegisterFilterForm(request.GET)
    wanted = form.wanted(_today(), request.GET.get("sort", "name"))
    page = Paginator(register_rows(wanted, get_language()), ROWS_A_PAGE).get_page(request.GET.get("page"))
    found = page.paginator.count
    context = {
        "form": form,
        "day": wanted.day,
        "page": page,
        "counts": status_counts(wanted.day),
        "count": ngettext("%(number)s entry", "%(number)s entries", found) % {"number": found},
        **_downloads(request, "membership:register_export"),
    }
    return render(request, "membership/register.html", context)


@public(revision=_register_revision)
@require_safe
def register_export(request: HttpRequest, kind: str) -> HttpResponse:
    wanted = RegisterFilterForm(request.GET).wanted(_today(), request.GET.get("sort", "name"))
    rows = register_rows(wanted, get_language())
    return table_response(
        kind=kind,
        name=f"register-{wanted.day.isoformat()}",
        header=[
            _("Code"),
            _("Name"),
            _("Formal name"),
            _("Kind"),
            _("Status"),
            _("Since"),
            _("Decision"),
            _("Voting right suspended by"),
            _("Regional group"),
        ],
        rows=[
            [
                row.code,
                row.protocol_name,
                row.formal_name,
                row.get_kind_display(),
                Status(row.status).label,
                row.since.isoformat() if row.since else "",
                row.decision,
                row.suspended_by,
                row.region_name,
            ]
            for row in rows
        ],
        viewer=request.viewer,
    )


# --- People, for administrators ---------------------------------------------------------------------------------------


@administrators
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    form = PeopleFilterForm(request.GET, day=_today())
    rows = people_rows(day=_today(), **_people_wanted(form))
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    found = page.paginator.count
    context = {
        "form": form,
        "page": page,
        "count": ngettext("%(number)s person", "%(number)s people", found) % {"number": found},
        **_downloads(request, "membership:people_export"),
    }
    return render(request, "membership/people.html", context)


@administrators
@require_safe
def people_export(request: HttpRequest, kind: str) -> HttpResponse:
    rows = people_rows(day=_today(), **_people_wanted(PeopleFilterForm(request.GET, day=_today())))
    return table_response(
        kind=kind,
        name="people",
        header=[_("Name"), _("Email address"), _("Language"), _("Roles"), _("Accredited for"), _("Account")],
        rows=[
            [
                row.full_name,
                row.email,
                row.language,
                ", ".join(role.name for role in row.held_roles),
                ", ".join(f"{held.entity.code} ({held.capacity})" for held in row.held_accreditations),
                _("open") if row.is_active else _("closed"),
            ]
            for row in rows
        ],
        viewer=request.viewer,
    )


def _people_wanted(form: PeopleFilterForm) -> dict[str, str]:
    form.is_valid()
    asked = form.cleaned_data
    return {"text": asked.get("q", ""), "role": asked.get("role", ""), "entity": asked.get("entity", "")}


@administrators
@read_or_send
@sent_once
def person_new(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register_person(actor=request.viewer, **form.cleaned_data)
        except Refused as refusal:
            refusal.add_to(form)
        else:
            messages.success(
                request, _("The account is open. The person can sign in with a code sent to this address.")
            )
            return redirect("membership:person", person_id=made.pk)
    return render(request, "membership/person_new.html", {"form": form})


@administrators
@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    return _person_page(request, get_object_or_404(Person, pk=person_id))


def _person_page(request: HttpRequest, subject: Person, **refused: BaseForm) -> HttpResponse:
    """Show a person's page; a refused form replaces the empty one."""
    accreditations = list(subject.accreditations.select_related("entity").order_by("-ends", "-begins"))
    names = names_on([held.entity_id for held in accreditations], _today(), get_language())
    context = {
        "subject": subject,
        "roles": list(subject.roles.order_by("-ends", "name")),
        "accreditations": [(held, names.get(held.entity_id)) for held in accreditations],
        "today": _today(),
        "has_second_factor": subject.authenticator_set.exists(),
        "role_form": refused.get("role_form") or RoleForm(),
        "accreditation_form": refused.get("accreditation_form") or AccreditationForm(day=_today()),
    }
    return render(request, "membership/person.html", context, status=422 if refused else 200)


@administrators
@require_http_methods(["POST"])
@sent_once
def role_grant(request: HttpRequest, person_id: int) -> HttpResponse:
    subject = get_object_or_404(Person, pk=person_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _person_page(request, subject, role_form=form)
    services.grant_role(person=subject, actor=request.viewer, **form.cleaned_data)
    messages.success(request, _("The role has been granted with effect from today."))
    return redirect("membership:person", person_id=subject.pk)


@administrators
@require_http_methods(["POST"])
@sent_once
def accreditation_add(request: HttpRequest, person_id: int) -> HttpResponse:
    subject = get_object_or_404(Person, pk=person_id)
    form = AccreditationForm(request.POST, day=_today())
    if form.is_valid():
        try:
            services.accredit(person=subject, actor=request.viewer, **form.cleaned_data)
        except Refused as refusal:
            refusal.add_to(form)
        else:
            messages.success(request, _("The accreditation has been recorded."))
            return redirect("membership:person", person_id=subject.pk)
    return _person_page(request, subject, accreditation_form=form)


@administrators
@read_or_send
def role_end(request: HttpRequest, role_id: int) -> HttpResponse:
    role = get_object_or_404(Role.objects.select_related("person"), pk=role_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_role(role=role, actor=request.viewer, **form.cleaned_data)
        except Refused as refusal:
            refusal.add_to(form)
        else:
            return redirect("membership:person", person_id=role.person_id)
    return _confirm(
        request,
        subject=role.person,
        form=form,
        heading=_("End role: %(role)s") % {"role": role.get_name_display()},
        consequences=[_("From that day, the person will not have access to the pages of this role.")],
        action_label=_("End role"),
    )


@administrators
@read_or_send
def accreditation_end(request: HttpRequest, accreditation_id: int) -> HttpResponse:
    held = get_object_or_404(Accreditation.objects.select_related("person", "entity"), pk=accreditation_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_accreditation(accreditation=held, actor=request.viewer, **form.cleaned_data)
        except Refused as refusal:
            refusal.add_to(form)
        else:
            return redirect("membership:person", person_id=held.person_id)
    name = names_on([held.entity_id], _today(), get_language()).get(held.entity_id)
    return _confirm(
        request,
        subject=held.person,
        form=form,
        heading=_("End accreditation for %(name)s") % {"name": name.short if name else held.entity.code},
        consequences=[
            _("From that day, the person will no longer be able to act for this delegation."),
            _("Votes already cast by this person remain valid."),
        ],
        action_label=_("End accreditation"),
    )


@administrators
@read_or_send
def person_act(request: HttpRequest, person_id: int, act: str) -> HttpResponse:
    """Close or open an account, or reset a lost second factor."""
    subject = get_object_or_404(Person, pk=person_id)
    if request.method == "POST":
        try:
            if act == "second-factor":
                services.reset_second_factor(person=subject, actor=request.viewer)
            else:
                services.set_active(person=subject, active=act == "open", actor=request.viewer)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("membership:person", person_id=subject.pk)
    heading, consequence, label = {
        "close": (
            _("Close account"),
            _(
                "The person will be signed out everywhere and will not be able to sign in. Roles and "
                "accreditations will not change."
            ),
            _("Close account"),
        ),
        "open": (_("Reopen account"), _("The person will be able to sign in again."), _("Reopen account")),
        "second-factor": (
            _("Reset two-step sign-in"),
            _("The authenticator and the recovery codes will be deleted. Check the person’s identity first."),
            _("Reset"),
        ),
    }[act]
    return _confirm(request, subject=subject, heading=heading, consequences=[consequence], action_label=label)


def _confirm(request: HttpRequest, *, subject: Person, **context: object) -> HttpResponse:
    context |= {
        "subject": subject,
        "affected": f"{subject} ({subject.email})",
        "cancel_url": reverse("membership:person", kwargs={"person_id": subject.pk}),
    }
    return render(request, "membership/confirm.html", context)
