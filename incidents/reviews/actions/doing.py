"""Actions that follow from a review: proposed, accepted by their owner, done, and checked by somebody else."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.states import move
from continuity.core.wording import date_words
from continuity.plans.models import Version
from incidents.reviews.actions.holding import hold
from incidents.reviews.actions.proving import refuse_unchanged
from incidents.reviews.models import Action, DateChange, Factor, Review, State
from releases.models import Release

# A longer promise needs the accountable emergency officer, who works outside the portal.
LONGEST = timedelta(days=366)
MAY_PROPOSE = frozenset({State.DRAFTING, State.IN_REVIEW})


@transaction.atomic
def propose_action(
    *, review: Review, title: str, owner: User, due_on: date, strength: str, by: User, at: datetime,
    measure: str = "", factor: Factor | None = None, verifier: User | None = None,
    plan_version: Version | None = None, release: Release | None = None,
) -> Action:  # fmt: skip
    """Something will be changed: a named person owns it, somebody else will check it.

    `plan_version` is the version of a procedure that a newer one shall replace, `release` the work that does it.
    Refused for a day that has passed or lies over 12 months off, and for an owner who left.
    """
    hold(review)
    if review.state not in MAY_PROPOSE:
        raise Conflict(f"The review is {review.get_state_display().lower()}, so its actions stand.")
    _refuse_day(due_on, at)
    _refuse_people(owner, verifier)
    if factor is not None and factor.review_id != review.pk:
        raise Refused("That factor belongs to another review.")
    last = review.actions.aggregate(last=Max("number"))["last"] or 0
    action = Action.objects.create(
        review=review, number=last + 1, title=title, owner=owner, verifier=verifier, due_on=due_on,
        strength=Action.Strength(strength), measure=measure, factor=factor, plan_version=plan_version,
        release=release,
    )  # fmt: skip
    record("action.proposed", action, by=by, at=at, to=action.state)
    return action


@transaction.atomic
def assign_action(
    *, action: Action, owner: User, by: User, at: datetime, verifier: User | None = None
) -> None:
    """A named person owns an action from now on, instead of a role or of somebody else."""
    _refuse_people(owner, verifier)
    _hold_action(action)
    if not action.is_open:
        raise Conflict("The action is over, so its owner stands.")
    action.owner, action.verifier = owner, verifier
    Action.objects.filter(pk=action.pk).update(owner=owner, verifier=verifier)
    record("action.assigned", action, by=by, at=at)


@transaction.atomic
def accept_action(*, action: Action, by: User, at: datetime) -> None:
    """The owner takes it on."""
    _only_owner(action, by)
    move(action, to=Action.State.ACCEPTED)
    record("action.accepted", action, by=by, at=at, to=action.state)


@transaction.atomic
def begin_action(*, action: Action, by: User, at: datetime) -> None:
    """The owner works on it."""
    _only_owner(action, by)
    move(action, to=Action.State.IN_PROGRESS)
    record("action.begun", action, by=by, at=at, to=action.state)


@transaction.atomic
def claim_done(
    *, action: Action, evidence: str, by: User, at: datetime,
    plan_version: Version | None = None, release: Release | None = None,
) -> None:  # fmt: skip
    """The owner says it is done, how anybody can see that, and what proves it.

    It is not over until somebody else has looked. Refused while the procedure it was to change still stands.
    """
    _only_owner(action, by)
    if not evidence.strip():
        raise Refused("Say how anybody can see that it is done.")
    refuse_unchanged(action, plan_version)
    move(
        action, to=Action.State.CLAIMED_DONE, evidence=evidence.strip(), done_at=at, plan_version=plan_version,
        release=release,
    )  # fmt: skip
    record("action.claimed_done", action, by=by, at=at, words=evidence, to=action.state)


@transaction.atomic
def verify(*, action: Action, by: User, at: datetime) -> None:
    """Somebody other than the owner looked, and it is done."""
    _only_checker(action, by)
    move(action, to=Action.State.VERIFIED, verifier=by, verified_at=at)
    record("action.verified", action, by=by, at=at, to=action.state)


@transaction.atomic
def not_done(*, action: Action, reason: str, by: User, at: datetime) -> None:
    """Somebody other than the owner looked, and it is not done: it goes back to work, with what is missing."""
    _only_checker(action, by)
    if not reason.strip():
        raise Refused("Say what is missing.")
    move(action, to=Action.State.IN_PROGRESS, done_at=None)
    record("action.sent_back", action, by=by, at=at, words=reason, to=action.state)


@transaction.atomic
def drop_action(*, action: Action, reason: str, by: User, at: datetime) -> None:
    """It will not be done, and why: rejected while it was only proposed, cancelled later."""
    if not reason.strip():
        raise Refused("Say why it will not be done.")
    _hold_action(action)
    is_new = action.state == Action.State.PROPOSED
    to = Action.State.REJECTED if is_new else Action.State.CANCELLED
    move(action, to=to, ended_why=reason.strip())
    record(f"action.{to}", action, by=by, at=at, words=reason, to=to)


@transaction.atomic
def move_date(*, action: Action, to: date, reason: str, by: User, at: datetime) -> DateChange:
    """The day by which it is done moves, with a reason and the agreement of somebody other than its owner.

    Conflict when somebody moved it meanwhile. Every move is counted and stays to be seen.
    """
    if _held(action).owner_id == by.pk:
        raise Refused("The owner does not move the date alone. Ask somebody else who publishes reviews.")
    if not reason.strip():
        raise Refused("Say why the date moves.")
    _refuse_day(to, at)
    if not action.is_open:
        raise Conflict("The action is over, so its date stands.")
    if not Action.objects.open().filter(pk=action.pk, due_on=action.due_on).update(due_on=to):
        raise Conflict("Somebody else moved the date or ended the action. Look at it again.")
    change = DateChange.objects.create(
        action=action, old=action.due_on, new=to, reason=reason.strip(), at=at, agreed_by=by
    )
    action.due_on = to
    record("action.date_moved", action, by=by, at=at, words=reason, to=to.isoformat())
    return change


def _hold_action(action: Action) -> None:
    action.state = _held(action).state


def _held(action: Action) -> Action:
    return Action.objects.select_for_update(no_key=True).get(pk=action.pk)


def _only_owner(action: Action, by: User) -> None:
    """Its owner as it is now, whatever was seen."""
    held = _held(action)
    action.owner, action.owner_role, action.plan_version = held.owner, held.owner_role, held.plan_version
    if action.owner_id is None:
        raise Refused(f"It waits at {action.owner_role}. Give it to a person first.")
    if action.owner_id != by.pk:
        raise Refused(f"Only its owner can do this: {action.owner}.")


def _only_checker(action: Action, by: User) -> None:
    """Its owner and checker as they are now, whatever was seen."""
    held = _held(action)
    action.owner, action.verifier = held.owner, held.verifier
    if action.owner_id == by.pk:
        raise Refused("Somebody other than the owner must check it.")
    if action.verifier_id != by.pk and not by.may(Permission.REVIEW_WRITE):
        raise Refused(f"Only {action.verifier or 'whoever holds reviews'} can check it.")


def _refuse_day(due_on: date, at: datetime) -> None:
    today = local_day(at)
    if due_on < today:
        raise Refused(f"Choose a day to come: {date_words(due_on)} has passed.")
    if due_on > today + LONGEST:
        raise Refused("Choose a day within 12 months.")


def _refuse_people(owner: User, verifier: User | None) -> None:
    if not owner.is_active:
        raise Refused(f"{owner} has left. Choose an owner who works here.")
    if verifier and verifier.pk == owner.pk:
        raise Refused("Somebody other than the owner must check an action.")
