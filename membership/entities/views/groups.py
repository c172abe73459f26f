"""Groups of States: create one, rename it, see its members."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.editing.pages import saved_form
from foundation.editing.submissions import sent_once
from foundation.refusals import Refused
from membership.entities import services
from membership.entities.forms import GroupForm
from membership.models import Group, GroupMembership
from membership.names import names_on
from membership.permissions import role_required

keepers = role_required("protocol")
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _today() -> dt.date:
    return timezone.now().date()


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Keep the register"), reverse("membership:entries"))]


@keepers
@require_safe
def group(request: HttpRequest, code: str) -> HttpResponse:
    subject = get_object_or_404(Group, code=code)
    held = GroupMembership.objects.on(_today()).filter(group=subject).select_related("entity")
    names = names_on([row.entity_id for row in held], _today(), get_language())
    by_entity = {row.entity_id: row for row in held}
    rows = [(by_entity[pk], name.short) for pk, name in names.items()]
    rows += [(row, row.entity.code) for row in held if row.entity_id not in names]
    context = {"group": subject, "rows": rows, "crumbs": _crumbs()}
    return render(request, "membership/entities/group.html", context)


@keepers
@read_or_send
@sent_once
def group_new(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("code", "kind")}
        try:
            made = services.create_group(actor=request.viewer, names=form.names, **values)
        except Refused as refused:
            refused.add_to(form)
        else:
            messages.success(request, _("The group was created. Add its members on their pages."))
            return redirect("membership:group", code=made.code)
    context = {"form": form, "title": _("New group"), "crumbs": _crumbs(), "done_url": reverse("membership:entries")}
    return render(request, "editing/form.html", context)


@keepers
@read_or_send
def group_edit(request: HttpRequest, code: str) -> HttpResponse:
    subject = get_object_or_404(Group, code=code)
    form = GroupForm(request.POST or None, group=subject)
    return saved_form(
        request,
        form,
        lambda: services.rename_group(group=subject, names=form.names, expected=form.expected, actor=request.viewer),
        title=_("Rename group"),
        crumbs=_crumbs(),
        done_url=reverse("membership:group", kwargs={"code": code}),
        lead=_("The name is not dated: lists of earlier days show the new one too."),
    )
