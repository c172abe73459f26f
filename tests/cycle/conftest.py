"""The demonstration, loaded once for all tests of this folder. Each test leaves it unchanged."""

import pgtrigger
import pytest
from django.core.management import call_command
from django.test.utils import override_settings

PASSWORD = "a password for the tests"


@pytest.fixture(scope="package")
def cycle(django_db_setup, django_db_blocker, tmp_path_factory):
    """Committed rows of the demonstration, removed after the last test of the folder."""
    with django_db_blocker.unblock(), override_settings(DEMO_PASSWORD=PASSWORD):
        call_command("load_demo", verbosity=0)
        yield
        with pgtrigger.ignore():
            call_command("flush", interactive=False, verbosity=0, allow_cascade=True)
