"""One open house a module, for the tests that send messages over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.till import Hospital, opened


@pytest.fixture(scope="module")
def till(dsn: str, home: Path) -> Iterator[Hospital]:
    """A hospital where the mother has one batch settled and cancelled, one settled, and one waiting."""
    with opened(dsn, home) as hospital:
        yield hospital
