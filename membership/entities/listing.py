"""The list of all entries for protocol officers."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from membership.models import Entity, EntityStatus, Group, VotingSuspension
from membership.names import as_sort_key

NONE = "none"


class EntryFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("any")), ("member", _("Member")), ("observer", _("Observer")), (NONE, _("none"))],
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("all")), ("state", _("States")), ("others", _("Organizations and others"))],
    )


def entries(form: EntryFilterForm, day: dt.date, language: str) -> QuerySet[Entity]:
    """Return the entries with their names, status and suspension of that day. Invalid filters are ignored."""
    form.is_valid()
    asked: dict[str, Any] = form.cleaned_data
    status = EntityStatus.objects.on(day).filter(entity=OuterRef("pk"))
    suspended = VotingSuspension.objects.on(day).filter(entity=OuterRef("pk"))
    region = Group.objects.filter(code=OuterRef("region"), kind="region")
    rows = Entity.objects.in_protocol_order(language, day).annotate(
        status=Subquery(status.values("status")[:1]),
        suspended_by=Subquery(suspended.values("decision")[:1]),
        region_name=Subquery(region.values(f"name_{language}")[:1]),
    )
    if asked.get("q"):
        rows = rows.filter(Q(protocol_key__contains=as_sort_key(asked["q"])) | Q(code=asked["q"].strip().lower()))
    if asked.get("status") == NONE:
        rows = rows.filter(status=None)
    elif asked.get("status"):
        rows = rows.filter(status=asked["status"])
    if asked.get("kind") == "state":
        rows = rows.states()
    elif asked.get("kind"):
        rows = rows.exclude(kind="state")
    return rows.order_by(F("protocol_key").asc(nulls_last=True), "code")
