"""Reminders: a row each, due at an instant, told once to whoever can do something about it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from continuity.accounts.models import User
from continuity.core.ledger import SYSTEM, record
from continuity.core.wording import length_words, time_words
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience
from continuity.notifications.models import URGENT
from continuity.notifications.models import Kind as News
from incidents.actions.guards import locked
from incidents.addressed import let_in, people_as
from incidents.chases import due_now, key_of
from incidents.models import Chase, Incident, RoleAssignment
from incidents.outstanding import outstanding
from incidents.wording import exercise_words

LEAD, ABOVE_ALL = "it_lead", "strategic"
What = Chase.What
# These are worth nothing in the morning.
URGENTLY = frozenset({What.PROMISE_SOON, What.OUTSIDE_BODY})


@transaction.atomic
def plan_chases(*, at: datetime) -> None:
    """Every reminder that has come due has its row; each is there once."""
    due = due_now(at)
    known = set(map(key_of, Chase.objects.filter(incident__in={key[0] for key in due})))
    Chase.objects.bulk_create(
        [
            Chase(incident_id=incident, what=what, assignment_id=assignment, due_at=due_at)
            for incident, what, assignment, due_at in sorted(due - known, key=lambda key: key[3])
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def chase(*, reminder: Chase, at: datetime) -> None:
    """Remind once, if it still makes sense. Of two workers the later finds it done."""
    incident = Incident.objects.select_related("declared_by").get(pk=reminder.incident_id)
    locked(incident)
    if not Chase.objects.filter(pk=reminder.pk, done_at__isnull=True).update(done_at=at):
        return
    text = _text(reminder, incident, at) if key_of(reminder) in due_now(at, incident) else ""
    people = let_in(incident, _people(reminder, incident, at)) if text else []
    if not people:
        return
    _tell(reminder, incident, text, people, at)
    record("incident.chased", incident, by=SYSTEM, at=at, to=reminder.get_what_display()[:40])


def _people(reminder: Chase, incident: Incident, at: datetime) -> list[User]:
    assignment = reminder.assignment
    if reminder.what == What.PROMISE_SOON:
        return _authors(incident) or people_as(incident, LEAD, at)
    if reminder.what == What.LONG_SHIFT and assignment and assignment.person:
        return [assignment.person]
    if reminder.what == What.TOO_LONG_SHIFT and assignment:
        above = assignment.role.reports_to
        return people_as(incident, above.code if above else ABOVE_ALL, at)
    return people_as(incident, LEAD, at)


def _authors(incident: Incident) -> list[User]:
    """Whoever holds now the role of who wrote the last update: the reminder follows a handover."""
    last = incident.updates.order_by("-number").first()
    if last is None or last.author is None:
        return []
    held = incident.assignments.filter(person=last.author).values("role")
    now = incident.assignments.filter(
        role__in=held, state=RoleAssignment.State.ACTIVE, person__is_active=True
    )
    return [each.person for each in now.select_related("person") if each.person]


def _text(reminder: Chase, incident: Incident, at: datetime) -> str:
    """What is said; nothing where there is nothing to do any more."""
    due, assignment = incident.next_update_due_at, reminder.assignment
    match What(reminder.what):
        case What.PROMISE_SOON:
            return f"Staff were promised an update by {time_words(due)}." if due else ""
        case What.UNKNOWN:
            return "Impact or urgency is not known yet, and counts as the higher. Set it when you know."
        case What.LONG_SHIFT | What.TOO_LONG_SHIFT:
            return _shift_words(assignment, at) if assignment else ""
        case What.OUTSIDE_BODY:
            waiting = incident.outside_bodies.all().waiting().filter(due_at__lte=at)
            return f"To be told by now: {', '.join(map(str, waiting))}." if waiting else ""
        case What.OUTSTANDING:
            left = [item.sentence for item in outstanding(incident, at) if item.blocks_closing]
            return f"Before the record closes: {' '.join(left)}" if left else ""
    return ""


def _shift_words(assignment: RoleAssignment, at: datetime) -> str:
    if not assignment.accepted_at:
        return ""
    lasted = length_words(at - assignment.accepted_at)
    return f"{assignment.person} has been {assignment.role} for {lasted}. Hand the role over."


def _tell(reminder: Chase, incident: Incident, text: str, people: list[User], at: datetime) -> None:
    what = reminder.get_what_display()
    name = incident.ref if incident.is_restricted else incident.title
    notify(
        key=f"incident:{incident.pk}:chase:{reminder.pk}",
        kind=News.INCIDENT,
        subject=incident,
        words=Words(
            title=f"{exercise_words(incident)}{what}: {name}",
            body=f"{exercise_words(incident)}{incident.ref}, severity {incident.severity}. {text}",
            brief=text,
            url=reverse("incidents:room", args=[incident.ref]),
        ),
        audience=Audience(people=frozenset(each.pk for each in people), subscribers=False),
        severity=min(incident.severity, URGENT) if reminder.what in URGENTLY else incident.severity,
        at=at,
    )
