import pytest

from tests.running import RunningDemo, copy_of_the_checkout


@pytest.fixture(scope="package")
def demo(tmp_path_factory):
    """One running demonstration for all tests; each test leaves it working."""
    running = RunningDemo(copy_of_the_checkout(tmp_path_factory.mktemp("faults") / "checkout"))
    yield running
    running.end()
