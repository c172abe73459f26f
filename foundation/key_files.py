"""Files that hold private keys in PEM."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def pem_of(key) -> bytes:
    """Return a private key as unencrypted PKCS #8."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def write_once(path: Path, pem: bytes) -> bool:
    """Write a key file that only its owner can read. Return False if it exists, also if another process was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = _written_beside(path, pem)
    try:
        os.link(written, path)
    except FileExistsError:
        return False
    finally:
        written.unlink()
    return True


def replace(path: Path, pem: bytes) -> None:
    """Replace a key file in one step."""
    _written_beside(path, pem).replace(path)


def _written_beside(path: Path, pem: bytes) -> Path:
    written = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return written
