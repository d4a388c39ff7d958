"""The meeting of a review as others see it: who may be invited, how calendars show it, and who came, as roles."""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from continuity.accounts.models import User
from continuity.notifications.calendar import Entry
from incidents.models import RoleAssignment
from incidents.reviews.asked import may_know
from incidents.reviews.models import Attendance, Meeting, Review
from incidents.reviews.subjects import incidents_in, is_restricted

# Who came and has no role of their own: never their name instead.
NO_ROLE = "Member of staff"
# What a calendar says of a meeting that is over for its reader: its incident may have been restricted since.
ENDED = "Review meeting"


def standing(review: Review) -> Meeting | None:
    """The meeting that is set, whether or not it was held. One query."""
    return review.meetings.standing().first()


def suggested(review: Review) -> list[User]:
    """Who held a role in what is looked back at, was asked to write, or holds the review; and may know of it."""
    practised = review.exercise.incident_id if review.exercise else None
    held = RoleAssignment.objects.filter(Q(incident__in=incidents_in(review)) | Q(incident=practised))
    likely = Q(pk__in=review.attendances.asked().values("person"))
    likely |= Q(pk__in=[pk for pk in (review.facilitator_id, review.author_id) if pk])
    likely |= Q(pk__in=held.filter(accepted_at__isnull=False).values("person"))
    people = list(User.objects.filter(likely, is_active=True))
    if is_restricted(review):
        return [person for person in people if may_know(review, person)]
    return people


def new_uid(review: Review) -> str:
    """The UID of the review's next meeting, which no other calendar entry has (RFC 7986, 5.3)."""
    number = review.meetings.count() + 1
    return f"{review.ref}-meeting-{number}@{urlsplit(settings.PUBLIC_URL).hostname}"


def entry_of(meeting: Meeting, *, is_cancelled: bool = False) -> Entry:
    """How calendars show it; cancelled, without a word of what is looked back at."""
    return Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        start=meeting.span.lower,
        end=meeting.span.upper,
        summary=ENDED if is_cancelled else meeting.review.title,
        is_cancelled=is_cancelled,
        location="" if is_cancelled else ", ".join(part for part in (meeting.place, meeting.link) if part),
        is_meeting=True,
    )


def roles_who_came(attendances: Iterable[Attendance]) -> list[str]:
    """Who came, as roles: "Staff nurse (2)". The people are at hand."""
    came = (each.person for each in attendances if each.state == Attendance.State.ATTENDED)
    counted = Counter(person.job_title or NO_ROLE for person in came)
    return [role if count == 1 else f"{role} ({count})" for role, count in sorted(counted.items())]
