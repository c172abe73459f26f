"""The key that signs the ledger. It is a file on the server, never in the repository."""

import functools
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from foundation.key_files import pem_of, write_once
from votes.models import SigningKey
from votes.verifier import fingerprint, load_keys


def signing_key() -> Ed25519PrivateKey:
    return _load(Path(settings.SIGNING_KEY_FILE))


@functools.lru_cache(maxsize=4)
def _load(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        if settings.PRODUCTION:
            raise ImproperlyConfigured(f"SIGNING_KEY_FILE {path} is missing: the ledger of votes cannot be signed")
        # For demonstration and tests. Two processes at once end up using the same one.
        create(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"SIGNING_KEY_FILE {path} holds no Ed25519 key")
    return key


def create(path: Path) -> bool:
    """Create a key file. Return False if there is one."""
    return write_once(path, pem_of(Ed25519PrivateKey.generate()))


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
