import os
import subprocess
import sys
import tomllib

import pytest

from script.lib import testing
from script.lib.django import reason
from script.lib.environment import RefusalError


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], False),
        (["-q", "-k", "votes"], False),
        (["tests/script"], True),
        (["tests/script/test_testing.py::test_x", "-q"], True),
    ],
)
def test_linters_run_unless_tests_are_named(words, expected):
    assert testing.names_tests(words) is expected


def test_tests_never_share_the_redis_database_that_was_named():
    assert testing.next_redis_database("redis://:p@host:6379/0") == "redis://:p@host:6379/1"
    assert testing.next_redis_database("redis://host:6379") == "redis://host:6379/1"


def test_redis_address_without_a_number_is_refused():
    with pytest.raises(RefusalError) as refusal:
        testing.next_redis_database("redis://host:6379/first")
    assert "redis://host:6379/first" in str(refusal.value)


def test_deployment_is_checked_in_production_mode_and_migrations_in_test_mode():
    modes = {name: known.get("PORTAL_MODE") for name, _, known in testing.checks({"DATABASE_URL": "x"})}
    assert modes == {
        "mypy": None,
        "javascript": None,
        "migrations": "test",
        "deployment": "production",
        "djlint": None,
        "import-linter": None,
        "catalogues": None,
        "ruff check": None,
        "ruff format": None,
    }


def test_failed_step_is_reported_with_its_output_and_the_others_still_run(monkeypatch, capfd):
    steps = [("first", ["-c", "print('what was wrong'); raise SystemExit(2)"], {}), ("second", ["-c", "pass"], {})]
    monkeypatch.setattr(testing, "checks", lambda known: steps)
    assert testing.run_checks({}) is False
    lines = capfd.readouterr().out.splitlines()
    assert [line.partition(" (")[0].split() for line in lines] == [
        ["first", "FAILED"],
        ["what", "was", "wrong"],
        ["second", "ok"],
    ]


def test_reason_of_a_failed_command_is_its_last_error():
    output = "Traceback (most recent call last):\n  File x\ndjango.db.utils.OperationalError: no connection.\nbye\n"
    assert reason(output) == "django.db.utils.OperationalError: no connection"
    assert reason("CommandError: data/demo/x.csv:7: unknown State\n") == "data/demo/x.csv:7: unknown State"
    assert reason("\n") == "it gave no reason"


@pytest.mark.parametrize(("faults", "code"), [([], 0), (["locale/fr/django.po:3: %(n)s is missing"], 1)])
def test_catalogues_step_fails_only_on_faults(monkeypatch, faults, code):
    monkeypatch.setattr("script.lib.assets.catalogue_faults", lambda: faults)
    with pytest.raises(SystemExit) as ended:
        exec(testing.CATALOGUES)
    assert ended.value.code == ("\n".join(faults) or 0)
    assert bool(code) == bool(ended.value.code)


@pytest.mark.parametrize(
    ("arguments", "everything", "measured"),
    [([], True, True), ([], False, False), (["tests/votes"], True, False)],
)
def test_only_the_whole_of_all_tests_is_held_to_the_floor_of_coverage(monkeypatch, arguments, everything, measured):
    ran = []
    monkeypatch.setattr(testing, "run_to_the_end", lambda command, known: ran.append(command) or True)
    addresses = testing.servers.Addresses(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], local=False)
    monkeypatch.setenv("PORTAL_DB", "coverage")
    known = {"REDIS_URL": "redis://host:6379/0"}
    monkeypatch.setattr(testing.servers, "empty_redis", lambda url: None)
    assert testing.run_pytest(addresses, known, arguments, everything=everything) is True
    [command] = ran
    assert [word for word in command if word.startswith("--cov")] == (
        ["--cov", "--cov-config=pyproject.toml", "--cov-report=html"] if measured else []
    )
    floor = tomllib.loads((testing.ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["report"]["fail_under"]
    assert floor >= 90


def test_only_migrations_after_the_last_release_are_linted(monkeypatch, tmp_path):
    released = tmp_path / "released.txt"
    everything = sorted(str(path.relative_to(testing.ROOT)) for path in testing.files("*/migrations/0*.py"))
    released.write_text("\n".join(everything[:-1]))
    monkeypatch.setattr(testing, "RELEASED_MIGRATIONS", released)
    monkeypatch.setattr(testing, "LOCAL", tmp_path)
    assert testing.later_migrations().read_text().split() == everything[-1:]


def test_a_migration_that_breaks_the_version_before_is_named(tmp_path):
    listed = tmp_path / "later.txt"
    listed.write_text("documents/migrations/0012_steps_without_batches.py\n")
    known = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", testing.MIGRATIONS, str(listed)]
    done = subprocess.run(command, env=known, cwd=testing.ROOT, capture_output=True, text=True)
    assert (done.returncode, "DROPPING columns" in done.stdout) == (1, True), done.stdout + done.stderr
