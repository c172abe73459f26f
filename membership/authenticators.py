"""Secrets of second factors, which are encrypted with the secret key."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

SECRETS = ("secret", "seed")  # of an authenticator app, and of recovery codes


@transaction.atomic
def reencrypt() -> tuple[int, int]:
    """Encrypt the secrets with the current key. Return how many were, and how many no key could read."""
    adapter, done, unreadable = get_adapter(), 0, 0
    for row in Authenticator.objects.select_for_update().order_by("pk"):
        names = [name for name in SECRETS if row.data.get(name)]
        secrets = {name: adapter.decrypt(row.data[name]) for name in names}
        if not all(secrets.values()):
            unreadable += 1
        elif names:
            row.data |= {name: adapter.encrypt(secret) for name, secret in secrets.items()}
            row.save(update_fields=["data"])
            done += 1
    return done, unreadable
