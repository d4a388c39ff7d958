"""Writing a notice: drafting it, and changing it until the work begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import transaction
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.clock import length
from continuity.core.ledger import record
from continuity.core.references import next_reference
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import window_words
from continuity.notifications.actions import keep_own
from continuity.notifications.audience import Audience
from continuity.notifications.models import AudienceList
from releases.actions.asking import Plan, ask_areas, go_on_asking, plan_of
from releases.actions.blocking import blocking, refuse_newly_blocked
from releases.actions.consent import ask_again
from releases.actions.locking import changed, has_begun
from releases.actions.publishing import refuse_incomplete
from releases.actions.readying import reopen_all
from releases.actions.stepping import move_steps
from releases.actions.telling import audience_of, notice_text, tell, tell_the_untold
from releases.actions.versions import keep_first_version, keep_version
from releases.measuring import is_excused, starts_hitting
from releases.models import Disruption, Instruction, Outage, Release, State
from releases.policy import Finding
from releases.schedule import ends

EDITABLE = frozenset({State.DRAFT, State.IN_REVIEW, State.PUBLISHED, State.POSTPONED})
PLAIN = frozenset(
    {
        *("title", "kind", "source", "summary", "reason", "contact", "local_note", "owner_role", "is_held"),
        *("why_soon", "rollback_plan", "rollback_by", "may_monitor_end"),
    }
)


@transaction.atomic
def draft(
    *,
    by: User,
    at: datetime,
    title: str,
    outages: Sequence[Outage] = (),
    work: Range[datetime] | None = None,
    services: Iterable[Service] = (),
    steps: dict[str, Sequence[str]] | None = None,
    audiences: Iterable[AudienceList] = (),
    others: Mapping[str, Iterable[Any]] | None = None,
    **fields: Any,
) -> Release:
    """Keep a new notice that nobody sees but those who write notices, and give it a reference.

    The work window defaults to the outages. `services` are touched without being hit; `steps` are what staff
    do `before`, `during` and `after`, one sentence each; `audiences` are told besides, and `others` of this notice
    alone (by the names of an audience: `areas`, `people`, ...); `fields` are plain ones of Release (`contact`, ...).
    Raises Refused for an outage outside the work window and for two of one service that overlap.
    """
    work = _window(work, outages)
    _refuse_late_rollback(fields.get("rollback_by"), work)
    release = Release.objects.create(
        ref=next_reference("REL", at), title=title.strip(), work=work, owner=by, **_known(fields)
    )
    _write_parts(release, outages, services, steps or {})
    _write_audiences(release, audiences, others or {})
    keep_version(release, by=by, at=at)
    record("release.drafted", release, by=by, at=at, to=release.state)
    return release


@transaction.atomic
def revise(
    *,
    release: Release,
    version: int,
    by: User,
    at: datetime,
    title: str,
    outages: Sequence[Outage] = (),
    work: Range[datetime] | None = None,
    services: Iterable[Service] = (),
    steps: dict[str, Sequence[str]] | None = None,
    audiences: Iterable[AudienceList] = (),
    others: Mapping[str, Iterable[Any]] | None = None,
    **fields: Any,
) -> None:
    """Write a notice anew, whole, as `draft` takes it. A published one tells everybody what changed.

    When it changes what is hit, how or when, every area is asked anew whether it is ready; otherwise only those
    that it newly concerns. Approvals of words that have changed are asked for again.
    Raises Conflict when it is no longer at `version` (somebody else changed it), Refused once it has begun, and
    where what a published one now plans breaks a rule that blocks and did not before.
    """
    work = _window(work, outages)
    _refuse_late_rollback(fields.get("rollback_by"), work)
    _hold(release, version)
    if not is_editable(release, at):
        raise Refused(f"{release} has begun or is over. Extend it or post an update instead.")
    keep_first_version(release, by=by, at=at)
    was = _standing(release, at) if release.state == State.PUBLISHED else None
    new_start = _new_start(release, work)
    _take_along(release, work)
    changed(
        release, title=title.strip(), work=work, postponed_to=new_start, postponed_by=None, **_known(fields)
    )
    _write_parts(release, outages, services, steps or {})
    _write_audiences(release, audiences, others or {})
    keep_version(release, by=by, at=at)
    if was:
        _announce_anew(release, was, by=by, at=at)
    ask_again(release, by=by, at=at)
    record("release.changed", release, by=by, at=at, to=release.state)


@dataclass(frozen=True)
class _Standing:
    """What a published notice said, whom it told and what the rules said against it, before it was written anew."""

    work: Range[datetime]
    text: str
    plan: Plan
    begins: datetime  # when staff first notice it
    audience: Audience
    is_excused: bool
    findings: list[Finding]


def is_editable(release: Release, at: datetime) -> bool:
    """Whether the notice may still be written anew: until the work begins."""
    return release.state in EDITABLE and not has_begun(release, at)


def _hold(release: Release, version: int) -> None:
    release.refresh_from_db(from_queryset=Release.objects.select_for_update())
    if release.version != version:
        raise Conflict(
            f"Somebody else changed {release} while you were writing. "
            "What they changed is shown below. Your words are kept and not saved yet."
        )


def _new_start(release: Release, work: Range[datetime]) -> datetime | None:
    """From when on postponed work takes place, once its times are written anew; nothing while they are the old ones."""
    begins, _ = ends(work)
    is_new = begins != release.starts_at or release.has_new_times
    return begins if release.state == State.POSTPONED and is_new else None


def _take_along(release: Release, work: Range[datetime]) -> None:
    """What was confirmed for another start is open again. Of work that only moves the run sheet goes along.

    A work window of the same length at another time is the same work.
    """
    begins, finishes = ends(work)
    if begins == release.starts_at:
        return
    reopen_all(release)
    if length(begins, finishes) == release.work_length:
        move_steps(release, length(release.starts_at, begins))


def _standing(release: Release, at: datetime) -> _Standing:
    return _Standing(
        release.work,
        notice_text(release),
        plan_of(release),
        starts_hitting(release),
        audience_of(release),
        is_excused(release),
        blocking(release, at),
    )


def _announce_anew(release: Release, was: _Standing, *, by: User, at: datetime) -> None:
    """A published notice that was written anew is measured anew, told to everybody, and areas are asked about it."""
    refuse_incomplete(release, at)
    is_replanned = plan_of(release) != was.plan
    if starts_hitting(release) != was.begins:
        release.start_told_at = at
        Release.objects.filter(pk=release.pk).update(start_told_at=at)
    # Nor may the reason that let an emergency past a rule be taken back once it has.
    if is_replanned or was.is_excused > is_excused(release):
        refuse_newly_blocked(release, was.findings, at)
    is_wider = audience_of(release) != was.audience
    is_told = _tell_change(release, was, by=by, at=at)
    if is_wider and not is_told:
        tell_the_untold(release, at=at)
    if is_replanned:
        ask_areas(release, by=by, at=at)
    else:
        go_on_asking(release, by=by, at=at, are_new_told=is_wider or is_told)


def _tell_change(release: Release, was: _Standing, *, by: User, at: datetime) -> bool:
    """Say what staff now need to know; False, and nothing, when only what they do not see has changed."""
    after = notice_text(release)
    if release.work != was.work:
        text = f"New times: {window_words(release.work)}. They were {window_words(was.work)}."
    elif after != was.text:
        text = "The notice was changed."
    else:
        return False
    tell(release, "changed", text, body=f"{text}\n\n{after}", by=by, at=at)
    return True


def _window(work: Range[datetime] | None, outages: Sequence[Outage]) -> Range[datetime]:
    """The work window, or the one that holds all outages; Refused when the two do not agree."""
    if work is None and not outages:
        raise Refused("Enter when the work starts and ends.")
    spans = [ends(outage.span) for outage in outages]
    work = work or Range(min(start for start, _ in spans), max(end for _, end in spans), "[)")
    begins, finishes = ends(work)
    for outage, (start, end) in zip(outages, spans, strict=True):
        if start < begins or end > finishes:
            raise Refused(
                f"The outage of {outage.service} ({window_words(outage.span)}) must lie inside the work window "
                f"({window_words(work)}). Change the outage or the work times."
            )
    _refuse_overlap(outages)
    return work


def _refuse_late_rollback(rollback_by: datetime | None, work: Range[datetime]) -> None:
    begins, finishes = ends(work)
    if rollback_by and not begins <= rollback_by < finishes:
        raise Refused(
            f"The last moment to begin the rollback must lie inside the work window ({window_words(work)})."
        )


def _refuse_overlap(outages: Sequence[Outage]) -> None:
    for one, other in combinations(outages, 2):
        (start, end), (begins, finishes) = ends(one.span), ends(other.span)
        if one.service == other.service and start < finishes and begins < end:
            raise Refused(f"Two outages of {one.service} overlap. Change one of them or join them.")


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := fields.keys() - PLAIN:
        raise TypeError(f"A release has no {', '.join(sorted(unknown))} to write.")
    return fields


def _write_parts(
    release: Release,
    outages: Sequence[Outage],
    services: Iterable[Service],
    steps: dict[str, Sequence[str]],
) -> None:
    """The rows below a release, written anew; an instruction whose words stay keeps its role."""
    release.disruptions.all().delete()
    Disruption.objects.bulk_create(
        Disruption(release=release, service=each.service, effect=each.effect, span=each.span)
        for each in outages
    )
    release.services.set({*services, *(outage.service for outage in outages)})
    roles = {(step.phase, step.text): step.role for step in release.instructions.all()}
    release.instructions.all().delete()
    Instruction.objects.bulk_create(
        Instruction(release=release, phase=phase, order=order, text=text, role=roles.get((phase, text), ""))
        for phase, texts in steps.items()
        for order, text in enumerate(texts, start=1)
    )


def _write_audiences(
    release: Release, saved: Iterable[AudienceList], others: Mapping[str, Iterable[Any]]
) -> None:
    """Who is told besides: saved audiences, and the one that is this release's own."""
    own = keep_own(own=release.audiences.filter(name="").first(), named=others)
    release.audiences.set([*saved, *([own] if own else [])])
