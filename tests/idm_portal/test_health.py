"""The health checks of the compose file, run in the same way."""

import http.server
import os
import subprocess
import sys
import threading

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


def test_beat_is_well_while_its_scheduler_goes_round(tmp_path, monkeypatch):
    schedule = tmp_path / "beat"
    sign = tmp_path / "beat.alive"
    assert health.beat(sign) == "it has not begun"
    scheduler = Scheduler(app=app, schedule_filename=str(schedule), lazy=True)
    scheduler.setup_schedule()
    monkeypatch.setattr(scheduler, "apply_entry", lambda *_args, **_kwargs: None)
    scheduler.tick()
    scheduler.close()
    assert health.beat(sign) == ""
    old = sign.stat().st_mtime - 100
    os.utime(sign, (old, old))
    assert health.beat(sign).startswith("no sign of life for 10")


def test_unknown_check_is_refused():
    assert run("everything") == (1, "usage: health.py web|beat")


def test_compose_file_watches_what_the_beat_touches():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    [schedule] = [word for word in services["beat"]["command"] if word.startswith("/tmp/")]
    assert f"{schedule}.alive" == str(health.BEAT_SIGN)
    assert [services[name]["healthcheck"]["test"] for name in ("web", "beat")] == [
        ["CMD", "python", "idm_portal/health.py", name] for name in ("web", "beat")
    ]
    assert [name for name, service in services.items() if "ports" in service] == ["web"]
