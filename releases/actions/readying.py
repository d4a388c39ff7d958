"""Getting ready: the checklist, ticked by people, and go or no go. Nothing of it keeps a person from starting."""

from datetime import datetime

from django.db import transaction

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import record
from continuity.core.refusals import Conflict, Refused
from continuity.core.wording import time_words
from releases.actions.locking import has_begun, lock, needs
from releases.actions.running import hold
from releases.models import OVER, Check, GoDecision, Policy, Release, State
from releases.picture import touched

Kind, Verdict = Check.Kind, GoDecision.Verdict
# What every checklist begins with; own lines follow.
USUAL = {
    Kind.PROCEDURE: "The downtime procedure is in date",
    Kind.FALLBACK: "The fallback works, and staff know where it is",
    Kind.AREAS: "Areas have confirmed that they are ready",
    Kind.ROLLBACK: "It is known how the work is undone, and until when",
    Kind.PEOPLE: "The people for the work and the checks are on duty",
}
TEXT, NOTE = 200, 300


@transaction.atomic
def offer_checks(*, release: Release, by: User, at: datetime) -> None:
    """The usual checklist stands there to be ticked; Conflict where it does already."""
    lock(release)
    _refuse_over(release)
    if not begin_checklist(release):
        raise Conflict(f"{release} has its checklist already.")
    record("release.checklist_added", release, by=by, at=at, to=release.state)


@transaction.atomic
def add_check(*, release: Release, text: str, by: User, at: datetime) -> None:
    """A line of one's own at the end of the checklist."""
    text = needs(text, "Say what must be true before the work begins.")
    if len(text) > TEXT:
        raise Refused(f"A line of the checklist must be {TEXT} characters or fewer.")
    lock(release)
    _refuse_over(release)
    Check.objects.create(release=release, order=_last(release) + 1, text=text)
    record("release.check_added", release, by=by, at=at, words=text)


@transaction.atomic
def confirm_check(*, check: Check, by: User, at: datetime, note: str = "") -> None:
    """Somebody says that it is true, or in the note why it is not needed. Of two, the second is told who did."""
    note = note.strip()
    if len(note) > NOTE:
        raise Refused(f"A note must be {NOTE} characters or fewer.")
    _hold(check)
    if check.done_at:
        raise Conflict(
            f"Somebody else was first: {check.done_by} confirmed '{check.text}' at {time_words(check.done_at)}."
        )
    check.done_by, check.done_at, check.note = by, at, note or check.note
    check.save(update_fields=["done_by", "done_at", "note"])
    record(
        "release.check_confirmed",
        check.release,
        by=by,
        at=at,
        words=f"{check.text}: {note}" if note else check.text,
    )


@transaction.atomic
def reopen_check(*, check: Check, by: User, at: datetime) -> None:
    """It is no longer true: somebody has to look again."""
    _hold(check)
    if not check.done_at:
        raise Conflict(f"'{check.text}' is open already.")
    check.done_by, check.done_at = None, None
    check.save(update_fields=["done_by", "done_at"])
    record("release.check_reopened", check.release, by=by, at=at, words=check.text)


@transaction.atomic
def decide(*, release: Release, verdict: str, by: User, at: datetime, reason: str = "") -> None:
    """Whether the work goes ahead; the latest decision counts.

    No go keeps it from starting by the clock, and go lets go what no go held: work that was to be started by
    hand from the beginning stays so, and so does work whose planned start has passed.
    """
    reason = (
        needs(reason, "Say why the work does not go ahead.") if verdict == Verdict.NO_GO else reason.strip()
    )
    lock(release)
    _refuse_over(release)
    before = release.decisions.last()
    GoDecision.objects.create(release=release, verdict=verdict, reason=reason, by=by, at=at)
    is_waiting = release.state == State.PUBLISHED and not has_begun(release, at)
    was_held_by_it = release.is_held and before is not None and before.verdict == Verdict.NO_GO
    if verdict == Verdict.NO_GO and is_waiting and not release.is_held:
        hold(release=release, by=by, at=at)
    elif verdict == Verdict.GO and is_waiting and was_held_by_it and release.starts_at > at:
        hold(release=release, by=by, at=at, is_held=False)
    record(f"release.{verdict}", release, by=by, at=at, words=reason, to=release.state)


def begin_checklist(release: Release) -> bool:
    """Whether the usual lines were put on the checklist of a release that is held: those that are not there yet."""
    there = set(release.checks.values_list("kind", flat=True))
    lines = [(kind, text) for kind, text in USUAL.items() if kind not in there]
    Check.objects.bulk_create(
        Check(release=release, kind=kind, text=text, order=order)
        for order, (kind, text) in enumerate(lines, start=_last(release) + 1)
    )
    return bool(lines)


def reopen_all(release: Release) -> None:
    """What was confirmed for other times is open again, on a release that is held; notes stay."""
    release.checks.update(done_by=None, done_at=None)


def asks_checklist(release: Release) -> bool:
    """Whether the rules of the strictest tier that is hit offer the checklist by themselves."""
    return _asks(release, "asks_checklist")


def asks_run_sheet(release: Release) -> bool:
    """Whether the rules of the strictest tier that is hit offer the run sheet by themselves."""
    return _asks(release, "asks_run_sheet")


def _asks(release: Release, what: str) -> bool:
    tiers = Service.objects.filter(pk__in=touched(release)).values("tier")
    rules = Policy.objects.filter(tier__in=tiers).order_by("tier")
    return bool(rules.values_list(what, flat=True).first())


def _last(release: Release) -> int:
    return release.checks.order_by("-order").values_list("order", flat=True).first() or 0


def _hold(check: Check) -> None:
    """Hold the release and read the line afresh."""
    release = check.release
    lock(release)
    _refuse_over(release)
    check.refresh_from_db()
    check.release = release


def _refuse_over(release: Release) -> None:
    if release.state in OVER:
        raise Refused(f"{release} is over, so its checklist stays as it is.")
