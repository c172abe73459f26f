"""The Python environment and the Debian packages that the scripts need.

Uses only the standard library, because it runs before anything is installed.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCAL = ROOT / ".local"
# Each Python has its own environment: `PORTAL_PYTHON=python3.13 script/test` does not touch the default one.
OTHER_PYTHON = os.environ.get("PORTAL_PYTHON")
VENV = LOCAL / f"venv-{Path(OTHER_PYTHON).name}" if OTHER_PYTHON else ROOT / ".venv"

RUNTIME = ("requirements.txt", "requirements-local.txt")
DEVELOPMENT = (*RUNTIME, "requirements-dev.txt")

# Shared library, as the dynamic linker knows it → Debian package.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSER_LIBRARIES = {"libatomic.so.1": "libatomic1"}  # Playwright's own Node links to it
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Also needed by `script/test --all`: file → Debian package.
LONG_TESTS = {
    "/usr/bin/java": "default-jre-headless",  # runs veraPDF
    "/usr/share/java/jaxb-runtime.jar": "libjaxb-java",  # loads veraPDF's profiles
    "/usr/bin/soffice": "libreoffice-writer-nogui",  # opens the Word files
    "/usr/sbin/pgbouncer": "pgbouncer",  # pools connections in transaction mode
}
# Why a download failed: what pip prints → what to say. A certificate that is not trusted also prints "Max retries".
NO_DOWNLOAD = {
    r"CERTIFICATE_VERIFY_FAILED|NO_CERTIFICATE_OR_CRL_FOUND|SSLError|TLS CA certificate bundle": (
        "the certificate of the package index is not trusted; name your network's certificates with PIP_CERT"
    ),
    r"(?i)NewConnectionError|(Connect|Read)Timeout|name resolution|Name or service not known|Network is unreachable"
    r"|Connection (refused|broken)|ProxyError|Max ?retries": (
        "the package index cannot be reached; connect to the network"
    ),
}


class RefusalError(Exception):
    """Raised when a script cannot go on; the message tells the person who started it why."""


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Hold `.local/run/<name>.lock`, so that only one script at a time does this.

    The kernel releases the lock if the script dies.
    """
    with (private_folder(LOCAL / "run") / f"{name}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def private_folder(path: Path) -> Path:
    """Create the folder with access only for this user. Raises RefusalError if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        owner = path.stat().st_uid
    except OSError as error:
        raise RefusalError(f"The folder {path} cannot be made: {error.strerror}.") from error
    if not os.access(path, os.W_OK):
        raise RefusalError(
            f"The folder {path} belongs to user {owner} and cannot be written; "
            "start the script as that user or remove the folder."
        )
    return path


def ensure(requirements: tuple[str, ...], *, browser: bool = False, long_tests: bool = False) -> Path:
    """Complete the environment and return the path of its Python. Quick if nothing is missing."""

    def missing() -> list[str]:
        return missing_packages(browser=browser, long_tests=long_tests)

    if missing() or not stamp_is_current(requirements):
        with exclusive("environment"):
            install_debian(missing())
            if not stamp_is_current(requirements):
                install_python(requirements)
    return VENV / "bin" / "python"


def missing_packages(*, browser: bool, long_tests: bool = False) -> list[str]:
    """Return the Debian packages that have to be installed."""
    libraries = LIBRARIES | BROWSER_LIBRARIES if browser else LIBRARIES
    missing = [package for library, package in libraries.items() if not library_loads(library)]
    if browser and not any(map(shutil.which, BROWSERS)):
        missing.append("chromium")
    if long_tests:
        missing += [package for path, package in LONG_TESTS.items() if not Path(path).exists()]
    if not (VENV / "bin" / "python").exists() and importlib.util.find_spec("ensurepip") is None:
        missing.append(f"python3.{sys.version_info.minor}-venv")
    return missing


def library_loads(library: str) -> bool:
    try:
        return bool(ctypes.CDLL(library))
    except OSError:
        return False


def install_debian(packages: list[str]) -> None:
    """Install packages with apt. Raises RefusalError with the packages to install if this user may not or apt fails."""
    if not packages:
        return
    names = " ".join(packages)
    prefix = apt_prefix()
    if prefix is None:
        raise RefusalError(f"These system packages are missing: {names}. Install them as root: apt-get install {names}")
    print(f"Installing {names} …", flush=True)
    log = log_file("apt.log")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    install = [*apt, "install", "-y", "-qq", "--no-install-recommends", *packages]
    # With missing or old package lists the first attempt fails. Update them and try again.
    if run_logged(install, log) and (run_logged([*apt, "update", "-qq"], log) or run_logged(install, log)):
        raise RefusalError(
            f"These system packages could not be installed with apt: {names}. "
            f"Check the network or install them by hand: apt-get install {names} (details in {log})."
        )


def apt_prefix() -> list[str] | None:
    """Return the command prefix for running apt-get as root, or None if this user cannot."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return (
        sudo if shutil.which("sudo") and not subprocess.run([*sudo, "true"], capture_output=True).returncode else None
    )


def stamp_is_current(requirements: tuple[str, ...]) -> bool:
    try:
        return (VENV / "bin" / "python").exists() and stamp(requirements).read_text() == fingerprint(requirements)
    except OSError:
        return False


def stamp(requirements: tuple[str, ...]) -> Path:
    return VENV / f".installed-{len(requirements)}"


def fingerprint(requirements: tuple[str, ...]) -> str:
    return hashlib.sha256(
        b"".join(f"{name}\0".encode() + (ROOT / name).read_bytes() for name in requirements)
    ).hexdigest()


def install_python(requirements: tuple[str, ...]) -> None:
    """Create the environment and install the locked requirements, replacing an incomplete environment."""
    python, unfinished, log = VENV / "bin" / "python", VENV / ".unfinished", log_file("install.log")
    if VENV.exists() and (unfinished.exists() or not python.exists()):
        shutil.rmtree(VENV)
    if not VENV.exists():
        print(f"Making the Python environment in {VENV.relative_to(ROOT)} …", flush=True)
        VENV.mkdir(parents=True)
        unfinished.touch()
        # Not sys.executable, which may be in the environment that was just removed.
        if run_logged([sys._base_executable, "-m", "venv", str(VENV)], log):
            raise RefusalError(f"The Python environment could not be made (details in {log}).")
    unfinished.touch()
    print("Installing the Python packages …", flush=True)
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--no-compile", "--no-input", "-q"]
    command += ["--disable-pip-version-check", "--retries", "2", "--timeout", "20"]
    start = log.stat().st_size
    if run_logged([*command, *(f"--requirement={ROOT / name}" for name in requirements)], log):
        raise RefusalError(install_failure(log.read_bytes()[start:].decode(errors="replace"), log))
    for known in (RUNTIME, requirements):  # the larger set holds the smaller one
        stamp(known).write_text(fingerprint(known))
    unfinished.unlink()


def install_failure(output: str, log: Path) -> str:
    """Return why pip failed, in one sentence."""
    for printed, reason in NO_DOWNLOAD.items():
        if re.search(printed, output):
            return f"The Python packages could not be downloaded because {reason} and start again (details in {log})."
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    reason = errors[0].removeprefix("ERROR:").strip() if errors else "pip failed"
    return f"The Python packages could not be installed: {reason} (details in {log})."


def log_file(name: str) -> Path:
    path = private_folder(LOCAL / "log") / name
    path.touch()
    return path


def run_logged(command: list[str], log: Path) -> int:
    with log.open("ab") as output:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=ROOT).returncode
