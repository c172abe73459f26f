"""Build compiled catalogues and static files from tracked files, only when those have changed."""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from script.lib.django import manage
from script.lib.environment import LOCAL, ROOT, RefusalError, exclusive

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
NOT_OURS = {".git", ".local", ".venv", "node_modules", "staticfiles"}


def catalogues(root: Path = ROOT) -> list[Path]:
    return sorted(
        path for path in root.glob("**/LC_MESSAGES/*.po") if NOT_OURS.isdisjoint(path.relative_to(root).parts)
    )


def compile_catalogues(root: Path = ROOT) -> None:
    """Write the .mo file beside each .po file that has changed.

    Each file is replaced in one step, so that a running portal never reads half of it.
    """
    for source in catalogues(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns:
            continue
        written = target.with_suffix(f".{os.getpid()}")
        with written.open("wb") as handle:
            write_mo(handle, catalogue(source))
        os.utime(written, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
        written.replace(target)


def catalogue(source: Path) -> Catalog:
    try:
        with source.open("rb") as handle:
            return read_po(handle, locale=source.parent.parent.name, abort_invalid=True)
    except PoFileError as error:
        raise RefusalError(f"The catalogue {source} cannot be read: {error}.") from error


def catalogue_faults(root: Path = ROOT) -> list[str]:
    """Return the translations whose placeholders differ from the original's, with file and line."""
    faults = []
    for source in catalogues(root):
        for message in catalogue(source):
            if message.id and not message.fuzzy and (fault := placeholder_fault(message)):
                faults.append(f"{source.relative_to(root)}:{message.lineno}: {fault}")
    return faults


def placeholder_fault(message: Message) -> str | None:
    # The singular may omit the number ("one paper"), but the last plural form needs every placeholder.
    originals = message.id if message.pluralizable else [message.id]
    translations = message.string if message.pluralizable else [message.string]
    known = set().union(*map(placeholders, originals))
    for text in filter(None, translations):
        if unknown := placeholders(text) - known:
            return f"unknown placeholder {', '.join(sorted(unknown))}"
    last = translations[-1]
    if last and (missing := placeholders(originals[-1]) - placeholders(last)):
        return f"missing placeholder {', '.join(sorted(missing))}"
    return None


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def files(*patterns: str) -> list[Path]:
    """Return the files of the checkout that match the patterns, without environments and generated folders."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    return [path for path in found if NOT_OURS.isdisjoint(path.relative_to(ROOT).parts)]


def static_fingerprint() -> str:
    return fingerprint(files("static/**/*", "*/static/**/*", "requirements.txt", "idm_portal/settings.py"))


def static_is_current() -> bool:
    stamp = LOCAL / "run" / "static.stamp"
    manifest = ROOT / "staticfiles" / "staticfiles.json"
    return manifest.exists() and stamp.exists() and stamp.read_text() == static_fingerprint()


def collect_static(known: dict[str, str]) -> None:
    with exclusive("static"):
        if static_is_current():
            return
        before = static_fingerprint()
        manage(known, "collectstatic", "--noinput", "--verbosity=0")
        (LOCAL / "run" / "static.stamp").write_text(before)
