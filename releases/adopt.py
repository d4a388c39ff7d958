"""Taking over notices and freezes that come from outside, in their final state. Tells nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import System, record
from continuity.core.references import keep_clear_of
from releases.actions.consent import write_wanted
from releases.actions.versions import keep_first_version
from releases.models import Approval, Disruption, Freeze, Instruction, Release, State, Update

Row = TypeVar("Row", Disruption, Instruction, Update, Approval)


@dataclass(kw_only=True)
class Notice:
    """A release as another system kept it: rows that are not stored yet, services by their keys."""

    release: Release
    replaces: str = ""
    services: list[str] = field(default_factory=list)
    disruptions: list[tuple[str, Disruption]] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)


@transaction.atomic(savepoint=False)
def adopt_release(
    *, notice: Notice, services: Mapping[str, Service], by: User | System, at: datetime
) -> Release:
    """The release stands here in the state it had elsewhere, under its own reference, which is not given out again.

    `services` holds every service of the notice by key. A release that it replaces must be here already.
    """
    release = notice.release
    if notice.replaces:
        release.replaces = Release.objects.get(ref=notice.replaces)
    release.save(force_insert=True)
    release.services.add(*(services[key] for key in notice.services))
    for key, disruption in notice.disruptions:
        disruption.service = services[key]
    Disruption.objects.bulk_create(_of(release, (hit for _, hit in notice.disruptions)))
    Instruction.objects.bulk_create(_of(release, notice.instructions))
    Update.objects.bulk_create(_of(release, notice.updates))
    Approval.objects.bulk_create(_of(release, notice.approvals))
    keep_clear_of(release.ref)
    record("release.adopted", release, by=by, at=at, to=release.state)
    return release


@transaction.atomic(savepoint=False)
def adopt_review(*, release: Release, by: User, at: datetime) -> None:
    """A draft was sent for review elsewhere: `by` wrote it, and whoever approves it was asked there. Nobody is told."""
    release.state, release.owner = State.IN_REVIEW, by
    release.save(update_fields=["state", "owner"])
    keep_first_version(release, by=by, at=at)
    write_wanted(release, at)
    record("release.adopted", release, by=by, at=at, to=release.state)


@transaction.atomic(savepoint=False)
def adopt_freeze(*, freeze: Freeze, by: User | System, at: datetime) -> None:
    """A span in which nothing is changed that can be left stands in the calendar."""
    freeze.save(force_insert=True)
    keep_clear_of(freeze.ref)
    record("freeze.adopted", freeze, by=by, at=at)


def _of(release: Release, rows: Iterable[Row]) -> list[Row]:
    found = list(rows)
    for row in found:
        row.release = release
    return found
