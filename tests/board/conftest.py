"""The board's stage: nobody keeps this process's memory, so every page reads for itself."""

from collections.abc import Iterator

import pytest

from continuity.board.newest import forget
from releases.models import Disruption
from tests.factories import DisruptionFactory, ServiceFactory


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def outage(trusted: None, db: None) -> Disruption:
    """The story's outage of e-RS, told to staff; the board is open where the tests sit."""
    return DisruptionFactory(release__state="published", service=ServiceFactory(key="ers", name="e-RS"))
