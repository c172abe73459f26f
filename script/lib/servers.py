"""The local PostgreSQL and Valkey of this checkout, shared by all its scripts.

Every script that uses the servers holds a shared lock on one file. The keeper process owns the servers and stops them
when it gets that lock exclusively, which is when the last script has ended. The kernel releases the locks of scripts
that are killed.
"""

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis
from psycopg2 import sql

from script.lib.environment import LOCAL, ROOT, RefusalError, exclusive, log_file, private_folder
from script.lib.processes import MARK
from script.lib.secrets import local_secrets

RUN = LOCAL / "run"
USERS = RUN / "users.lock"
KEEPER = RUN / "keeper.lock"
STATE = RUN / "servers.json"
REDIS_NUMBERS = RUN / "redis-databases.json"
REDIS_DATABASES = 512
STOPPING_SECONDS = 30
NAMED_SECONDS = 5  # for servers named by DATABASE_URL and REDIS_URL to respond


@dataclass(frozen=True)
class Addresses:
    """Addresses of the servers, without a database. `local` is false if the caller named them."""

    database: str
    redis: str
    local: bool = True


class Membership:
    """One script's use of the local servers."""

    def __init__(self, handle: IO[str]) -> None:
        self._handle = handle

    def outlive_exec(self) -> None:
        """Keep the lock when this process is replaced by another program."""
        os.set_inheritable(self._handle.fileno(), True)

    def leave(self) -> None:
        """Release the lock. Waits until the servers have stopped, unless another script uses them."""
        self._handle.close()
        deadline = time.monotonic() + STOPPING_SECONDS
        while time.monotonic() < deadline and not lockable(KEEPER) and not others_use_the_servers():
            time.sleep(0.05)


def lockable(path: Path, kind: int = fcntl.LOCK_EX) -> bool:
    """Return whether this kind of lock could be taken now."""
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def others_use_the_servers() -> bool:
    # A shared lock is held: an exclusive lock fails, a shared one succeeds. If both fail, the keeper is stopping.
    return not lockable(USERS) and lockable(USERS, fcntl.LOCK_SH)


def join() -> tuple[Addresses, Membership | None]:
    """Return the servers named by DATABASE_URL and REDIS_URL, or the local ones, which are started if needed."""
    database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if database and broker:
        require_answers(database, broker)
        return Addresses(database, broker, local=False), None
    if database or broker:
        raise RefusalError("Set both DATABASE_URL and REDIS_URL to use your own servers, or neither.")
    private_folder(RUN)
    handle = USERS.open("a")
    fcntl.flock(handle, fcntl.LOCK_SH)  # waits while a keeper is stopping the servers
    with exclusive("servers"):
        if lockable(KEEPER):
            start_keeper()
        state = json.loads(STATE.read_text())
    return Addresses(**state), Membership(handle)


def require_answers(database: str, broker: str) -> None:
    """Raise RefusalError if the named servers do not respond. The message contains no password."""
    if urlsplit(database).scheme not in {"postgres", "postgresql"}:
        raise RefusalError("DATABASE_URL must begin with postgresql://; the portal runs on no other database.")
    if urlsplit(broker).scheme not in {"redis", "rediss"}:
        raise RefusalError("REDIS_URL must begin with redis:// or rediss://.")
    try:
        psycopg2.connect(database, connect_timeout=NAMED_SECONDS).close()
    except psycopg2.Error as error:
        raise RefusalError(f"PostgreSQL at DATABASE_URL cannot be used: {first_line(error)}") from error
    client = redis.Redis.from_url(broker, socket_connect_timeout=NAMED_SECONDS, socket_timeout=NAMED_SECONDS)
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        raise RefusalError(f"Redis at REDIS_URL cannot be used: {first_line(error)}") from error
    finally:
        client.close()


def first_line(error: Exception) -> str:
    return f"{str(error).strip().splitlines()[0].rstrip('.')}."


def revive() -> None:
    """Restart the servers at the same addresses if their keeper was killed."""
    if lockable(KEEPER):
        with exclusive("servers"):
            if lockable(KEEPER):
                start_keeper()


def former_port(server: str) -> int | None:
    """Return the port of the last start if it is free, so that addresses stay valid between starts."""
    try:
        port = urlsplit(json.loads(STATE.read_text())[server]).port
    except (OSError, ValueError, KeyError):
        return None
    return port if port_is_free(port) else None


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def start_keeper() -> None:
    with log_file("servers.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, str(ROOT / "script" / "lib"), "keep"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=ROOT,
            env={
                name: value for name, value in os.environ.items() if name != MARK
            },  # the keeper belongs to no single script
            start_new_session=True,  # Ctrl-C must not stop servers that others use
        )
    answer = keeper.stdout.readline().strip()
    keeper.stdout.close()
    if answer != "ready":
        raise RefusalError(answer or f"The local servers could not be started; see {LOCAL / 'log' / 'servers.log'}.")
    # Tell Popen not to wait for it: the keeper outlives this script.
    keeper.returncode = 0


def write_state(addresses: Addresses) -> None:
    written = STATE.with_suffix(".new")
    written.write_text(json.dumps(asdict(addresses)))
    written.replace(STATE)


def with_path(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def database_name() -> str:
    """Return the name of the local database: `idm`, or `idm_votes` with PORTAL_DB=votes."""
    suffix = os.environ.get("PORTAL_DB", "")
    if suffix and not (suffix.isascii() and suffix.replace("_", "").isalnum() and suffix == suffix.lower()):
        raise RefusalError(f"PORTAL_DB may hold small letters, digits and underscores only, not {suffix!r}.")
    return f"idm_{suffix}" if suffix else "idm"


@contextmanager
def administrator(addresses: Addresses):
    """Yield a cursor outside the portal's databases, for creating and dropping them."""
    connection = psycopg2.connect(with_path(addresses.database, "postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


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
    """Return the address of the Redis database of `owner`, the same one until it is released."""
    with exclusive("redis-databases"):
        numbers = json.loads(REDIS_NUMBERS.read_text()) if REDIS_NUMBERS.exists() else {"idm": 0}
        if owner not in numbers:
            free = (number for number in range(1, REDIS_DATABASES) if number not in numbers.values())
            numbers[owner] = next(free)
            REDIS_NUMBERS.write_text(json.dumps(numbers))
    return with_path(addresses.redis, str(numbers[owner]))


def release_redis(*owners: str) -> None:
    with exclusive("redis-databases"):
        if REDIS_NUMBERS.exists():
            numbers = json.loads(REDIS_NUMBERS.read_text())
            REDIS_NUMBERS.write_text(json.dumps({name: n for name, n in numbers.items() if name not in owners}))


def empty_redis(url: str) -> None:
    client = redis.Redis.from_url(url)
    client.flushdb()
    client.close()


def environment_of(addresses: Addresses) -> dict[str, str]:
    """Return the environment variables for programs of the portal."""
    known = dict(os.environ)
    if addresses.local:
        name = database_name()
        known["DATABASE_URL"] = ensure_database(addresses, name)
        known["REDIS_URL"] = redis_url(addresses, name)
    secrets = local_secrets()
    known.setdefault("PORTAL_MODE", "demo")
    known.setdefault("SECRET_KEY", secrets["secret_key"])
    known.setdefault("DEMO_PASSWORD", secrets["demo_password"])
    suffix = os.environ.get("PORTAL_DB")
    known.setdefault("PORTAL_DATA", str(private_folder(LOCAL / (f"data-{suffix}" if suffix else "data"))))
    return known
