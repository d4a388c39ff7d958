"""Chasing what was promised, for as long as it takes, whatever becomes of the review and of what it looked back at."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import Role
from continuity.accounts.permissions import Permission
from continuity.core.clock import local, local_day
from continuity.core.ledger import SYSTEM, record
from continuity.core.wording import date_words
from continuity.notifications.actions import Words, notify
from continuity.notifications.audience import Audience, Keys, owner_or_those_who
from continuity.notifications.models import Kind, Message
from incidents.reviews.chasing import Rung, reached
from incidents.reviews.models import Action
from incidents.reviews.subjects import is_restricted

# In the working day, when something can be done about it.
CHASES_FROM = 9
# The role of the accountable emergency officer, where the trust has made one.
ACCOUNTABLE = "accountable-officer"
BEFORE = frozenset({Rung.WEEK, Rung.SOON})


@transaction.atomic
def chase_action(*, action: Action, at: datetime) -> None:
    """The people of an action that is not over hear, once a rung and due day, that its day comes or has passed.

    Nothing before 9am, and nothing for what is done and waits for its check before its day.
    """
    held = Action.objects.select_for_update(no_key=True).get(pk=action.pk)
    rung = reached(held.due_on, local_day(at))
    if not held.is_open or rung is None or local(at).hour < CHASES_FROM:
        return
    key = chase_key(held, rung)
    is_claimed = held.state == Action.State.CLAIMED_DONE
    if (is_claimed and rung in BEFORE) or Message.objects.filter(key=key).exists():
        return
    words = _words(held, rung, is_claimed=is_claimed)
    audience = _audience(held, rung, is_claimed=is_claimed)
    notify(key=key, kind=Kind.REVIEW, subject=held, words=words, audience=audience, at=at)
    record("action.chased", held, by=SYSTEM, at=at, to=rung)


def chase_key(action: Action, rung: Rung) -> str:
    """What makes a reminder the only one: a day that was moved is another promise."""
    return f"action:{action.pk}:{action.due_on:%Y%m%d}:{rung.name.lower()}"


def _audience(action: Action, rung: Rung, *, is_claimed: bool) -> Audience:
    """Before its day the owner; then the checker too; later who commands; at last who answers for it and reports it.

    Of a restricted review no role hears that may not know of its incident.
    """
    at_work = owner_or_those_who(Permission.REVIEW_WRITE, None if is_claimed else action.owner)
    checker = (
        action.verifier if action.verifier and action.verifier.is_active and rung not in BEFORE else None
    )
    if is_claimed and checker:
        at_work = Audience(people=frozenset({checker.pk}), subscribers=False)
    above: Keys = frozenset()
    if rung in {Rung.LATE, Rung.LONG, Rung.MONTH}:
        above |= holding(Permission.INCIDENT_COMMAND)
    if rung in {Rung.LONG, Rung.MONTH}:
        above |= accountable()
    if rung == Rung.MONTH:
        above |= holding(Permission.REVIEW_PUBLISH)
    people, roles = at_work.people | ({checker.pk} if checker else set()), at_work.roles | above
    if is_restricted(action.review):
        roles &= holding(Permission.INCIDENT_RUN)
    return Audience(people=people, roles=roles, subscribers=False)


def holding(permission: Permission) -> Keys:
    """Primary keys of the roles that may do this."""
    able = Role.objects.filter(permissions__contains=[permission])
    return frozenset(able.values_list("pk", flat=True))


def accountable() -> Keys:
    """The accountable emergency officer; where the trust has no such role, whoever publishes reviews."""
    officers = frozenset(
        Role.objects.filter(code=ACCOUNTABLE, people__is_active=True).values_list("pk", flat=True)
    )
    return officers or holding(Permission.REVIEW_PUBLISH)


def _words(action: Action, rung: Rung, *, is_claimed: bool) -> Words:
    day = date_words(action.due_on)
    state = "It is done and waits to be checked." if is_claimed else f"{action.whose} has it."
    if rung in BEFORE or rung == Rung.TODAY:
        title, said = f"Due {'today' if rung == Rung.TODAY else day}", f"It is due by {day}."
    else:
        title, said = f"Overdue since {day}", f"It was due by {day} and is not over: {rung}."
    return Words(
        title=f"{title}: {action.title}",
        body=f"{said} {state} It follows from {action.review.title}.",
        url=action.get_absolute_url(),
    )
