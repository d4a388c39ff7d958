"""The board's stage: nobody keeps this process's memory, so every page reads for itself."""

from collections.abc import Iterator

import pytest

from continuity.board.newest import forget


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    forget()
    yield
    forget()
