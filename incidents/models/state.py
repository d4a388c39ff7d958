"""How far an incident is; the milestones beside it are separate instants."""

from django.db import models


class State(models.TextChoices):
    DECLARED = "declared", "Declared"
    RESPONDING = "responding", "Responding"
    MITIGATED = "mitigated", "Workaround in place"
    RESTORED = "restored", "Service is back"
    RECOVERING = "recovering", "Catching up"
    STOOD_DOWN = "stood_down", "Stood down"
    CLOSED = "closed", "Closed"
    DUPLICATE = "duplicate", "Duplicate"
    CANCELLED = "cancelled", "Cancelled"


# People still work on it.
OPEN = frozenset({State.DECLARED, State.RESPONDING, State.MITIGATED, State.RESTORED, State.RECOVERING})
# The service is not back yet: staff are promised updates.
ACTIVE = frozenset({State.DECLARED, State.RESPONDING, State.MITIGATED})
# The service is back, and the all-clear is not given to everybody yet.
BACK = frozenset({State.RESTORED, State.RECOVERING})
# Nothing is done with it any more, but reading it.
ENDED = frozenset({State.CLOSED, State.DUPLICATE, State.CANCELLED})
