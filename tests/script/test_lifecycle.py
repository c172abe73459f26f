"""A copy of the checkout is started, killed without warning and started again, like on a machine of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from script.lib.environment import ROOT

pytestmark = pytest.mark.long
PATIENCE = 120


@pytest.fixture
def checkout(tmp_path):
    """Below more folders than the path of a socket may have characters."""
    folder = tmp_path.joinpath(*["a-rather-long-folder-name"] * 5, "checkout")
    ignored = shutil.ignore_patterns(".venv", ".local", ".git", "node_modules", "staticfiles", "__pycache__")
    shutil.copytree(ROOT, folder, ignore=ignored)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    yield folder
    for pid in processes_of(folder):
        os.kill(pid, signal.SIGKILL)


def processes_of(folder) -> list[int]:
    """Those whose command line names a file of the checkout."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue  # ended meanwhile
        if str(folder).encode() in words:
            found.append(int(process.name))
    return found


def start(folder, port):
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEMO_PASSWORD"}
    clean = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PORTAL_")}
    supervisor = subprocess.Popen(
        [folder / "script" / "demo"],
        env={**clean, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines, deadline = [], time.monotonic() + PATIENCE
    while time.monotonic() < deadline and (line := supervisor.stdout.readline()):
        lines.append(line)
        if line.startswith("Started in"):
            break
    return supervisor, "".join(lines)


def test_demo_starts_again_after_kill_9_and_ctrl_c_leaves_no_process(checkout):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    ready = re.compile(rf"^Ready http://127\.0\.0\.1:{port}/\nPassword: \S+\n", re.MULTILINE)

    first, said = start(checkout, port)
    assert ready.search(said), said
    for pid in processes_of(checkout):
        os.kill(pid, signal.SIGKILL)
    first.wait(10)

    began = time.monotonic()
    second, said = start(checkout, port)
    assert ready.search(said), said
    assert time.monotonic() - began < 30
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert answer.status == 200

    second.send_signal(signal.SIGINT)
    assert second.wait(30) == 0
    assert processes_of(checkout) == []
