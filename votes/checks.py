"""System check of the key that signs ledgers."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from votes.keys import signing_key


@register(Tags.security)
def signing_key_is_there(**_kwargs: Any) -> list[CheckMessage]:
    """Return an error if nobody could vote, because the ledger cannot be signed."""
    if not settings.PRODUCTION:
        return []
    try:
        signing_key()
    except (ImproperlyConfigured, OSError, ValueError) as problem:
        return [Error(str(problem), hint="Put back the file, or run make_keys for a new portal.", id="votes.E001")]
    return []
