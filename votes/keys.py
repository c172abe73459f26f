"""The key that signs the ledger. It is a file on the server, never in the repository."""

import functools
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from votes.models import SigningKey
from votes.verifier import fingerprint, load_keys


def signing_key() -> Ed25519PrivateKey:
    return _load(Path(settings.SIGNING_KEY_FILE))


@functools.lru_cache(maxsize=4)
def _load(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        if settings.PRODUCTION:
            raise ImproperlyConfigured(f"SIGNING_KEY_FILE {path} is missing: the ledger of votes cannot be signed")
        _create(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"SIGNING_KEY_FILE {path} holds no Ed25519 key")
    return key


def _create(path: Path) -> None:
    """Create a key for demonstration and tests. Two processes at once end up using the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    written = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    try:
        os.link(written, path)
    except FileExistsError:
        return
    finally:
        written.unlink()


def sign(text: str) -> str:
    return signing_key().sign(text.encode()).hex()


def current_key() -> SigningKey:
    """Return the row of the key in use, created when it first signs."""
    public = signing_key().public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return SigningKey.objects.get_or_create(fingerprint=fingerprint(public), defaults={"public_key": pem})[0]


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Return every key that has signed, by fingerprint."""
    return load_keys(public_pem().encode())


def public_pem() -> str:
    """Return the current and former public keys, newest first."""
    return "".join(SigningKey.objects.order_by("-pk").values_list("public_key", flat=True)) or _own_pem()


def _own_pem() -> str:
    public = signing_key().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
