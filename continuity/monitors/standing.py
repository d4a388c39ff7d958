"""How a watched job is, as a tag says it."""

from datetime import datetime

from continuity.monitors.models import Heartbeat

COLOURS = {Heartbeat.State.UP: "green", Heartbeat.State.PAUSED: "blue"}


def standing(found: Heartbeat, at: datetime) -> dict[str, str]:
    """The words of its tag and their colour, whether or not a worker has written it down."""
    if found.state == Heartbeat.State.DOWN or found.is_overdue(at):
        return {"words": "Down", "colour": "red"}
    if found.is_late(at):
        return {"words": "Late", "colour": "yellow"}
    colour = COLOURS.get(Heartbeat.State(found.state), "grey")
    return {"words": found.get_state_display(), "colour": colour}
