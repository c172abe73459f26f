"""Secrets for the demonstration and tests of this checkout: generated once, stored in `.local/`, never committed."""

import json
import os
import secrets

from script.lib.environment import LOCAL, exclusive

NAMES = ("secret_key", "database_password", "redis_password", "demo_password")


def local_secrets() -> dict[str, str]:
    path = LOCAL / "secrets.json"
    with exclusive("secrets"):
        known = json.loads(path.read_text()) if path.exists() else {}
        if missing := [name for name in NAMES if name not in known]:
            known |= {name: secrets.token_urlsafe(48 if name == "secret_key" else 12) for name in missing}
            written = path.with_suffix(".new")
            with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
                json.dump(known, handle, indent=1)
            written.replace(path)
    return known
