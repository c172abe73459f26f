"""What production refuses at its start."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from idm_portal import environment
from script.lib.environment import ROOT

KEY = "f1f6ce0a48b5d77e9c0d2a3b4c5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70"
COMPLETE = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "idm.example.org",
    "PUBLIC_ADDRESS": "https://idm.example.org",
    "DATABASE_URL": "postgresql://portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SMTP_HOST": "smtp.example.org",
    "MAIL_FROM": "IDM <idm@example.org>",
}
START = "from idm_portal import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SECRET_KEY_FALLBACKS)"


def started(**changed: str | None) -> subprocess.CompletedProcess:
    """Import the settings in a new process with these variables."""
    own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    given = {name: value for name, value in (COMPLETE | changed).items() if value is not None}
    return subprocess.run([sys.executable, "-c", START], cwd=ROOT, env=own | given, capture_output=True, text=True)


def test_production_starts_with_all_it_needs() -> None:
    found = started(SECRET_KEY_FALLBACKS=f"{KEY[::-1]}")
    assert (found.returncode, found.stdout.strip()) == (0, f"__Host-session __Host-csrf ['{KEY[::-1]}']"), found.stderr


@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "PORTAL_MODE"])
def test_production_does_not_start_without(name) -> None:
    found = started(**{name: None})
    assert (found.returncode, name in found.stderr.splitlines()[-1]) == (1, True)


@pytest.mark.parametrize(
    "key", ["short", "x" * 64, "abcdefghij" * 7, "django-insecure-" + KEY, "0101" * 20], ids=lambda key: key[:20]
)
def test_a_weak_key_is_refused(monkeypatch, key) -> None:
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", f"{KEY},{key}")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FALLBACKS is too weak"):
        environment.secret_keys("SECRET_KEY_FALLBACKS")


@pytest.mark.parametrize(
    "address",
    [
        "http://idm.example.org",
        "https://",
        "https://:8443",
        "idm.example.org",
        "//idm.example.org",
        "https://other.example.org",
        "https://idm.example.org/portal",
        "https://user@idm.example.org",
        "https://idm.example.org?x=1",
        "https://idm.example.org:port",
        "https://[::1",
    ],
)
def test_an_address_that_nobody_can_open_is_refused(monkeypatch, address) -> None:
    monkeypatch.setenv("PUBLIC_ADDRESS", address)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_ADDRESS"):
        environment.public_address("PUBLIC_ADDRESS", ["idm.example.org"])


@pytest.mark.parametrize(
    ("address", "hosts"),
    [("https://idm.example.org/", ["idm.example.org"]), ("https://idm.example.org:8443", [".example.org"])],
)
def test_an_address_of_an_allowed_host_is_used(monkeypatch, address, hosts) -> None:
    monkeypatch.setenv("PUBLIC_ADDRESS", address)
    assert environment.public_address("PUBLIC_ADDRESS", hosts) == address.rstrip("/")


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (environment.sender, "IDM secretariat"),
        (environment.sender, "idm@"),
        (lambda name: environment.broker(os.environ[name]), "http://127.0.0.1:6379/0"),
        (lambda name: environment.broker(os.environ[name]), "redis:///0"),
    ],
)
def test_a_sender_or_broker_that_does_not_work_is_refused(monkeypatch, read: Any, value) -> None:
    monkeypatch.setenv("REDIS_URL", value)
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        read("REDIS_URL")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/healthz", "/no-such-page", "/static/no-such-file.css"])
def test_every_response_denies_the_features_that_no_page_uses(client, address) -> None:
    policy = client.get(address)["Permissions-Policy"]
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(policy.split(", "))
