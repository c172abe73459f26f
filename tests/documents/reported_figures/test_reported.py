"""Reported figures: entered with a source, corrected by a later value, and cited like any other."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.utils.translation import override

from documents.models import ReportedFigure, ReportedValue
from documents.permissions import NotAllowed
from documents.reported_figures.services import enter_figure, report_value
from foundation.refusals import Refused
from membership.models import Person
from tests.factories.reported import reported_visits
from texts.reading import show
from texts.registry import resolve

DAY = dt.date(2010, 7, 25)
SOURCE = {"source": "Letter of the partner", "reported_on": DAY}


def cited(key: str, language: str = "en") -> tuple[str, str, str]:
    with override(language):
        figure = resolve([key])[key]
        return show(figure, {"key": key}, language).text, str(figure.label), str(figure.source)


def test_a_lower_bound_is_cited_as_one_with_its_source(db: None) -> None:
    figure = reported_visits()

    assert cited(figure.key) == (
        "more than 350",
        "visits to the partner’s pages",
        "Letter of the partner, as of 25 July 2010",
    )
    assert cited(figure.key, "fr")[:2] == ("plus de 350", "visites des pages du partenaire")


def test_a_ratio_and_an_amount_are_cited_as_such(db: None) -> None:
    ratio = enter_figure(
        slug="replies", kind="ratio", labels={"en": "replies"}, amount=28, total=178, actor=None, **SOURCE
    )
    money = enter_figure(
        slug="grant", kind="money", labels={"en": "grant"}, amount="1500.50", currency="USD", actor=None, **SOURCE
    )

    assert [cited(figure.key)[0] for figure in (ratio, money)] == ["28/178", "USD\N{NO-BREAK SPACE}1,500.50"]


def test_a_later_value_is_cited_and_the_earlier_stays_in_the_history(db: None) -> None:
    figure = reported_visits()

    report_value(figure=figure, amount=412, actor=None, **SOURCE)

    assert cited(figure.key)[0] == "412"
    assert [int(value.amount) for value in figure.values.all()] == [412, 350]


def test_what_was_entered_is_never_changed(db: None) -> None:
    value = reported_visits().values.get()

    with pytest.raises(InternalError), transaction.atomic():
        ReportedValue.objects.filter(pk=value.pk).update(amount=1)


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("count", {"amount": -1}, "amount"),
        ("count", {"amount": "1.5"}, "amount"),
        ("ratio", {"amount": 5}, "total"),
        ("ratio", {"amount": 5, "total": 4}, "total"),
        ("money", {"amount": 5}, "currency"),
        ("money", {"amount": 5, "currency": "usd"}, "currency"),
        ("ratio", {"amount": 5, "total": 9, "is_lower_bound": True}, "is_lower_bound"),
        ("count", {"amount": 5, "source": ""}, "source"),
        ("count", {"amount": 5, "source_url": "javascript:alert(1)"}, "source_url"),
    ],
)
def test_a_value_that_says_nothing_is_refused(db: None, kind: str, value: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        enter_figure(slug="visits", kind=kind, labels={"en": "visits"}, actor=None, **{**SOURCE, **value})

    assert list(refused.value.fields) == [field]
    assert not ReportedFigure.objects.exists()


def test_only_editors_enter_figures(head: Person) -> None:
    with pytest.raises(NotAllowed):
        report_value(figure=reported_visits(), amount=1, actor=head, **SOURCE)


def test_entered_corrected_and_looked_up_on_its_pages(sign_in: Callable[[Person], Client], editor: Person) -> None:
    client = sign_in(editor)
    fields = {"label_en": "visits", "slug": "partner-visits", "kind": "count", "amount": "350", "is_lower_bound": "on"}
    sent = client.post("/documents/figures/new/", {**fields, "source": "Letter", "reported_on": "2010-07-25"})
    assert (sent.status_code, sent["Location"]) == (302, "/documents/figures/")

    more = {"amount": "412", "source": "Second letter", "reported_on": "2010-08-01"}
    client.post("/documents/figures/partner-visits/new-value/", more)

    page = client.get("/documents/figures/partner-visits/").content.decode()
    assert [words in page for words in ("412", "more than 350", "Second letter", str(editor))] == [True] * 4
    assert "412" in client.get("/documents/figures/").content.decode()
    again = client.post("/documents/figures/new/", {**fields, "source": "Letter", "reported_on": "2010-07-25"})
    assert (
        again.status_code,
        "Another figure already has this short name. Enter a different one." in again.content.decode(),
    ) == (200, True)
