import os
import socket
import subprocess
import sys

import pytest

from script.lib import processes
from script.lib.environment import RefusalError


def test_port_is_8000_when_nothing_is_said():
    assert processes.port_from(None) == 8000


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "８０００", " 8000"])
def test_nonsense_port_is_refused_in_one_sentence(text):
    with pytest.raises(RefusalError) as refusal:
        processes.port_from(text)
    assert str(refusal.value) == f"PORT must be a number between 1 and 65535, not {text!r}."


def test_taken_port_is_named_and_another_suggested():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(RefusalError) as refusal:
            processes.require_free_port("127.0.0.1", port)
    assert str(refusal.value) == (
        f"Port {port} on 127.0.0.1 is taken by another program; choose another, for example PORT={port % 65535 + 1}."
    )
    processes.require_free_port("127.0.0.1", port)


def test_what_a_start_left_behind_is_found_by_its_mark_and_ended():
    mark = f"test of {os.getpid()}"
    program = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, processes.MARK: mark}, stdout=subprocess.PIPE
    )
    child.stdout.readline()
    assert processes.marked(mark) == [child.pid]
    processes.end_marked(mark, patience=0.2)
    assert (processes.marked(mark), child.wait(5)) == ([], -9)


def test_process_lives_until_it_was_waited_for():
    child = subprocess.Popen(["true"])
    child.wait()
    assert (processes.lives(os.getpid()), processes.lives(child.pid)) == (True, False)
