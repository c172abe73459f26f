"""The health checks of the compose file, run in the same way."""

import faulthandler
import http.server
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml

from idm_portal import health
from idm_portal.beat import Scheduler
from idm_portal.celery import app
from script.lib.environment import ROOT


@pytest.fixture
def answering():
    """Run a server that answers with that status; return the hosts it was asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        status, hosts = 200, []

        def do_GET(self):
            self.hosts.append((self.path, self.headers["Host"]))
            self.send_response(self.status)
            self.end_headers()

        def log_message(self, *_args):
            """Log nothing, to keep the test's output clean."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], Handler
        server.shutdown()


def run(*words: str, **known: str) -> tuple[int, str]:
    command = [sys.executable, str(ROOT / "idm_portal" / "health.py"), *words]
    done = subprocess.run(command, env={**os.environ, **known}, capture_output=True, text=True)
    return done.returncode, done.stderr.strip()


def test_web_is_well_while_it_is_ready(answering):
    port, handler = answering
    known = {"PORT": str(port), "ALLOWED_HOSTS": "idm.example.org, www.example.org"}
    assert run("web", **known) == (0, "")
    assert handler.hosts == [("/readyz", "idm.example.org")]
    handler.status = 503
    code, output = run("web", **known)
    assert (code, output) == (1, "not ready: 503 Service Unavailable")


def test_beat_is_well_while_its_scheduler_goes_round(tmp_path, monkeypatch, settings):
    sign = tmp_path / "alive"
    settings.SIGN_OF_LIFE = str(sign)
    assert health.process(sign) == "it has not begun"
    scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "beat"), lazy=True)
    scheduler.setup_schedule()
    monkeypatch.setattr(scheduler, "apply_entry", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # as Celery does, without a file beneath it
    scheduler.tick()
    faulthandler.cancel_dump_traceback_later()
    scheduler.close()
    assert (health.process(sign), sign.read_text()) == ("", str(os.getpid()))


def age(sign: Path, seconds: int) -> None:
    changed = time.time() - seconds
    os.utime(sign, (changed, changed))


def test_process_without_a_sign_of_life_is_killed_once(tmp_path):
    sign = tmp_path / "alive"
    silent = subprocess.Popen(["sleep", "600"])
    sign.write_text(str(silent.pid))
    age(sign, 100)
    code, output = run("process", SIGN_OF_LIFE=str(sign))
    assert (code, output) == (1, f"no sign of life for 100 s: process {silent.pid} was killed")
    assert silent.wait(10) == -signal.SIGKILL
    assert run("process", SIGN_OF_LIFE=str(sign)) == (1, "it has not begun")


@pytest.mark.parametrize("written", ["", "0", "1", "words"])
def test_sign_without_the_number_of_a_process_kills_nothing(tmp_path, monkeypatch, written):
    killed = []
    monkeypatch.setattr(os, "kill", lambda *call: killed.append(call))
    sign = tmp_path / "alive"
    sign.write_text(written)
    age(sign, 100)
    assert (health.process(sign) != "", killed) == (True, [])


def test_unknown_check_is_refused():
    assert run("everything") == (1, "usage: health.py web|process")


def test_compose_restarts_every_process_that_shows_no_sign_of_life():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    processes = {name: service for name, service in services.items() if "SIGN_OF_LIFE" in service["environment"]}
    assert set(processes) == {"web", "worker", "pdf-worker", "sweeper", "beat", "migrate"}
    check = {name: service["healthcheck"]["test"][-1] for name, service in processes.items() if name != "migrate"}
    assert check == {"web": "web", **dict.fromkeys(("worker", "pdf-worker", "sweeper", "beat"), "process")}
    # Without an init process, the portal's process would be number 1, which cannot be killed from inside.
    assert all(service["init"] for service in processes.values())
    assert {service["restart"] for name, service in processes.items() if name != "migrate"} == {"unless-stopped"}
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
