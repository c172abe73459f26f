"""Read environment variables. An invalid value raises a clear error when the portal starts."""

import os
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

YES = {"1", "yes", "true", "on"}
NO = {"0", "no", "false", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def required(name: str, why: str) -> str:
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no")


def number(name: str, default: int, lowest: int = 0, highest: int = 1_000_000) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not lowest <= int(value) <= highest:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {lowest} to {highest}")
    return int(value)


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is none of {', '.join(choices)}")
    return value


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


SHORTEST_KEY = 50
FEWEST_CHARACTERS = 10  # hexadecimal keys have 16 at most


def secret_keys(name: str) -> list[str]:
    """Return the keys in a variable, separated by commas. Raises ImproperlyConfigured for a weak one."""
    keys = names(name)
    if any(_is_weak(key) for key in keys):
        raise ImproperlyConfigured(f"{name} is too weak: create it with `openssl rand -hex 32`")
    return keys


def _is_weak(key: str) -> bool:
    is_repeated = key in (key + key)[1:-1]
    is_simple = len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS
    return is_simple or is_repeated or key.startswith("django-insecure")


def public_address(name: str, hosts: list[str]) -> str:
    """Return an address such as `https://idm.example.org`. Raises ImproperlyConfigured for one that nobody can open."""
    value = required(name, "emails and printed footnotes carry it, for example https://idm.example.org").rstrip("/")
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r} is not an address: {error}") from error
    if parts.scheme != "https" or not parts.hostname:
        raise ImproperlyConfigured(f"{name}={value!r} must begin with https:// and name a host")
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ImproperlyConfigured(f"{name}={value!r} must have nothing after the host and its port")
    if not validate_host(parts.hostname, hosts):
        raise ImproperlyConfigured(f"{name}={value!r} names a host that is not in ALLOWED_HOSTS")
    return value


def sender(name: str) -> str:
    """Return an email address, with or without a name. Raises ImproperlyConfigured for anything else."""
    value = required(name, "the address that emails come from, for example IDM <idm@example.org>")
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError as error:
        raise ImproperlyConfigured(f"{name}={value!r} has no email address") from error
    return value


def broker(url: str) -> str:
    """Return the address of Redis. Raises ImproperlyConfigured for another kind of server or no host."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ImproperlyConfigured("REDIS_URL must begin with redis:// or rediss:// and name a host")
    return url


def database(url: str) -> dict:
    """Return Django's settings for a PostgreSQL address.

    The host may be a socket folder: `postgresql://u@/db?host=/folder`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://; the portal runs on no other database")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL names no database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.get("host", ""),
        "PORT": str(parts.port or query.get("port", "")),
    }
