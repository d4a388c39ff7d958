"""Standing down area by area in the room: who is on paper still, who was told what, and the form that tells them."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.forms import AreasForm
from incidents.models import BACK, OPEN, Incident, State


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """Its areas, those on paper first; the form while some may be told."""
    rows = list(incident.areas.select_related("area").order_by("area__name"))
    waiting = [row for row in rows if row.stood_down_at is None]
    may_tell = bool(waiting) and incident.state in BACK | {State.STOOD_DOWN}
    return {
        "areas": [*waiting, *(row for row in rows if row.stood_down_at)],
        "waiting": len(waiting),
        "form": AreasForm(incident=incident, rows=rows) if may_tell else None,
        "may_ask": not rows and incident.state in OPEN,
    }
