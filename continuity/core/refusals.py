"""What the portal says no with: one plain sentence, nothing changed."""

from django.apps import apps
from django.db import IntegrityError


class Refused(Exception):
    """A change that is not made. The message is a sentence for the person: what is wrong and how to mend it."""

    status = 409


class Conflict(Refused):
    """Somebody else was first, or the step is not in the table of states."""


class Forbidden(Refused):
    """The person may not do this; the sentence says who can."""

    status = 403


def sentence_of(error: IntegrityError) -> str:
    """What the database refused, in the plain words kept beside the constraint (or raised by its trigger)."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.violation_error_message)
    said = getattr(diagnosis, "message_primary", None)
    return said if said and said[0].isupper() else "Somebody changed this at the same time. Look at it again."
