"""Template tags of the portal. They are built in, so templates need no `{% load %}`."""

import datetime as dt
from collections.abc import Iterable
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
from django.utils.translation import gettext as _

from foundation.editing import Clash
from foundation.editing.merging import OPENED, VERSION
from foundation.editing.submissions import FIELD, new_token
from foundation.editing.typed import is_secret
from foundation.pages import charts, differences, languages, navigation, organization, states
from foundation.pages.languages import OWN_NAMES
from foundation.text import LANGUAGES, in_language, masking, punctuation
from foundation.text import money as amounts
from foundation.time import formats

register = template.Library()
# Suffixes of translated columns. Their fields get a `lang` attribute for screen readers and spell checkers.
_TRANSLATED = tuple(f"_{language}" for language in LANGUAGES)


@register.filter
def without_values(text: str) -> str:
    """Return the first line of an error message without addresses and values, which may be secret."""
    return masking.without_values(text)


# --- Moments ---------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/deadline.html")
def deadline(moment: dt.datetime | None, zone: str | dt.tzinfo, cached: bool = False) -> dict[str, Any]:
    """Show weekday, date, time, zone and time left; portal.js adds the reader's own time.

    Use `cached=True` on cached pages: the browser then computes the time left, which the cache would make out of date.
    """
    if moment is None:
        return {}
    return {
        "moment": moment,
        "zone": str(formats.zone_of(zone)),
        "words": formats.zoned(moment, zone),
        "left": "" if cached else formats.time_left(moment, timezone.now()),
    }


@register.inclusion_tag("components/zoned.html")
def zoned(moment: dt.datetime | None, zone: str | dt.tzinfo) -> dict[str, Any]:
    """Show date and time in a zone with its name, and a placeholder for the reader's own time."""
    if moment is None:
        return {}
    return {"moment": moment, "zone": str(formats.zone_of(zone)), "words": formats.zoned(moment, zone)}


@register.simple_tag
def date_range(start: dt.date | None, end: dt.date | None = None) -> str:
    """Return a range of dates, for example `19–20 July 2010`."""
    return formats.date_range(start, end) if start else ""


@register.filter
def own_name(language: str) -> str:
    """Return a language's own name: `Français`."""
    return OWN_NAMES.get(language, language)


@register.filter
def long_date(date: dt.date | None) -> str:
    """Return a date, for example `19 July 2010`."""
    return formats.long_date(date) if date else ""


@register.filter
def clock_time(moment: dt.datetime | None, zone: str = "UTC") -> str:
    """Return the time in a zone, for example `09:30`."""
    return formats.clock_time(formats.in_zone(moment, zone)) if moment else ""


@register.filter
def short_moment(moment: dt.datetime | None, zone: str = "UTC") -> str:
    """Return date and time in a zone, for example `19 Jul 2010, 10:00`."""
    return formats.short_moment(moment, zone) if moment else ""


@register.filter
def number(value: float | Decimal | None) -> str:
    """Return a number in the format of the language: `5,000`, `5 000`, `5.000`."""
    return "" if value is None else format_decimal(value, locale=formats.locale_of())


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """Return an amount, for example `USD 200,000` or `200 000 dollars des États-Unis`."""
    return "" if amount is None else amounts.amount(amount, currency, formats.language_of())


# --- Words -----------------------------------------------------------------------------------------------------------
@register.simple_tag
def colon(language: str | None = None) -> str:
    """Return `:` as set in the page's language (or the given one). The template writes the space after it."""
    return punctuation.colon(language)


@register.simple_tag
def semicolon(language: str | None = None) -> str:
    """Return `;` as set in the page's language (or the given one)."""
    return punctuation.semicolon(language)


@register.filter
def lang(text: Any) -> SafeString:
    """Return ` lang="en"` for the tag around a text that is not in the page's language, otherwise nothing."""
    return in_language.lang_attribute(text)


@register.filter
def with_lang(text: Any) -> Any:
    """Return the text; an untranslated one in a `span` with its language. Never use it in an attribute or title."""
    marked = in_language.lang_attribute(text)
    return format_html("<span{}>{}</span>", marked, text) if marked else text


# --- Frame -----------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def navigation_entries(context: Context) -> list[dict[str, Any]]:
    """Return the entries for this viewer. `current` is `page` on the page itself, `true` on a page below it."""
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
    """Return this page's address in each language."""
    return languages.language_links(context["request"])


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: Context, label: str, entries: list[tuple[str, str]]) -> dict[str, Any]:
    """Show the sub-pages of a page: `entries` are (label, address), `label` names the group."""
    path = context["request"].path
    return {"label": label, "entries": [{"label": name, "url": url, "current": url == path} for name, url in entries]}


# --- Components ------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/state.html")
def state(code: str, label: str = "") -> dict[str, Any]:
    """Show the badge of a state.

    `code` is a code of `foundation.pages.states`, or a kind (ok, waiting, closed, danger, info) together with a label.
    """
    return {"badge": states.badge(code, label)}


@register.inclusion_tag("components/job_status.html")
def job_status(
    job: Any, status_url: str, download_url: str = "", name: str = "", size: int | None = None, retry_url: str = ""
) -> dict[str, Any]:
    """Show the state of a job. `status_url` answers with this tag and is polled until the job has finished.

    `name` describes the work ("PDF in English"), `size` is in bytes, `retry_url` takes a POST.
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
def signature() -> str:
    """Return the last lines of an email: the name of the portal and that of the Organization."""
    lines = [_("International Dialogue on Migration"), organization.current().name]
    return "\n".join(str(line) for line in lines if line)


@register.simple_tag
def clash_fields(clash: Clash, form: BaseForm | None = None) -> list[differences.ClashField]:
    """Return the fields that the page of a clash asks about."""
    return differences.clash_fields(clash, form)


@register.simple_tag
def bar_chart(rows: Any, title: str, unit: str = "", width: int = 400, maximum: float | None = None) -> SafeString:
    """Draw a bar chart; see `foundation.pages.charts.bar_chart`."""
    return charts.bar_chart(rows, title=title, unit=unit, width=width, maximum=maximum)


@register.simple_tag
def typed_texts(typed: QueryDict | None) -> list[str]:
    """Return the texts of a form that was not accepted, for copying; never a password, a sign-in code or a token."""
    return [
        value
        for key, values in (typed or QueryDict()).lists()
        if not is_secret(key)
        for value in values
        if len(value) > 20
    ]


# --- Forms and tables ------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """Return Django's token together with the submission token that lets a form create something only once.

    This replaces Django's tag, so that no form lacks either token.
    """
    token = context.get("csrf_token")
    if not token:
        return SafeString("")
    own = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    return own + submission_token(context)


@register.simple_tag(takes_context=True)
def submission_token(context: Context) -> SafeString:
    """Return the submission token only, for pages without cookies.

    `autocomplete="off"` stops browsers from restoring an old token.
    """
    viewer = context.get("viewer")
    token = new_token(viewer.pk if viewer else None)
    return format_html('<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, token)


@register.simple_tag(takes_context=True)
def render_form(context: Context, form: BaseForm) -> SafeString:
    """Render the fields with their errors, after the error summary (templates/bootstrap5/errors.html).

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
    """Render the heading of a sortable column: `?sort=key`, then `?sort=-key`, from page 1.

    The view chooses the default order; the heading reads only the address.
    """
    query = context["request"].GET.copy()
    sorted_by = query.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(sorted_by, "")
    query.pop("page", None)
    query["sort"] = f"-{key}" if sorted_by == key else key
    return {"label": label, "direction": direction, "query": query.urlencode(), "numeric": numeric}


@register.simple_tag
def page_numbers(page: Page) -> list[int | None]:
    """Return the page numbers to show, with None where pages are left out."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [None if number == Paginator.ELLIPSIS else number for number in numbers]


@register.filter
def labels_in(names: Iterable[str], form: BaseForm) -> list[str]:
    """Return the labels of these fields of the form."""
    return [str(form[name].label) for name in names]


@register.filter
def boxed(field: BoundField) -> SafeString:
    """Render only the widget of a field, for filters and clashes. Other forms use `render_form`."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        look = "form-check-input"
    else:
        look = "form-select" if isinstance(widget, forms.Select) else "form-control"
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{own} {look}".strip()})


@register.simple_tag
def untouched(form: BaseForm | None, fields: list[differences.ClashField]) -> list[BoundField]:
    """Return the fields of a form that the page of a clash does not ask about, to be rendered as hidden fields."""
    shown = {field.name for field in fields} | {VERSION, OPENED}
    return [form[name] for name in form.fields if name not in shown] if form is not None else []
