"""Invisible characters, which people paste without noticing, sent to every address that creates something."""

import functools
import operator
import re

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from tests.access import ROLES
from tests.creating import CREATING
from tests.submissions import FILLED, form_on, send
from tests.test_submissions import problem_of

# A joiner that Persian needs, an apostrophe, Chinese, and invisible characters: NUL, bell, overrides, zero-width space.
LINE = "علی\u200cرضا O’Brien 中文\x00\x07\u202e\u2066\u200b\u00a0\ufeff"
TEXT = f"{LINE}\r\n\r\nA second paragraph.\r\n"
UNSEEN = r"[\u0001-\u0008\u000B-\u001F\u007F\u200B\u202A-\u202E\u2066-\u2069\uFEFF]"
CODES = {"slug"}  # part of an address, and refused with a sentence
TYPED = {FILLED["text"]: LINE, FILLED["textarea"]: TEXT}


def columns_with_unseen_letters() -> set[str]:
    found = set()
    for model in apps.get_models():
        columns = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        if not columns or not model._meta.managed or model._meta.proxy:
            continue
        any_column = functools.reduce(operator.or_, (Q(**{f"{name}__regex": UNSEEN}) for name in columns))
        for row in model._default_manager.filter(any_column):
            found |= {f"{model._meta.label}.{name}" for name in columns if _has_unseen(str(getattr(row, name)))}
    return found


def _has_unseen(text: str) -> bool:
    return re.search(UNSEEN, text) is not None


@pytest.mark.django_db
@pytest.mark.parametrize("sent", CREATING, ids=lambda sent: sent.name)
def test_a_form_with_unseen_letters_is_accepted_without_them(sent) -> None:
    kwargs = sent.kwargs() if sent.kwargs else {}
    address, client, make = reverse(sent.name, kwargs=kwargs) + sent.query, Client(), ROLES[sent.role]
    if make:
        client.force_login(make())
    data = sent.data(kwargs) if callable(sent.data) else sent.data or {}
    page = client.get(address)
    fields = form_on(page.content.decode()) if page.status_code == 200 else {}
    for name, value in fields.items():
        if name not in CODES and isinstance(value, str):
            fields[name] = TYPED.get(value, value)
    before = columns_with_unseen_letters()
    answer = send(client, address, {**fields, **data})
    assert answer.status_code == 302, problem_of(answer)
    assert columns_with_unseen_letters() == before
