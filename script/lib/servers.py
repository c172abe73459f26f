"""The local PostgreSQL and Valkey of this checkout, shared by all its scripts.

Every script that uses the servers holds a shared lock on one file. The daemon process owns the servers and stops them
when it gets that lock exclusively, which is when the last script has ended. The kernel releases the locks of scripts
that are killed.
"""

import contextlib
import fcntl
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis
from psycopg2 import sql

from script.lib.environment import LOCAL, ROOT, RefusalError, exclusive, log_file, private_folder
from script.lib.processes import MARK

RUN = LOCAL / "run"
USERS = RUN / "users.lock"
DAEMON = RUN / "daemon.lock"
STATE = RUN / "servers.json"
REDIS_DATABASES = 100_000  # Valkey looks at each many times a second: 0.2% of a core, ten million took 20%
SECRETS = LOCAL / "secrets.json"
STOPPING_SECONDS = 30
NAMED_SECONDS = 5  # for servers named by DATABASE_URL and REDIS_URL to respond


@dataclass(frozen=True)
class Addresses:
    """Addresses of the servers, without a database. `local` is false if the caller named them."""

    database: str
    redis: str
    local: bool = True


def join() -> tuple[Addresses, IO[str] | None]:
    """Return the servers named by DATABASE_URL and REDIS_URL, or the checkout's own, started if need be.

    The checkout's own run at least until the returned file is closed.
    """
    database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if database and broker:
        require_answers(database, broker)
        return Addresses(database, broker, local=False), None
    if database or broker:
        raise RefusalError("Set both DATABASE_URL and REDIS_URL to use your own servers, or neither.")
    private_folder(RUN)
    using = USERS.open("a")
    fcntl.flock(using, fcntl.LOCK_SH)  # waits while a daemon is stopping the servers
    revive()
    return Addresses(**json.loads(STATE.read_text())), using


def leave(using: IO[str] | None) -> None:
    """Release the lock. Waits until the servers have stopped, unless another script uses them."""
    if using is None:
        return
    using.close()
    deadline = time.monotonic() + STOPPING_SECONDS
    # A shared lock is held: an exclusive lock fails, a shared one succeeds. If both fail, the daemon is stopping.
    while time.monotonic() < deadline and not lockable(DAEMON):
        if not lockable(USERS) and lockable(USERS, fcntl.LOCK_SH):
            return
        time.sleep(0.05)


def lockable(path, kind: int = fcntl.LOCK_EX) -> bool:
    """Return whether this kind of lock could be taken now."""
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def revive() -> None:
    """Start the daemon if it does not run; after one that was killed, at the same addresses."""
    with exclusive("servers"):  # also waits for a daemon that another script is starting
        if lockable(DAEMON):
            start_daemon()


def start_daemon() -> None:
    with log_file("servers.log").open("ab") as log:
        daemon = subprocess.Popen(
            [sys.executable, str(ROOT / "script" / "lib"), "daemon"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name != MARK},  # it belongs to no single script
            start_new_session=True,  # Ctrl-C must not stop servers that others use
        )
    with daemon.stdout:
        answer = daemon.stdout.readline().strip()
    if answer != "ready":
        raise RefusalError(answer or f"The local servers could not be started; see {log.name}.")
    daemon.returncode = 0  # nobody waits for it, since it outlives this process; avoids Python's ResourceWarning


def write_state(addresses: Addresses) -> None:
    written = STATE.with_suffix(".new")
    written.write_text(json.dumps(asdict(addresses)))
    written.replace(STATE)


def former_port(server: str) -> int:
    """Return the port of the last start, so that addresses in a running shell stay good; 0 if there was none."""
    try:
        return urlsplit(json.loads(STATE.read_text())[server]).port
    except (OSError, ValueError, KeyError):
        return 0


def free_port(wanted: int) -> int:
    """Return the wanted port of 127.0.0.1, or any other if it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def secret(name: str) -> str:
    """Return a secret of this checkout's demonstration and tests: made once, stored in `.local/`, never committed."""
    with exclusive("secrets"):
        known = json.loads(SECRETS.read_text()) if SECRETS.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(48 if name == "secret_key" else 12)
            written = SECRETS.with_suffix(".new")
            written.touch(mode=0o600)
            written.write_text(json.dumps(known, indent=1))
            written.replace(SECRETS)
        return known[name]


def require_answers(database: str, broker: str) -> None:
    """Raise RefusalError if the named servers do not respond. The message contains no password."""
    if urlsplit(database).scheme not in {"postgres", "postgresql"}:
        raise RefusalError("DATABASE_URL must begin with postgresql://; the portal runs on no other database.")
    if urlsplit(broker).scheme not in {"redis", "rediss"}:
        raise RefusalError("REDIS_URL must begin with redis:// or rediss://.")
    server = "PostgreSQL at DATABASE_URL"
    try:
        psycopg2.connect(database, connect_timeout=NAMED_SECONDS).close()
        server = "Redis at REDIS_URL"
        with redis.Redis.from_url(broker, socket_connect_timeout=NAMED_SECONDS, socket_timeout=NAMED_SECONDS) as client:
            client.ping()
    except (psycopg2.Error, redis.RedisError, OSError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise RefusalError(f"{server} cannot be used: {reason}.") from error


def with_path(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def suffixed(name: str, separator: str = "-") -> str:
    """Return the name, or `name-votes` with PORTAL_DB=votes: so several people can work in one checkout."""
    suffix = os.environ.get("PORTAL_DB", "")
    if suffix and not (suffix.isascii() and suffix.replace("_", "").isalnum() and suffix == suffix.lower()):
        raise RefusalError(f"PORTAL_DB may hold small letters, digits and underscores only, not {suffix!r}.")
    return f"{name}{separator}{suffix}" if suffix else name


def database_name() -> str:
    return suffixed("idm", "_")


@contextlib.contextmanager
def administrator(addresses: Addresses) -> Iterator[psycopg2.extensions.cursor]:
    """Yield a cursor outside the portal's databases, for creating and dropping them."""
    with contextlib.closing(psycopg2.connect(with_path(addresses.database, "postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def ensure_database(addresses: Addresses, name: str) -> str:
    """Create the database if it does not exist, and return its address."""
    with exclusive("servers"), administrator(addresses) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    return with_path(addresses.database, name)


def drop_databases(addresses: Addresses, *names: str) -> None:
    with administrator(addresses) as cursor:
        for name in names:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def databases_like(addresses: Addresses, prefix: str) -> list[str]:
    with administrator(addresses) as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", [prefix])
        return [name for (name,) in cursor.fetchall()]


def redis_url(addresses: Addresses, owner: str) -> str:
    """Return the Redis database of `owner`: one of so many that two owners hardly ever get the same."""
    return with_path(addresses.redis, str(zlib.crc32(owner.encode()) % REDIS_DATABASES))


def empty_redis(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.flushdb()


def environment_of(addresses: Addresses) -> dict[str, str]:
    """Return the environment variables for programs of the portal."""
    known = {"PORTAL_MODE": "demo", "SECRET_KEY": secret("secret_key"), "DEMO_PASSWORD": secret("demo_password")}
    known |= {"PORTAL_DATA": str(private_folder(LOCAL / suffixed("data")))} | os.environ
    if addresses.local:
        known["DATABASE_URL"] = ensure_database(addresses, database_name())
        known["REDIS_URL"] = redis_url(addresses, database_name())
    return known
