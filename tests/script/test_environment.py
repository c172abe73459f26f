import pytest

from script.lib import environment
from script.lib.environment import RefusalError


def test_missing_libraries_are_listed_with_the_packages_that_bring_them(monkeypatch):
    lacking = ("libpangoft2-1.0.so.0", "libatomic.so.1")
    monkeypatch.setattr(environment, "library_loads", lambda library: library not in lacking)
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    assert environment.missing_packages(browser=False) == ["libpangoft2-1.0-0"]
    monkeypatch.setattr(environment, "LONG_TESTS", {"/nowhere/java": "default-jre-headless", "/": "libc6"})
    assert environment.missing_packages(browser=False, long_tests=True) == ["libpangoft2-1.0-0", "default-jre-headless"]
    assert environment.missing_packages(browser=True) == ["libpangoft2-1.0-0", "libatomic1", "chromium"]


def test_someone_without_apt_rights_gets_the_exact_command(monkeypatch):
    monkeypatch.setattr(environment, "apt_prefix", lambda: None)
    with pytest.raises(RefusalError) as refusal:
        environment.install_debian(["libpango-1.0-0", "chromium"])
    assert str(refusal.value) == (
        "These system packages are missing: libpango-1.0-0 chromium. "
        "Install them as root: apt-get install libpango-1.0-0 chromium"
    )


def test_failing_apt_is_reported_with_its_log(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "apt_prefix", lambda: ["false"])
    monkeypatch.setattr(environment, "LOCAL", tmp_path)
    with pytest.raises(RefusalError) as refusal:
        environment.install_debian(["chromium"])
    assert str(refusal.value) == (
        "These system packages could not be installed with apt: chromium. Check the network or install them by hand: "
        f"apt-get install chromium (details in {tmp_path / 'log' / 'apt.log'})."
    )


@pytest.mark.parametrize(
    "output",
    [
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'\n"
        "ERROR: No matching distribution found for amqp==5.4.2",
        "socket.gaierror: [Errno -3] Temporary failure in name resolution",
    ],
)
def test_no_network_for_an_install_is_said_as_such(output, tmp_path):
    assert environment.install_failure(output, tmp_path) == (
        "The Python packages could not be downloaded because the package index cannot be reached; "
        f"connect to the network and start again (details in {tmp_path})."
    )


def test_untrusted_certificate_is_not_reported_as_missing_network(tmp_path):
    output = (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, "
        "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))'\nERROR: No matching distribution found"
    )
    assert environment.install_failure(output, tmp_path) == (
        "The Python packages could not be downloaded because the certificate of the package index is not trusted; "
        f"name your network's certificates with PIP_CERT and start again (details in {tmp_path})."
    )


def test_another_failure_of_pip_gives_its_own_reason(tmp_path):
    output = "noise\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES.\nmore"
    assert environment.install_failure(output, tmp_path) == (
        f"The Python packages could not be installed: THESE PACKAGES DO NOT MATCH THE HASHES. (details in {tmp_path})."
    )


def test_environment_is_current_until_a_requirement_changes(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    for name in environment.RUNTIME:
        (tmp_path / name).write_text("django==5.2\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    assert not environment.stamp_is_current(environment.RUNTIME)
    (tmp_path / ".venv" / ".installed-2").write_text(environment.fingerprint(environment.RUNTIME))
    assert environment.stamp_is_current(environment.RUNTIME)
    (tmp_path / "requirements-local.txt").write_text("django==5.3\n")
    assert not environment.stamp_is_current(environment.RUNTIME)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RefusalError) as refusal:
        environment.private_folder(tmp_path / "file" / "run")
    assert str(refusal.value) == f"The folder {tmp_path / 'file' / 'run'} cannot be made: File exists."
