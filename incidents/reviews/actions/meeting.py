"""A review's meeting is set, changed and called off, also in the calendars of those it concerns."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move
from continuity.core.wording import window_words
from continuity.notifications.actions import Words
from incidents.reviews.actions.facilitating import only_facilitator
from incidents.reviews.actions.holding import hold_unfinished
from incidents.reviews.actions.reaching import refuse_who_may_not_know, tell
from incidents.reviews.meetings import entry_of, new_uid, standing
from incidents.reviews.models import Attendance, Meeting, Review, State


@transaction.atomic
def set_meeting(
    *, review: Review, span: Range[datetime], people: Collection[User], seen: int | None, by: User,
    at: datetime, place: str = "", link: str = "",
) -> Meeting:  # fmt: skip
    """The review is held then and there, with these people: new ones are invited, the others told what changed.

    `seen` is the sequence of the meeting that its writer saw, None where there was none: Conflict when it is another.
    Whoever is not among the people any more is told that they need not come. Nothing is sent of a meeting that is over.
    Refused once people came to it.
    """
    hold_unfinished(review, what="its meeting")
    only_facilitator(review, by)
    facts = {"span": span, "place": place.strip(), "link": link.strip()}
    _refuse_what_cannot_be(facts, people)
    refuse_who_may_not_know(review, people, doing="Invite")
    before = as_seen(review, seen)
    _refuse_once_held(review)
    invited = {each.person_id: each.person for each in review.attendances.invited().select_related("person")}
    new = [person for person in people if person.pk not in invited]
    gone = [person for pk, person in invited.items() if pk not in {each.pk for each in people}]
    is_moved = before is not None and any(getattr(before, name) != fact for name, fact in facts.items())
    if before and not (is_moved or new or gone):
        return before
    was = before.span if before else span
    meeting = _kept(review, before, facts)
    if review.state == State.DUE:
        move(review, to=State.SCHEDULED)
    _invite(review, new)
    _take_off(review, gone)
    _tell_ended(meeting, was, gone, "You need not come", at)
    _tell_changes(
        meeting, new, [each for pk, each in invited.items() if is_moved and each not in gone], by, at
    )
    record("review.meeting_set", review, by=by, at=at, to=str(meeting.sequence))
    return meeting


@transaction.atomic
def call_off_meeting(*, review: Review, seen: int | None, by: User, at: datetime) -> None:
    """Nobody meets, and whoever was invited is told; another meeting may be set. Refused once people came to it."""
    hold_unfinished(review, what="its meeting")
    only_facilitator(review, by)
    meeting = as_seen(review, seen)
    if meeting is None:
        raise Conflict("No meeting is set for this review.")
    _refuse_once_held(review)
    if review.state == State.SCHEDULED:
        move(review, to=State.DUE)
    _end(meeting, at)
    record("review.meeting_called_off", review, by=by, at=at)


def end_meeting_ahead(review: Review, at: datetime) -> None:
    """Call off the meeting that is still to come, for an action of which that is a part."""
    meeting = standing(review)
    if meeting and meeting.span.upper > at:
        _end(meeting, at)


def as_seen(review: Review, seen: int | None) -> Meeting | None:
    """The meeting that stands. Conflict when its writer saw another, or another version of it."""
    meeting = standing(review)
    if (meeting.sequence if meeting else None) != seen:
        raise Conflict("Somebody else changed the meeting meanwhile. Look at it again.")
    return meeting


def _refuse_what_cannot_be(facts: dict[str, Any], people: Collection[User]) -> None:
    if not (facts["place"] or facts["link"]):
        raise Refused("Write the place, or the link to join online.")
    if not people:
        raise Refused("Choose whom you invite. If nobody shall come, call the meeting off.")


def _refuse_once_held(review: Review) -> None:
    if review.attendances.came().exists():
        raise Refused("People came to this meeting, so it stands as it was held.")


def _kept(review: Review, before: Meeting | None, facts: dict[str, Any]) -> Meeting:
    if before is None:
        return Meeting.objects.create(review=review, uid=new_uid(review), **facts)
    Meeting.objects.filter(pk=before.pk).update(sequence=before.sequence + 1, **facts)
    before.refresh_from_db()
    return before


def _invite(review: Review, people: Collection[User]) -> None:
    """Rows of those who were asked to write are there already."""
    review.attendances.filter(person__in=people).update(is_invited=True)
    known = set(review.attendances.values_list("person_id", flat=True))
    Attendance.objects.bulk_create(
        Attendance(review=review, person=person, is_asked=False, is_invited=True)
        for person in people
        if person.pk not in known
    )


def _take_off(review: Review, people: Collection[User]) -> None:
    rows = review.attendances.filter(person__in=people)
    rows.update(is_invited=False)
    rows.without_a_part().delete()


def _end(meeting: Meeting, at: datetime) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(called_off_at=at, sequence=meeting.sequence + 1)
    meeting.called_off_at, meeting.sequence = at, meeting.sequence + 1
    invited = [each.person for each in meeting.review.attendances.invited().select_related("person")]
    _take_off(meeting.review, invited)
    _tell_ended(meeting, meeting.span, invited, "Called off", at)


def _tell_changes(
    meeting: Meeting, new: Collection[User], others: Collection[User], by: User, at: datetime
) -> None:
    if meeting.span.upper <= at:
        return
    event = f"meeting:{meeting.pk}"
    tell(meeting.review, event, new, _words(meeting, "Invitation", by), at=at, stale_at=meeting.span.upper)
    tell(meeting.review, event, others, _words(meeting, "Changed", by), at=at, stale_at=meeting.span.upper)


def _tell_ended(
    meeting: Meeting, span: Range[datetime], people: Collection[User], what: str, at: datetime
) -> None:
    """`span` is when they thought it would be. No word of what is looked back at: see ENDED."""
    if span.upper is None or span.upper <= at:
        return
    words = Words(
        title=f"{what}: review meeting, {window_words(span)}",
        body="You were invited to this meeting. It leaves your calendar.",
        url=reverse("reviews:list"),
        entry=entry_of(meeting, is_cancelled=True),
    )
    tell(meeting.review, f"meeting:{meeting.pk}", people, words, at=at, stale_at=span.upper)


def _words(meeting: Meeting, what: str, by: User) -> Words:
    review, when = meeting.review, window_words(meeting.span)
    where = [f"Place: {meeting.place}"] if meeting.place else []
    online = [f"Join online: {meeting.link}"] if meeting.link else []
    return Words(
        title=f"{what}: {review.title}",
        body="\n\n".join(
            [
                "\n".join([f"When: {when}", *where, *online]),
                "People look back together at what in the work made this likely, not at who did it.",
                f"If you cannot come, tell whoever facilitates it: {review.facilitator or by}.",
            ]
        ),
        brief=". ".join(part for part in (when, meeting.place) if part),
        url=reverse("reviews:meeting", args=[review.ref]),
        entry=entry_of(meeting),
    )
