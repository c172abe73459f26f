import pytest

from dialogue import visits


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Clear what the process has cached about running days, so that it does not outlive its rows."""
    visits._counted.clear()
