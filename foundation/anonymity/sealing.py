"""Seal rows that wait in the database to a key that is not in it, nor in its backups.

Anonymous answers and secret choices wait beside the record of who gave them. While they wait they are sealed with HPKE
(RFC 9180: X25519, HKDF-SHA256, AES-256-GCM) to the public half of the first key in `SEALING_KEY_FILE`. Table files,
dumps and the write-ahead log therefore hold nothing that can be read. All contents of one kind are padded to the same
length.

The file holds private keys in PEM, the current one first. The others only open what was sealed to them. The file is
read again when it changes.
"""

import base64
import functools
import hashlib
import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings

from foundation.key_files import pem_of, replace, write_once

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_LENGTH = struct.Struct(">I")
_PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----", re.DOTALL)


class KeyProblem(Exception):
    """The key file is missing, unreadable, or lacks a key, or sealed contents were altered."""


@dataclass(frozen=True)
class Sealed:
    """Sealed contents and the fingerprint of the key that opens them."""

    key: str
    text: str


@dataclass(frozen=True)
class _Keys:
    current: str
    public: X25519PublicKey
    private: dict[str, X25519PrivateKey]


def seal(content: bytes, *, size: int, purpose: str) -> Sealed:
    """Seal contents of at most `size` bytes. All of one size are sealed to the same length.

    `purpose` is bound to the result: it can be opened only for the same purpose. Raises `KeyProblem` without a key.
    """
    if len(content) > size:
        raise ValueError(f"{len(content)} bytes are more than the {size} that are sealed for this purpose")
    keys = _keys()
    padded = _LENGTH.pack(len(content)) + content.ljust(size, b"\0")
    sealed = _SUITE.encrypt(padded, keys.public, info=purpose.encode())
    return Sealed(keys.current, base64.b64encode(sealed).decode())


def unseal(sealed: Sealed, *, purpose: str) -> bytes:
    """Return the contents. Raises `KeyProblem` if the key is missing or the contents were altered."""
    private = _keys().private.get(sealed.key)
    if private is None:
        raise KeyProblem(f"{settings.SEALING_KEY_FILE} lacks the key {sealed.key}")
    try:
        padded = _SUITE.decrypt(base64.b64decode(sealed.text, validate=True), private, info=purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise KeyProblem(f"contents sealed to the key {sealed.key} were altered") from error
    (length,) = _LENGTH.unpack_from(padded)
    return padded[_LENGTH.size : _LENGTH.size + length]


# --- The key file -----------------------------------------------------------------------------------------------------


def fingerprints() -> list[str]:
    """Return the fingerprints of the keys in the file, the current one first."""
    return list(_keys().private)


def create_key() -> str | None:
    """Create the key file. Return the fingerprint of its key, or None if the file exists."""
    return fingerprints()[0] if write_once(_path(), pem_of(X25519PrivateKey.generate())) else None


def add_key() -> str:
    """Put a new key before those in the file. From now on it seals, and all of them open."""
    pems = [pem_of(key) for key in _keys().private.values()]
    replace(_path(), b"".join([pem_of(X25519PrivateKey.generate()), *pems]))
    return fingerprints()[0]


def remove_former_keys() -> list[str]:
    """Remove all keys but the current one, and return their fingerprints. Nothing sealed to them can then be opened.

    Raises `KeyProblem` while rows that wait need one of them.
    """
    current, *former = fingerprints()
    needed = in_use() & set(former)
    if needed:
        raise KeyProblem(f"rows still wait that are sealed to: {', '.join(sorted(needed))}")
    replace(_path(), pem_of(_keys().private[current]))
    return former


def _path() -> Path:
    return Path(settings.SEALING_KEY_FILE)


def _keys() -> _Keys:
    path = _path()
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError as error:
        if settings.PRODUCTION:
            raise KeyProblem(f"SEALING_KEY_FILE {path} is missing") from error
        # Demonstration and tests create their own. Two processes at once end up with the same key.
        write_once(path, pem_of(X25519PrivateKey.generate()))
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise KeyProblem(f"SEALING_KEY_FILE {path} cannot be read: {error}") from error
    return _load(path, changed)


@functools.lru_cache(maxsize=4)
def _load(path: Path, _changed: int) -> _Keys:
    try:
        keys = [load_pem_private_key(pem, password=None) for pem in _PEM.findall(path.read_bytes())]
    except (OSError, ValueError) as error:
        raise KeyProblem(f"SEALING_KEY_FILE {path} cannot be read: {error}") from error
    private = {_fingerprint(key): key for key in keys if isinstance(key, X25519PrivateKey)}
    if not private or len(private) != len(keys):
        raise KeyProblem(f"SEALING_KEY_FILE {path} must hold X25519 keys only, and at least one")
    current = next(iter(private))
    return _Keys(current, private[current].public_key(), private)


def _fingerprint(key: X25519PrivateKey) -> str:
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


# --- What waits -------------------------------------------------------------------------------------------------------

_holders: list[Callable[[], Iterable[str]]] = []


def holds_sealed_rows(fingerprints_of: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
    """Register a function of an app that returns the fingerprints of the keys its waiting rows are sealed to."""
    _holders.append(fingerprints_of)
    return fingerprints_of


def in_use() -> set[str]:
    """Return the fingerprints of all keys that rows in the database are sealed to."""
    return {key for fingerprints_of in _holders for key in fingerprints_of() if key}
