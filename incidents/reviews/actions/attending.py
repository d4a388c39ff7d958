"""Who came to a review's meeting is written down, also who was not invited."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.core.clock import local_day
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import moment_words
from incidents.reviews.actions.facilitating import only_facilitator
from incidents.reviews.actions.holding import hold_unfinished
from incidents.reviews.actions.meeting import as_seen
from incidents.reviews.models import Attendance, Meeting, Review

State = Attendance.State


@transaction.atomic
def note_attendance(
    *, review: Review, came: Collection[User], seen: int | None, by: User, at: datetime,
    apologies: Collection[User] = (),
) -> None:  # fmt: skip
    """These people came to the meeting, those sent apologies; whoever else was invited did not come, or wrote instead.

    Noted again, it stands as it was noted last. `seen` is the meeting's sequence that the writer saw: Conflict when it
    is another. Refused before the meeting begins.
    """
    hold_unfinished(review, what="who came")
    only_facilitator(review, by)
    meeting = as_seen(review, seen)
    if meeting is None:
        raise Conflict("No meeting is set for this review.")
    if meeting.span.lower > at:
        raise Refused(
            f"The meeting begins at {moment_words(meeting.span.lower)}. Note who came once it has begun."
        )
    _refuse_what_cannot_be(came, apologies)
    _write(review, {each.pk for each in came}, {each.pk for each in apologies})
    Meeting.objects.filter(pk=meeting.pk).update(sequence=meeting.sequence + 1)
    review.held_on = local_day(meeting.span.lower)
    Review.objects.filter(pk=review.pk).update(held_on=review.held_on)
    record("review.attendance_noted", review, by=by, at=at, to=str(len(came)))


def _refuse_what_cannot_be(came: Collection[User], apologies: Collection[User]) -> None:
    if not came:
        raise Refused("Tick who came. If nobody did, call the meeting off.")
    if both := [str(person) for person in apologies if person in came]:
        raise Refused(f"{both[0]} is ticked twice: as having come, and as having sent apologies.")


def _write(review: Review, came: set[int], apologies: set[int]) -> None:
    wrote = set(review.contributions.filter(author__isnull=False).values_list("author_id", flat=True))
    rows = {each.person_id: each for each in review.attendances.all()}
    for pk, row in rows.items():
        row.state = _state(row, came=pk in came, excused=pk in apologies, wrote=pk in wrote)
    Attendance.objects.bulk_update(rows.values(), ["state"])
    # Who came without being asked for anything, and did not come after all, has no part in the review.
    review.attendances.without_a_part().delete()
    Attendance.objects.bulk_create(
        Attendance(review=review, person_id=pk, is_asked=False, state=State.ATTENDED)
        for pk in sorted(came - rows.keys())
    )


def _state(row: Attendance, *, came: bool, excused: bool, wrote: bool) -> str:
    """What is known of somebody now; of who wrote without a name nothing is told from their row."""
    if came:
        return State.ATTENDED
    if row.is_invited and excused:
        return State.APOLOGIES
    if wrote:
        return State.WRITTEN
    return State.ABSENT if row.is_invited else State.INVITED
