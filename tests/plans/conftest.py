"""What the tests of this room share."""

import pytest

from continuity.core import slots


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room's pages without what upper rooms put into their slots, which those rooms count themselves."""
    monkeypatch.setattr(slots, "_fillers", {})
