import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils.translation import override

from foundation.editing import Clash
from foundation.pages import navigation
from foundation.pages.differences import clash_fields, mark_differences
from foundation.pages.languages import language_links
from foundation.pages.states import badge
from tests.factories.membership import make_person

pytestmark = pytest.mark.urls("tests.foundation.frame_urls")


def shown(template: str, address: str = "/components/", **context: object) -> str:
    request = RequestFactory().get(address)
    html = Template(template).render(Context({"request": request, **context}))
    return re.sub(r"\s+", " ", html).strip()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


class Invitation(forms.Form):
    name = forms.CharField()
    topics = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    step = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self):
        if self.cleaned_data.get("name") == "nobody":
            raise forms.ValidationError("Nobody cannot be invited.")


# --- The frame -------------------------------------------------------------------------------------------------------
def test_a_page_for_the_public_sets_no_cookie_and_holds_no_token():
    response = Client().get("/no/such/page/")
    assert response.status_code == 404
    assert not response.cookies
    assert not response.has_header("Vary") or "Cookie" not in response["Vary"]
    assert "csrf-token" not in response.text
    assert "Sign in" in words(response.text)


def test_no_page_carries_inline_script_style_or_event():
    for html in (Client().get("/components/").text, Client().get("/away/").text):
        assert not re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", html)
        assert not re.findall(r"<style|<[^>]+\sstyle=|<[^>]+\son[a-z]+=", html)


@pytest.mark.django_db
def test_the_page_of_the_signed_in_names_them_and_lets_them_sign_out():
    jane = make_person(first_name="Ms. <b>Jane</b>", last_name="")
    request = RequestFactory().get("/components/")
    html = Template('{% extends "base.html" %}{% block content %}Body{% endblock %}').render(
        Context({"request": request, "viewer": jane, "csrf_token": "token-of-the-page", "messages": []})
    )
    assert '<meta name="csrf-token" content="token-of-the-page">' in html
    assert "Ms. &lt;b&gt;Jane&lt;/b&gt;" in html
    assert re.search(r'<form method="post" action="/accounts/logout/" data-signs-out>', html)
    assert "dist/htmx.js" in html


def test_language_links_lead_to_the_same_page_with_its_query():
    with override("fr"):
        links = language_links(RequestFactory().get("/fr/components/?page=2"))
    assert [(link.code, link.url, link.is_current) for link in links] == [
        ("en", "/components/?page=2", False),
        ("fr", "/fr/components/?page=2", True),
        ("es", "/es/components/?page=2", False),
    ]


def test_language_links_of_an_address_that_nobody_answers():
    with override("es"):
        links = language_links(RequestFactory().get("/es/no/such/"))
    assert [link.url for link in links] == ["/no/such/", "/fr/no/such/", "/es/no/such/"]


def main_navigation(path, viewer=None):
    """Return the list items of the main navigation without the white space between them."""
    html = Template('{% extends "base.html" %}').render(
        Context({"request": RequestFactory().get(path), "viewer": viewer, "messages": []})
    )
    entries = re.search(r'<nav class="site-nav".*?<ul>(.*?)</ul>', html, re.DOTALL)[1]
    return re.sub(r"\s*(<li>.*?</li>)\s*", r"\1", entries)


def test_navigation_shows_each_viewer_their_entries_in_order_and_marks_the_current_one(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("Components", "styleguide", 20)
    navigation.register("Start", "home", 10, shown_to=lambda viewer: viewer is not None)
    components = '<li><a href="/components/" aria-current="{}">Components</a></li>'
    start = '<li><a href="/" aria-current="true">Start</a></li>'
    assert main_navigation("/components/") == components.format("page")
    assert main_navigation("/components/order/", viewer="Jane") == start + components.format("true")


def test_navigation_links_to_pages_in_the_active_language_of_each_request(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("Components", "styleguide", 10)
    addresses = []
    for language in ("fr", "en", "es"):
        with override(language):
            addresses += [entry.url for entry in navigation.entries_for(None)]
    assert addresses == ["/fr/components/", "/components/", "/es/components/"]


def test_navigation_escapes_its_labels(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("A <b>", "styleguide", 10)
    shown_list = '<li><a href="/components/" aria-current="page">A &lt;b&gt;</a></li>'
    assert main_navigation("/components/") == shown_list


def test_the_page_for_a_lost_database_asks_nobody_who_is_looking():
    response = Client().get("/away/")
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "5", "no-store")
    assert "temporarily unavailable" in words(response.text)


def test_what_was_typed_is_shown_again_without_secrets_when_a_form_was_too_old():
    long = "A text that took somebody half an hour to write"
    client = Client(enforce_csrf_checks=True)
    typed = {"remarks": long + " <script>", "password": long + " secret", "recovery_code": long, "day": "19"}
    response = client.post("/components/", typed)
    assert response.status_code == 403
    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", response.text) == [long + " &lt;script&gt;"]


# --- States and moments ----------------------------------------------------------------------------------------------
def test_a_state_is_a_word_a_shape_and_a_colour():
    html = shown('{% state "open" %}')
    assert words(html) == "Open"
    assert 'class="state state-ok"' in html
    assert 'aria-hidden="true"' in html
    assert words(shown('{% state "danger" "late" %}')) == "Late"


@pytest.mark.parametrize("arguments", [("no such state", ""), ("ok", "")])
def test_a_state_without_word_is_refused(arguments):
    with pytest.raises(ValueError, match="no badge for the state"):
        badge(*arguments)


def test_a_deadline_reads_weekday_date_time_zone_and_what_is_left(time_machine):
    time_machine.move_to(dt.datetime(2010, 9, 27, 14, 0, tzinfo=dt.UTC), tick=False)
    close = dt.datetime(2010, 10, 1, 16, 0, tzinfo=dt.UTC)
    html = shown('{% deadline close "Europe/Zurich" %}', close=close)
    assert words(html) == "Friday 1 October 2010, 18:00 (Central European Summer Time, UTC+2) 4 days 2 hours left"
    assert '<time datetime="2010-10-01T16:00:00+00:00">' in html
    assert 'data-zone="Europe/Zurich"' in html
    cached = shown('{% deadline close "Europe/Zurich" cached=True %}', close=close)
    assert words(cached) == "Friday 1 October 2010, 18:00 (Central European Summer Time, UTC+2)"
    assert shown('{% deadline close "UTC" %}', close=None) == ""


# --- Forms -----------------------------------------------------------------------------------------------------------
def test_a_refused_form_shows_each_error_above_and_beside_its_field():
    form = Invitation({"name": "", "step": "x"})
    html = shown("{% render_form form %}", form=form)
    summary = re.search(r'<div class="alert alert-danger error-summary".*?</div>', html).group()
    assert words(summary) == (
        "Not saved: correct 3 errors Enter a whole number. Name: This field is required. "
        "Topics: This field is required."
    )
    assert re.findall(r'href="(#[^"]+)"', summary) == ["#id_name", "#div_id_topics"]
    assert 'id="div_id_topics"' in html
    assert html.count("This field is required.") == 4
    assert "<form" not in html
    assert "csrfmiddlewaretoken" not in html


def test_rule_of_the_whole_form_is_in_the_summary():
    form = Invitation({"name": "nobody", "topics": ["a"], "step": 1})
    html = shown("{% render_form form %}", form=form)
    assert html.count("Nobody cannot be invited.") == 1
    assert "Not saved: correct 1 error" in html


def test_a_form_not_yet_sent_has_no_summary():
    assert "error-summary" not in shown("{% render_form form %}", form=Invitation())


# --- Tables ----------------------------------------------------------------------------------------------------------
def test_sorting_keeps_the_filters_and_turns_round_the_second_time():
    heading = '{% sort_heading "name" "State" %}'
    assert 'href="?region=africa&amp;sort=name"' in shown(heading, "/components/?region=africa&page=3")
    ascending = shown(heading, "/components/?sort=name")
    assert 'href="?sort=-name"' in ascending
    assert 'aria-sort="ascending"' in ascending
    descending = shown(heading, "/components/?sort=-name")
    assert 'href="?sort=name"' in descending
    assert 'aria-sort="descending"' in descending


def test_the_pager_keeps_the_address_and_leaves_out_the_far_pages():
    page = Paginator(range(5000), 100).page(4)
    html = shown('{% include "components/pagination.html" %}', "/components/?q=a%26b&page=4", page=page)
    assert words(html) == "Previous 1 2 3 4 5 … 50 Next 301–400 of 5,000"
    assert 'href="?q=a%26b&amp;page=5"' in html
    assert shown('{% include "components/pagination.html" %}', page=Paginator([1], 100).page(1)) == ""


# --- Jobs ------------------------------------------------------------------------------------------------------------
def job(state: str, **values: object) -> SimpleNamespace:
    started = dt.datetime(2010, 10, 1, 16, 0, tzinfo=dt.UTC)
    known = {"pk": 1, "started_at": started, "requested_at": started, "done": 0, "total": 0, "error": ""}
    return SimpleNamespace(**known, state=state, is_finished=state not in ("waiting", "running"), **values)


def test_a_job_asks_again_until_it_has_finished(time_machine):
    time_machine.move_to(dt.datetime(2010, 10, 1, 16, 1, 5, tzinfo=dt.UTC), tick=False)
    tag = '{% job_status job "/jobs/1/" "/file.pdf" "PDF in English" 2048 "/again/" %}'
    running = job("running")
    running.done, running.total = 12, 66
    html = shown(tag, job=running)
    assert words(html) == "Running PDF in English 12 of 66 running for 1:05 Refresh"
    assert 'hx-get="/jobs/1/" hx-trigger="every 1500ms" hx-swap="outerHTML"' in html
    ready = shown(tag, job=job("ready"))
    assert words(ready).replace("\xa0", " ") == "Ready PDF in English (2.0 KB)"
    assert 'href="/file.pdf"' in ready
    assert "hx-get" not in ready
    failed = job("set_aside")
    failed.error = "The worker died <3> times."
    html = shown(tag, job=failed)
    assert words(html) == "Failed PDF in English The worker died &lt;3&gt; times. Try again"
    assert "hx-get" not in html
    assert 'action="/again/"' in html


# --- Clashes ---------------------------------------------------------------------------------------------------------
def test_the_words_that_differ_are_marked_on_both_sides_and_escaped():
    one, other = mark_differences("Four <b>minutes</b> a speaker", "Six <b>minutes</b> a speaker, no more")
    assert one == '<mark class="differs">Four</mark> &lt;b&gt;minutes&lt;/b&gt; a speaker'
    assert other == (
        '<mark class="differs">Six</mark> &lt;b&gt;minutes&lt;/b&gt; a speaker<mark class="differs">, no more</mark>'
    )


def test_very_long_texts_are_shown_whole_and_unmarked():
    one, other = mark_differences("a " * 3000, "b " * 3000)
    assert (one, other) == ("a " * 3000, "b " * 3000)


def test_a_clash_page_holds_both_texts_and_the_version_it_shows():
    current = SimpleNamespace(edit_version=8, name="Opening", step=1)
    form = Invitation({"name": "The opening", "topics": ["a"], "step": 1, "edit_version": 7})
    clash = Clash(current, {"name": "The opening", "step": 1})
    assert [(field.name, field.label) for field in clash_fields(clash, form)] == [("name", "Name")]
    html = shown(
        '{% include "components/clash.html" with cancel_url="/components/" %}', clash=clash, form=form, by="Ms. Example"
    )
    assert "Ms. Example saved another version" in words(html)
    assert re.findall(r'name="edit_version" value="(\d+)"', html) == ["8"]
    assert re.findall(r'data-put="([^"]*)"', html) == ["Opening", "The opening"]
    assert '<input type="text" name="name" value="The opening"' in html
    assert '<input type="hidden" name="topics" value="a"' in html


def test_a_clash_with_a_deletion_leaves_the_text_to_be_copied():
    clash = Clash(None, {"name": "The opening"})
    html = shown('{% include "components/clash.html" with cancel_url="/" %}', clash=clash, form=None)
    assert "This was deleted" in words(html)
    assert "The opening" in words(html)
    assert '<button class="btn btn-primary"' not in html
