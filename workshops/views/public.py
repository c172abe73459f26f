import datetime as dt
from functools import partial
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.mail.services import absolute
from foundation.pages.access import public
from foundation.pages.cache import shared_part
from foundation.pages.changes import any_change
from foundation.tables.exports import table_response
from foundation.uploads.responses import file_response
from membership.names import names_on
from membership.revisions import revision_of_register
from schedule.calendar import ics
from schedule.editor import shown_changes
from schedule.models import Release
from workshops.counts import HEADINGS, attendance_counts
from workshops.lists import ListFilter, ParticipantList, listed_entities
from workshops.models import (
    BudgetPurpose,
    Contribution,
    ContributionState,
    IDMYear,
    Material,
    MaterialAudience,
    Theme,
    Workshop,
)
from workshops.permissions import sees_drafts
from workshops.programme import programme_days
from workshops.revisions import revision_of, revision_of_years

# --- Revisions for cached pages ---------------------------------------------------------------------------------------


def years_revision(request: HttpRequest) -> Any:
    return revision_of_years(IDMYear.objects.all())


def workshop_revision(request: HttpRequest, year: int, slug: str, **more: Any) -> Any:
    found = revision_of(Workshop.objects.public().at(year, slug))
    if not found:
        raise Http404
    return found


def people_revision(request: HttpRequest, year: int, slug: str, **more: Any) -> Any:
    """Return the revision for pages that name or count participants or donors, which depend on the register too."""
    return workshop_revision(request, year, slug), revision_of_register()


def visible_workshops(request: HttpRequest) -> QuerySet[Workshop]:
    """Return the workshops this person may see. Only editors see drafts."""
    viewer = getattr(request, "viewer", None)
    rows = Workshop.objects.visible_to(bool(viewer) and sees_drafts(viewer))
    return rows.select_related("year", "occasion")


def found_workshop(request: HttpRequest, year: int, slug: str) -> Workshop:
    return get_object_or_404(visible_workshops(request).at(year, slug))


# --- Years ------------------------------------------------------------------------------------------------------------


def _years(request: HttpRequest) -> QuerySet[IDMYear]:
    return IDMYear.objects.prefetch_related(
        Prefetch("themes", Theme.objects.selected(), to_attr="chosen_themes"),
        Prefetch("workshops", visible_workshops(request).order_by("number"), to_attr="shown_workshops"),
    )


@public(revision=years_revision)
@require_safe
def years(request: HttpRequest) -> HttpResponse:
    return render(request, "workshops/year_list.html", {"years": _years(request), "edits": _edits(request)})


@public(revision=any_change)
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    row = get_object_or_404(_years(request), year=year)
    lines = list(row.budget_lines.all())
    contributions = list(row.contributions.select_related("workshop__year", "donor"))
    context = {
        "year": row,
        "theme": row.chosen_themes[0] if row.chosen_themes else None,
        "themes": row.themes.all(),
        "topics": row.topics.all(),
        "lines": lines,
        "budget": _budget(lines),
        "contributions": _with_donors(contributions, row.year),
        "edits": _edits(request),
    }
    return render(request, "workshops/year_detail.html", context)


def _edits(request: HttpRequest) -> bool:
    viewer = getattr(request, "viewer", None)
    return bool(viewer) and sees_drafts(viewer)


def _budget(lines: list[Any]) -> dict[str, Any] | None:
    """Return the total and the share for officials, if all lines are in one currency."""
    currencies = {line.currency for line in lines}
    if len(currencies) != 1:
        return None
    total = sum(line.amount for line in lines)
    officials = sum(line.amount for line in lines if line.purpose == BudgetPurpose.OFFICIALS)
    return {"currency": currencies.pop(), "total": total, "officials": officials, "share": 100 * officials / total}


def _with_donors(contributions: list[Contribution], year: int) -> list[tuple[Contribution, str]]:
    day = dt.date(year, 1, 1)
    names = names_on((row.donor_id for row in contributions), day, get_language())
    return [(row, names[row.donor_id].short if row.donor_id in names else row.donor.code) for row in contributions]


# --- One workshop -----------------------------------------------------------------------------------------------------


def workshop_tabs(workshop: Workshop) -> list[tuple[str, str]]:
    address = [workshop.year.year, workshop.slug]
    return [
        (_("Overview"), reverse("workshops:workshop", args=address)),
        (_("Programme"), reverse("workshops:programme", args=address)),
        (_("Participants"), reverse("workshops:participants", args=address)),
        (_("Papers"), reverse("workshops:materials", args=address)),
    ]


def frame(workshop: Workshop, subtitle: str = "") -> dict[str, Any]:
    """Return the context that all pages of a workshop share. `subtitle` completes the page's title."""
    year = workshop.year
    return {
        "workshop": workshop,
        "subtitle": subtitle,
        "occasion": workshop.occasion,
        "tab_entries": workshop_tabs(workshop) if workshop.occasion else [],
        "crumbs": [
            (_("Workshops"), reverse("workshops:years")),
            (f"IDM {year.year}", reverse("workshops:year", args=[year.year])),
        ],
    }


@public(revision=any_change)
@require_safe
def workshop(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    row = found_workshop(request, year, slug)
    counts = attendance_counts({row.pk: row.occasion.begins_on})[row.pk] if row.occasion else None
    contributions = list(row.contributions.exclude(state=ContributionState.PLEDGE).select_related("donor"))
    now = timezone.now()
    context = frame(row) | {
        "theme": row.year.themes.selected().first(),
        "attendance": counts.sentence(get_language()) if counts and counts.participants else "",
        "contributions": _with_donors(contributions, year),
        "registration_is_open": bool(row.occasion) and row.registration_is_open(now),
        "registration_opens_later": bool(row.registration_opens_at and now < row.registration_opens_at),
        "edits": _edits(request),
    }
    return render(request, "workshops/workshop_detail.html", context)


def _latest_release(workshop: Workshop) -> Release | None:
    return workshop.occasion.latest_release if workshop.occasion else None


@public(revision=workshop_revision)
@require_safe
def programme(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    row = found_workshop(request, year, slug)
    release = _latest_release(row)
    context = frame(row, _("Programme")) | {
        "release": release,
        "days": programme_days(release, get_language()) if release else [],
        "changes": shown_changes(release.changes, release.content["zone"]) if release else [],
        "edits": _edits(request),
    }
    return render(request, "workshops/programme.html", context)


@public(revision=workshop_revision)
@require_safe
def programme_ics(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    row = found_workshop(request, year, slug)
    if row.occasion is None:
        raise Http404
    address = absolute(reverse("workshops:programme", args=[year, slug]))
    content = ics(row.occasion, name=row.title, url=address, language=get_language(), release=_latest_release(row))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.permanent_id}.ics"'
    return response


@public(revision=people_revision)
@require_safe
def participants(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    row = found_workshop(request, year, slug)
    wanted = ListFilter.from_address(request.GET.dict())
    make = partial(listed_entities, row, get_language(), wanted.text)
    people = ParticipantList(row, wanted, make() if wanted.text else shared_part(request, "listed entities", make))
    page = people.page(request.GET.get("page"))
    context = frame(row, _("Participants")) | {
        "people": people,
        "page": page,
        "groups": people.groups(page),
        "wanted": wanted,
        "sentence": people.counts.sentence(get_language()) if people.everyone else "",
        "categories": [(kind, HEADINGS[kind]) for kind in dict.fromkeys(entry.kind for entry in people.entries)],
        "edits": _edits(request),
    }
    return render(request, "workshops/participants.html", context)


@public(revision=people_revision)
@require_safe
def participants_table(request: HttpRequest, year: int, slug: str, kind: str) -> HttpResponse:
    if kind not in {"csv", "xlsx"}:
        raise Http404
    row = found_workshop(request, year, slug)
    wanted = ListFilter.from_address(request.GET.dict())
    people = ParticipantList(row, wanted, listed_entities(row, get_language(), wanted.text))
    header, rows = people.table()
    name = f"{row.permanent_id}-{_('participants')}"
    return table_response(kind=kind, name=name, header=header, rows=rows, viewer=getattr(request, "viewer", None))


@public(revision=workshop_revision)
@require_safe
def materials(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    row = found_workshop(request, year, slug)
    edits = _edits(request)
    held = row.materials.select_related("stored")
    context = frame(row, _("Papers")) | {
        "materials": held if edits else held.filter(audience=MaterialAudience.PUBLIC),
        "for_participants": held.filter(audience=MaterialAudience.PARTICIPANTS).count(),
        "edits": edits,
    }
    return render(request, "workshops/materials.html", context)


@public
@require_safe
def material(request: HttpRequest, year: int, slug: str, material_id: int) -> HttpResponse:
    row = found_workshop(request, year, slug)
    allowed = Q() if _edits(request) else Q(audience=MaterialAudience.PUBLIC)
    held = get_object_or_404(row.materials.select_related("stored").filter(allowed), pk=material_id)
    return material_response(held)


def material_response(material: Material) -> HttpResponse:
    return file_response(material.stored, name=material.name)
