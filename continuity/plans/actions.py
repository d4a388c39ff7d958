"""Writes of the room: a procedure goes from draft to published through the hands of at least two people."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.keys import free_key
from continuity.core.clock import local_day
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.states import move
from continuity.core.wording import date_words
from continuity.plans.models import Procedure, Step, Version
from continuity.plans.steps import Line, content_hash

State = Version.State
CHANGED = "Somebody else changed this while you were writing."


@transaction.atomic
def create(*, by: User, at: datetime, services: Sequence[Any] = (), **facts: Any) -> Version:
    """A new procedure with an empty draft of its first version."""
    procedure = Procedure.objects.create(key=free_key(Procedure, facts["title"]), **facts)
    procedure.services.set(services)
    record("procedure.added", procedure, by=by, at=at)
    return draft(procedure=procedure, by=by, at=at)


@transaction.atomic
def change(
    *, procedure: Procedure, seen: int, by: User, at: datetime, services: Sequence[Any], **facts: Any
) -> None:
    """Title, kind, owner and services of a procedure are as the form said, if nobody changed them since."""
    unchanged = Procedure.objects.filter(pk=procedure.pk, version=seen)
    if not unchanged.update(version=seen + 1, **facts):
        raise Conflict(CHANGED)
    procedure.services.set(services)
    record("procedure.changed", procedure, by=by, at=at)


@transaction.atomic
def draft(*, procedure: Procedure, by: User, at: datetime) -> Version:
    """The next version begins as a copy of the newest that was published; one at a time."""
    _lock(procedure)
    waiting = procedure.versions.unpublished().first()
    if waiting:
        raise Conflict(f"Version {waiting.number} of this procedure is being written already.")
    newest = procedure.versions.order_by("-number").first()
    model = procedure.versions.filter(state__in=Version.OPEN_TO_STAFF).order_by("-number").first()
    version = Version.objects.create(
        procedure=procedure,
        number=newest.number + 1 if newest else 1,
        author=by,
        author_role=by.job_title,
    )
    version.writers.add(by)
    _write_steps(version, model.lines if model else [])
    record("procedure.drafted", version, by=by, at=at)
    return version


@transaction.atomic
def edit(
    *, version: Version, seen: int, lines: Sequence[Line], by: User, at: datetime, **facts: Any
) -> None:  # fmt: skip
    """The draft says what the form said, if nobody changed it since version `seen` of the form.

    Whoever changes a word becomes one of its writers, none of whom may approve it.
    """
    is_draft = Version.objects.filter(pk=version.pk, version=seen, state=State.DRAFT)
    if not is_draft.update(version=seen + 1, **facts):
        raise Conflict(CHANGED)
    version.writers.add(by)
    _write_steps(version, lines)
    record("procedure.edited", version, by=by, at=at)


@transaction.atomic
def submit(*, version: Version, by: User, at: datetime) -> None:
    """The draft waits for somebody else to approve it; it cannot be edited meanwhile."""
    _hold(version)
    if not version.steps.exists():
        raise Refused("Write at least one step before you send it for approval.")
    if version.number > 1 and not version.what_changed:
        raise Refused("Say what changed since the last version before you send it for approval.")
    move(version, to=State.IN_REVIEW)
    record("procedure.submitted", version, by=by, at=at, to=version.state)


@transaction.atomic
def send_back(*, version: Version, reason: str, by: User, at: datetime) -> None:
    """The version is a draft again; the reason stands in the record."""
    move(version, to=State.DRAFT)
    record("procedure.returned", version, by=by, at=at, to=version.state, words=reason)


@transaction.atomic
def approve(*, version: Version, content: str, by: User, at: datetime) -> None:
    """Somebody who wrote none of it has read the steps with this hash and agrees.

    Raises Forbidden for a writer, Conflict when the steps are no longer those that were read.
    """
    _hold(version)
    if by == version.author or version.writers.filter(pk=by.pk).exists():
        raise Forbidden("You wrote part of this version. Ask somebody else to approve it.")
    _check_content(version, content)
    move(version, to=State.APPROVED, approver=by, approver_role=by.job_title, approved_at=at)
    record("procedure.approved", version, by=by, at=at, to=version.state)


@transaction.atomic
def publish(*, version: Version, review_by: date, by: User, at: datetime) -> None:
    """Staff read this version from now on; the one before is superseded in the same moment.

    The review date lies between today and the same day next year.
    """
    _check_review_date(review_by, local_day(at))
    _lock(version.procedure)
    for older in version.procedure.versions.published():
        move(older, to=State.SUPERSEDED)
    move(version, to=State.PUBLISHED, review_by=review_by, effective_from=at)
    record("procedure.published", version, by=by, at=at, to=version.state)


@transaction.atomic
def withdraw(*, version: Version, reason: str, by: User, at: datetime) -> None:
    """Nobody follows this version any more; the reason stands in the record."""
    move(version, to=State.WITHDRAWN)
    record("procedure.withdrawn", version, by=by, at=at, to=version.state, words=reason)


@transaction.atomic
def discard(*, version: Version, by: User, at: datetime) -> None:
    """A version that was never published is given up; refused for one that staff read."""
    if version.state not in Version.BEFORE_PUBLISHING:
        raise Refused(f"{version} is published. Withdraw it with a reason instead.")
    move(version, to=State.WITHDRAWN)
    record("procedure.discarded", version, by=by, at=at, to=version.state)


def latest_review(on: date) -> date:
    """The latest review date that may be set on a day: the same day next year, 28 February for the 29th."""
    try:
        return on.replace(year=on.year + 1)
    except ValueError:
        return date(on.year + 1, 2, 28)


def _check_review_date(review_by: date, today: date) -> None:
    if review_by < today:
        raise Refused(f"The review date must be today or later, not {date_words(review_by)}.")
    if review_by > latest_review(today):
        raise Refused(
            f"The review date must be {date_words(latest_review(today))} or earlier: 12 months at most."
        )


def _check_content(version: Version, content: str) -> None:
    now_there = content_hash(version.lines)
    if not content == version.content_hash == now_there:
        raise Conflict("The steps are not those that you read. Read them again before you approve them.")


def _lock(procedure: Procedure) -> None:
    """Whoever drafts or publishes a version of the same procedure waits here."""
    Procedure.objects.select_for_update().get(pk=procedure.pk)


def _hold(version: Version) -> None:
    """As it is now, and nobody changes it before this transaction ends."""
    version.refresh_from_db(from_queryset=Version.objects.select_for_update())


def _write_steps(version: Version, lines: Sequence[Line]) -> None:
    version.steps.all().delete()
    Step.objects.bulk_create(
        Step(**{**vars(line), "depends_on": list(line.depends_on)}, version=version, order=at)
        for at, line in enumerate(lines, 1)
    )
    version.content_hash = content_hash(lines)
    Version.objects.filter(pk=version.pk).update(content_hash=version.content_hash)
