from collections.abc import Iterator

import pytest

from tests.factories.documents import FakeApp, fake_app


@pytest.fixture
def app() -> Iterator[FakeApp]:
    with fake_app() as made:
        yield made
