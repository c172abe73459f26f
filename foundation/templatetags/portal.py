"""The tags of the portal's pages; built in, so that no template loads them. Each shows one thing in one way."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms, template
from django.core.paginator import Page, Paginator
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from foundation.editing import Clash
from foundation.pages import charts, differences, languages, navigation, states
from foundation.pages.languages import OWN_NAMES
from foundation.text import LANGUAGES, borrowed, punctuation
from foundation.time import formats

register = template.Library()
# How modeltranslation names the columns of a translated field; each box is read out and spelled in its language.
_TRANSLATED = tuple(f"_{language}" for language in LANGUAGES)


# --- Moments ---------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/deadline.html")
def deadline(moment: dt.datetime | None, zone: str | dt.tzinfo, kept: bool = False) -> dict[str, Any]:
    """Weekday, date, time, zone and how long is left; the reader's own time is filled in by portal.js.

    `kept=True` on a page that is kept for the public: what is left would grow old there, so it is left to the browser.
    """
    if moment is None:
        return {}
    return {
        "moment": moment,
        "zone": str(formats.zone_of(zone)),
        "words": formats.zoned(moment, zone),
        "left": "" if kept else formats.time_left(moment, timezone.now()),
    }


@register.inclusion_tag("components/zoned.html")
def zoned(moment: dt.datetime | None, zone: str | dt.tzinfo) -> dict[str, Any]:
    """Date and time in that zone, with the zone named, and a place for the reader's own time."""
    if moment is None:
        return {}
    return {"moment": moment, "zone": str(formats.zone_of(zone)), "words": formats.zoned(moment, zone)}


@register.simple_tag
def date_range(start: dt.date | None, end: dt.date | None = None) -> str:
    """`19–20 July 2010`."""
    return formats.date_range(start, end) if start else ""


@register.filter
def own_name(language: str) -> str:
    """`Français`: a language as its speakers call it."""
    return OWN_NAMES.get(language, language)


@register.filter
def long_date(date: dt.date | None) -> str:
    return formats.long_date(date) if date else ""


@register.filter
def clock_time(moment: dt.datetime | None, zone: str = "UTC") -> str:
    """`09:30` on the clocks of that zone."""
    return formats.clock_time(formats.in_zone(moment, zone)) if moment else ""


@register.filter
def short_moment(moment: dt.datetime | None, zone: str = "UTC") -> str:
    return formats.short_moment(moment, zone) if moment else ""


@register.filter
def number(value: float | Decimal | None) -> str:
    """`5,000`, `5 000`, `5.000`: in the language's own way."""
    return "" if value is None else format_decimal(value, locale=formats.locale_of())


# --- Words -----------------------------------------------------------------------------------------------------------
@register.simple_tag
def colon(language: str | None = None) -> str:
    """`:` after a label, as the language of the page (or the one given) sets it; the space that follows is written."""
    return punctuation.colon(language)


@register.simple_tag
def semicolon(language: str | None = None) -> str:
    return punctuation.semicolon(language)


@register.filter
def lang(text: Any) -> SafeString:
    """` lang="en"`, for the tag around a text that has no translation into the language of the page; else nothing."""
    return borrowed.lang_attribute(text)


@register.filter
def with_lang(text: Any) -> Any:
    """The text; one without translation in a `span` that says its language. Never inside an attribute or a title."""
    marked = borrowed.lang_attribute(text)
    return format_html("<span{}>{}</span>", marked, text) if marked else text


# --- Frame -----------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def navigation_entries(context: Context) -> list[dict[str, Any]]:
    """The entries this viewer sees; `current` is `page` on the page itself, `true` on a page below it."""
    path = context["request"].path
    return [
        {
            "label": entry.label,
            "url": entry.url,
            "current": "page" if path == entry.url else "true" if path.startswith(entry.url) else "",
        }
        for entry in navigation.entries_for(context.get("viewer"))
    ]


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[languages.LanguageLink]:
    """This page in each language."""
    return languages.language_links(context["request"])


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: Context, label: str, entries: list[tuple[str, str]]) -> dict[str, Any]:
    """Real sub-pages of one page: `entries` are (label, address); `label` says what they are parts of."""
    path = context["request"].path
    return {"label": label, "entries": [{"label": name, "url": url, "current": url == path} for name, url in entries]}


# --- Things shown ----------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/state.html")
def state(code: str, label: str = "") -> dict[str, Any]:
    """The badge of a state: a code of `foundation.pages.states`, or ok, waiting, closed, danger, info with a label."""
    return {"badge": states.badge(code, label)}


@register.inclusion_tag("components/job_status.html")
def job_status(
    job: Any, status_url: str, download_url: str = "", name: str = "", size: int | None = None, retry_url: str = ""
) -> dict[str, Any]:
    """How a job stands. `status_url` answers with this tag alone; it is asked until the job has finished.

    `name` says what is being made ("PDF in English"), `size` is in bytes, `retry_url` takes a POST.
    """
    now = timezone.now()
    return {
        "job": job,
        "status_url": status_url,
        "download_url": download_url,
        "name": name,
        "size": size,
        "retry_url": retry_url,
        "failed": job.state in {"failed", "set_aside"},
        "elapsed": formats.elapsed(now - job.started_at) if job.started_at else "",
        "waited": formats.elapsed(now - job.requested_at) if job.requested_at else "",
    }


@register.simple_tag
def clash_fields(clash: Clash, form: BaseForm | None = None) -> list[differences.ClashField]:
    return differences.clash_fields(clash, form)


@register.simple_tag
def bar_chart(rows: Any, title: str, unit: str = "", width: int = 400, maximum: float | None = None) -> SafeString:
    return charts.bar_chart(rows, title=title, unit=unit, width=width, maximum=maximum)


@register.simple_tag
def typed_texts(typed: QueryDict) -> list[str]:
    """The texts of a form that could not be taken, to be copied; never a password, a code or a token."""
    return [
        value
        for key, values in typed.lists()
        if not re.search(r"password|token|code|secret", key, re.IGNORECASE)
        for value in values
        if len(value) > 20
    ]


# --- Forms and tables ------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def render_form(context: Context, form: BaseForm) -> SafeString:
    """The fields with their errors, and above them the summary that takes the focus (templates/bootstrap5/errors.html).

    The template owns `<form>`, its token and its buttons.
    """
    helper = getattr(form, "helper", None) or FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    for name, field in form.fields.items():
        if name[-3:] in _TRANSLATED:
            field.widget.attrs.setdefault("lang", name[-2:])
    return render_crispy_form(form, helper, {"request": context.get("request")})


@register.inclusion_tag("components/sort_heading.html", takes_context=True)
def sort_heading(context: Context, key: str, label: str, numeric: bool = False) -> dict[str, Any]:
    """The head cell of a column that the server sorts: `?sort=key`, a second time `?sort=-key`; page 1 again.

    The first listed order is the view's business; the cell reads only the address.
    """
    query = context["request"].GET.copy()
    sorted_by = query.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(sorted_by, "")
    query.pop("page", None)
    query["sort"] = f"-{key}" if sorted_by == key else key
    return {"label": label, "direction": direction, "query": query.urlencode(), "numeric": numeric}


@register.simple_tag
def page_numbers(page: Page) -> list[int | None]:
    """The numbers of a pager; None stands for the pages left out."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [None if number == Paginator.ELLIPSIS else number for number in numbers]


@register.filter
def boxed(field: BoundField) -> SafeString:
    """The field's own box in the portal's look, without label; for filters and clashes. Other forms: `render_form`."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        look = "form-check-input"
    else:
        look = "form-select" if isinstance(widget, forms.Select) else "form-control"
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{own} {look}".strip()})


@register.simple_tag
def untouched(form: BaseForm | None, fields: list[differences.ClashField]) -> list[BoundField]:
    """The boxes of a form that a clash does not show; they travel along unseen."""
    shown = {field.name for field in fields} | {"edit_version"}
    return [form[name] for name in form.fields if name not in shown] if form is not None else []
