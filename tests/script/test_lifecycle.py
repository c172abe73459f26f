"""A copy of the checkout is started, killed without warning and started again, like on a machine of its own."""

import re
import signal
import time
import urllib.request

import pytest

from tests.running import copy_of_the_checkout, free_port, kill, processes_of, start_demo

pytestmark = pytest.mark.long


@pytest.fixture
def checkout(tmp_path):
    """Below more folders than the path of a socket may have characters."""
    folder = copy_of_the_checkout(tmp_path.joinpath(*["a-rather-long-folder-name"] * 5, "checkout"))
    yield folder
    kill(processes_of(folder))


def test_demo_starts_again_after_kill_9_and_ctrl_c_leaves_no_process(checkout):
    port = free_port()
    ready = re.compile(rf"^Ready http://127\.0\.0\.1:{port}/\nPassword: \S+\n", re.MULTILINE)

    first, said = start_demo(checkout, port)
    assert ready.search(said), said
    kill(processes_of(checkout))
    first.wait(10)

    began = time.monotonic()
    second, said = start_demo(checkout, port)
    assert ready.search(said), said
    assert time.monotonic() - began < 30
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert answer.status == 200

    second.send_signal(signal.SIGINT)
    assert second.wait(30) == 0
    assert processes_of(checkout) == []
