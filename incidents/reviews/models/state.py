"""How far a review is."""

from django.db import models


class State(models.TextChoices):
    """How far a review is; its actions live on after it is published."""

    DUE = "due", "Due"
    SCHEDULED = "scheduled", "Scheduled"
    DRAFTING = "drafting", "Being written"
    IN_REVIEW = "in_review", "With the approver"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    WAIVED = "waived", "Waived"


OVER = frozenset({State.PUBLISHED, State.WAIVED})
# It is still being prepared or written: people may be asked, and write.
TO_PREPARE = frozenset({State.DUE, State.SCHEDULED, State.DRAFTING})
# The text stands: from here on it is amended, never changed.
FINAL = frozenset({State.APPROVED, State.PUBLISHED})
