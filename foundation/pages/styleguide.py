"""One page with every component, for developers. It exists only in the demonstration and in tests."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from foundation.editing import Clash
from foundation.pages.access import public
from foundation.pages.charts import Bar, bar_chart

ZONE = "Europe/Zurich"


class SampleForm(forms.Form):
    title = forms.CharField(help_text="As it stands on the agenda.", max_length=80)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.ChoiceField(choices=[("xvii", "Room XVII"), ("xviii", "Room XVIII")])
    topics = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("a", "Economic cycles, demographic change and migration"),
            ("b", "Climate change, environmental degradation and migration"),
            ("c", "Knowledge for migration management"),
        ],
    )
    consent = forms.BooleanField(label="My name may stand in the list of participants", required=False)
    remarks = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)


class FilterForm(forms.Form):
    q = forms.CharField(label="Name", required=False)
    region = forms.ChoiceField(choices=[("", "All"), ("africa", "Africa")], required=False)


class ClashForm(forms.Form):
    title = forms.CharField()
    remarks = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    duration = forms.IntegerField()


def sample_job(state: str, **values: Any) -> SimpleNamespace:
    now = timezone.now()
    known = {
        "started_at": now - dt.timedelta(seconds=12),
        "requested_at": now - dt.timedelta(seconds=14),
        "done": 0,
        "total": 0,
        "error": "",
        "pk": state,
        "state": state,
        "is_finished": state not in {"waiting", "running"},
    }
    return SimpleNamespace(**{**known, **values})


def sample_clash() -> tuple[Clash, ClashForm]:
    wanted = {
        "title": "Panel discussion on migration and social change",
        "remarks": "Interpretation in three languages.\nSix minutes a speaker.",
        "duration": 90,
    }
    now = {
        "title": "Panel on migration and social change",
        "remarks": "Interpretation in three languages.\nFour minutes a speaker, no more.",
        "duration": 90,
    }
    clash = Clash(SimpleNamespace(edit_version=8, **now), wanted)
    return clash, ClashForm({**wanted, "edit_version": 7})


@public
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component, each with sample data."""
    now = timezone.now()
    clash, clash_form = sample_clash()
    chart = [
        Bar("General appreciation", 82),
        Bar("Objectives: the workshop helped to understand the issues and to learn from others", 80),
        Bar("Content and format", 81),
        Bar("Side events", None, "fewer than five answers"),
    ]
    refused = SampleForm({"title": "", "day": "", "place": "xvii"})
    refused.is_valid()
    reason = "One figure has no value yet: publish the result of the consultation first."
    jobs = {
        "waiting": sample_job("waiting"),
        "running": sample_job("running", done=12, total=66),
        "ready": sample_job("ready"),
        "failed": sample_job("failed", error=reason),
    }
    if request.GET.get("job") in jobs:
        job = jobs[request.GET["job"]]
        context = {"job": job, "status_url": f"?job={job.state}", "name": "PDF in English"}
        return render(request, "components/job_fragment.html", context)
    context = {
        "form": refused,
        "filters": FilterForm(request.GET or None),
        "soon": now + dt.timedelta(days=3, hours=4, minutes=20),
        "over": now - dt.timedelta(hours=2, minutes=5),
        "zone": ZONE,
        "begins": dt.date(2010, 11, 29),
        "ends": dt.date(2010, 12, 2),
        "page": Paginator(range(1, 5001), 100).get_page(request.GET.get("page", 4)),
        "jobs": [(job, f"?job={job.state}") for job in jobs.values()],
        "states": ["open", "draft", "closed", "cancelled", "upcoming"],
        "clash": clash,
        "clash_form": clash_form,
        "chart": bar_chart(chart, title="Satisfaction by section", unit="%"),
        "crumbs": [("Council", "/council/"), ("Ninety-ninth Session", "/council/99/")],
        "tab_entries": [("Overview", request.path), ("Programme", "/workshops/"), ("Participants", "/workshops/")],
        "rows": [
            ("Australia", 6, "Ms. A. Example"),
            ("Côte d’Ivoire", 2, "Mr. B. Example"),
            ("Türkiye", 12, "Mr. Č. Łęcki"),
        ],
        "agenda": [(1, "Opening of the session"), (2, "Adoption of the agenda"), (3, "High-level segment")],
    }
    return render(request, "styleguide.html", context)
