"""Amounts are written as each language writes them, and templates write them in no other way."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.*"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "USD\N{NO-BREAK SPACE}100,000"),
        ("fr", "100\N{NARROW NO-BREAK SPACE}000\N{NO-BREAK SPACE}dollars des États-Unis"),
        ("es", "100.000\N{NO-BREAK SPACE}dólares de los Estados Unidos"),
    ],
)
def test_an_amount_is_written_as_the_language_of_the_page_writes_it(language, text):
    with translation.override(language):
        page = Template('{{ amount|money:"USD" }}').render(Context({"amount": Decimal(100_000)}))
    assert page == text


def _found(pattern: str) -> list[str]:
    return [
        f"{path.relative_to(settings.BASE_DIR)}: {match[0]}"
        for path in TEMPLATES
        for match in re.finditer(pattern, Path(path).read_text(encoding="utf-8"))
    ]


def test_no_template_puts_a_currency_and_digits_together_itself():
    assert _found(r"{{ *[\w.]*currency *}} *{{") == []


def test_no_template_has_an_attribute_that_must_not_be_empty():
    assert _found(r"""<form[^>]* action=(?:""|'')""") == []
    assert _found(r"""<[a-z]+[^>]* (?:id|for|src|name|headers)=(?:""|'')""") == []
