"""Chasing approvals of work that staff were told of: once a working day, and before the work begins."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from continuity.core.clock import local, local_day
from continuity.core.ledger import SYSTEM, record
from continuity.core.wording import moment_words
from continuity.core.working_days import is_working_day
from continuity.notifications.actions import Words
from continuity.notifications.audience import Audience
from releases.actions.consent import open_approvals
from releases.actions.telling import owners_of, say_once
from releases.approvers import those_who_may
from releases.models import Approval, Release
from releases.notices import names_words

# Reminders come in the working day, when whoever approves can be asked about it.
CHASES_FROM = 9
# Enough time to ring an approver, or to hold the work.
BEFORE_IT_BEGINS = timedelta(hours=2)


@transaction.atomic
def chase(*, release: Release, at: datetime) -> None:
    """Remind approvers and owner, once a working day from 9am, that a published notice is not approved.

    Not on the day on which they were asked. Raises Conflict when the state has changed.
    """
    today = local_day(at)
    missing = [each for each in open_approvals(release) if each.asked_at and local_day(each.asked_at) < today]
    if missing and is_working_day(today) and local(at).hour >= CHASES_FROM:
        people = frozenset[int]().union(*(those_who_may(each) for each in missing))
        owners = owners_of(release)
        audience = Audience(people=people | owners.people, roles=owners.roles, subscribers=False)
        begins = moment_words(release.starts_at)
        text = f"It is published and not approved yet. {_still(missing)} It begins at {begins}."
        words = _words(release, "Not yet approved", text)
        _chase(release, f"unapproved:{today:%Y%m%d}", words, audience, at)


@transaction.atomic
def warn_unapproved(*, release: Release, at: datetime) -> None:
    """Tell the owner, once, that work which nobody approved yet is about to begin by the clock."""
    missing = list(open_approvals(release))
    if missing and at < release.starts_at <= at + BEFORE_IT_BEGINS:
        text = (
            f"It begins at {moment_words(release.starts_at)} and is not approved yet. {_still(missing)} "
            "Hold it, postpone it, or go ahead without."
        )
        event = f"unapproved_start:{release.starts_at:%Y%m%dT%H%M}"
        _chase(release, event, _words(release, "Begins without approval", text), owners_of(release), at)


def _still(missing: list[Approval]) -> str:
    return f"Still to approve: {names_words([each.role for each in missing])}."


def _words(release: Release, title: str, text: str) -> Words:
    page = reverse("releases:approve", args=[release.ref])
    return Words(title=f"{title}: {release.title}", body=text, url=page)


def _chase(release: Release, event: str, words: Words, audience: Audience, at: datetime) -> None:
    if say_once(release, event, words, audience, at):
        record("release.chased", release, by=SYSTEM, at=at, to=release.state)
