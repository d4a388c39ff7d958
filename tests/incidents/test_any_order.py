"""Anybody does anything in any order: what must be true of an incident stays true, and no refusal leaves a half."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.incidents.playing.commanding import Commanding
from tests.incidents.playing.story import Press, shortest, story
from tests.incidents.playing.telling import Telling
from tests.incidents.playing.turning import Turning
from tests.incidents.playing.working import Joining, Working
from tests.incidents.playing.world import World, made

PRESSES = 80
# Plays differ by their seed alone, so hypothesis shortens nothing: `shortest` does, press by press.
SETTINGS = settings(
    max_examples=6, derandomize=True, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


class Play(Telling, Turning, Commanding, Working, Joining):
    """Everything that may be done to incidents."""


@pytest.fixture
def world(db: None, at: datetime) -> World:
    return made(at)


@pytest.mark.timeout(300)
@given(seed=st.integers(0, 2**32))
@SETTINGS
def test_whatever_anybody_does_incidents_stay_true(world: World, seed: int) -> None:
    presses = story(seed, PRESSES)

    fault = fault_of(world, presses)

    assert fault is None, told(world, presses)


def fault_of(world: World, presses: list[Press]) -> Exception | None:
    """What goes wrong in a play; None when nothing does."""
    try:
        Play(world).plays(presses)
    except Exception as fault:
        return fault
    return None


def told(world: World, presses: list[Press]) -> str:
    """The shortest play that still goes wrong, and how."""
    few = shortest(presses, lambda some: fault_of(world, some) is not None)
    return "\n".join([repr(fault_of(world, few)), *map(str, few)])
