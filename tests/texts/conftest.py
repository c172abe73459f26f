from collections.abc import Iterator

import pytest

from tests.factories.documents import FakeRoom, fake_room


@pytest.fixture
def room() -> Iterator[FakeRoom]:
    with fake_room() as made:
        yield made
