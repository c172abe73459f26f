import pytest

from dialogue import visits


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What a process knows of running days does not outlive the test whose rows they are."""
    visits._counted.clear()
