"""The files named in the pages for newcomers exist."""

import re

import pytest
from django.conf import settings

NAMED = re.compile(r"`((?:[a-z_.]+/)+[A-Za-z0-9_.-]+\.(?:css|html|json|md|py|txt|yml))`")


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md"])
def test_every_file_that_a_page_names_is_there(page):
    named = set(NAMED.findall((settings.BASE_DIR / page).read_text()))
    assert named
    assert sorted(name for name in named if not (settings.BASE_DIR / name).exists()) == []
