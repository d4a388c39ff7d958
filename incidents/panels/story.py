"""The timeline in the room: the latest, a line to write the next, and decisions to look at again."""

from datetime import datetime
from typing import Any

from continuity.accounts.models import User
from incidents.forms import NoteForm
from incidents.models import ENDED, Incident
from incidents.story import IN_THE_ROOM, page_of, to_look_at_again


def facts(incident: Incident, person: User, at: datetime) -> dict[str, Any]:
    """The latest of what happened, the newest first."""
    page = page_of(incident, limit=IN_THE_ROOM)
    return {
        "timeline": page.items,
        "has_more": page.before is not None,
        "is_ended": incident.state in ENDED,
        "look_again": to_look_at_again(incident, at),
        "note_form": NoteForm(incident=incident) if incident.state not in ENDED else None,
    }
