from collections.abc import Iterator

import pytest

from tests.push.peer import Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A test push service of this test's own."""
    running = Peer().start()
    yield running
    running.stop()
