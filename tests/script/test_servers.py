import json
import os
import socket

import pytest

from script.lib import servers
from script.lib.environment import RefusalError


@pytest.mark.parametrize(("suffix", "name"), [("", "idm"), ("votes", "idm_votes"), ("v2_x", "idm_v2_x")])
def test_database_is_named_after_portal_db(monkeypatch, suffix, name):
    monkeypatch.setenv("PORTAL_DB", suffix)
    assert servers.database_name() == name


@pytest.mark.parametrize("suffix", ["A", "a-b", 'x"y', "é", "a b"])
def test_suffix_that_no_database_name_may_hold_is_refused(monkeypatch, suffix):
    monkeypatch.setenv("PORTAL_DB", suffix)
    with pytest.raises(RefusalError) as refusal:
        servers.database_name()
    assert str(refusal.value) == f"PORTAL_DB may hold small letters, digits and underscores only, not {suffix!r}."


def test_one_server_named_without_the_other_is_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/idm")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(RefusalError) as refusal:
        servers.join()
    assert str(refusal.value) == "Set both DATABASE_URL and REDIS_URL to use your own servers, or neither."


@pytest.mark.parametrize(
    ("database", "broker", "message"),
    [
        ("mysql://u:secret@localhost/idm", "redis://localhost/", "DATABASE_URL must begin with postgresql://"),
        ("postgresql://u:secret@localhost/idm", "amqp://u:secret@localhost/", "REDIS_URL must begin with redis://"),
        ("postgresql://u:secret@127.0.0.1:1/idm", "redis://localhost/", "PostgreSQL at DATABASE_URL cannot be used: "),
        (None, "redis://:secret@127.0.0.1:1/0", "Redis at REDIS_URL cannot be used: "),
    ],
)
def test_named_servers_that_cannot_be_used_are_refused_in_one_line(monkeypatch, database, broker, message):
    monkeypatch.setenv("DATABASE_URL", database or os.environ["DATABASE_URL"])
    monkeypatch.setenv("REDIS_URL", broker)
    with pytest.raises(RefusalError) as refusal:
        servers.join()
    text = str(refusal.value)
    assert text.startswith(message) and text.endswith(".") and "\n" not in text and "secret" not in text


def test_named_servers_that_answer_are_used(monkeypatch):
    assert servers.join() == (servers.Addresses(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], local=False), None)


def test_each_owner_has_a_redis_database_of_its_own_at_every_call():
    addresses = servers.Addresses("postgresql://x/", "redis://:p@127.0.0.1:6379/")
    owners = ["idm", "idm_votes", *(f"test_run{number}" for number in range(100))]
    urls = [servers.redis_url(addresses, owner) for owner in owners]
    assert urls == [servers.redis_url(addresses, owner) for owner in owners]
    assert len(set(urls)) == len(owners)
    assert all(0 <= int(url.removeprefix("redis://:p@127.0.0.1:6379/")) < servers.REDIS_DATABASES for url in urls)


def test_former_port_is_used_again_only_while_free(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "STATE", tmp_path / "servers.json")
    assert servers.former_port("database") == 0
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        servers.STATE.write_text(json.dumps({"database": f"postgresql://idm:p@127.0.0.1:{port}/"}))
        assert servers.former_port("database") == port
        assert servers.free_port(port) not in {0, port}
    assert servers.free_port(port) == port
    assert servers.free_port(0) != 0


def test_secret_is_made_once_and_closed_to_other_users(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "SECRETS", tmp_path / "secrets.json")
    first = servers.secret("secret_key"), servers.secret("demo_password")
    assert (servers.secret("secret_key"), servers.secret("demo_password")) == first
    assert [len(text) for text in first] == [64, 16]
    assert servers.SECRETS.stat().st_mode & 0o777 == 0o600
