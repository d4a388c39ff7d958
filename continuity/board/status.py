"""Facts and an instant in, a Board out. Pure: the worst news wins, and silence is not 'working'."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import Enum

from continuity.board.agenda import Planned, Restored, When, agenda_at, restored_at
from continuity.board.known import Facts, Failure, Hit, Need, Outage, Service, Told, Voucher, Work
from continuity.core.clock import at_local, local_day
from continuity.core.level import Level
from continuity.core.wording import count_words, since_words, until_words
from releases.schedule import Phase, disruption_now, next_change

# What a service must at least suffer before others that need it are shown as affected.
TROUBLE = Level.DEGRADED
STAY_ON_PAPER = "Back, but stay on paper until your area is told"
DAY = timedelta(days=1)
MIDNIGHT = time(0)


class Group(Enum):
    """The board's headings, worst first."""

    NOT_WORKING = "Not working"
    IN_PART = "Working in part"
    AFFECTED = "Affected"
    WORKING = "Working"
    NO_PROBLEM = "No problem reported"

    @property
    def is_calm(self) -> bool:
        return self in {Group.WORKING, Group.NO_PROBLEM}


GROUPS = {
    Level.DOWN: Group.NOT_WORKING,
    Level.READ_ONLY: Group.IN_PART,
    Level.DEGRADED: Group.IN_PART,
    Level.CHECKING: Group.AFFECTED,
    Level.AT_RISK: Group.AFFECTED,
    Level.AFFECTED: Group.AFFECTED,
    Level.WORKING: Group.WORKING,
    Level.NO_PROBLEM_REPORTED: Group.NO_PROBLEM,
}


@dataclass(frozen=True)
class Cause:
    """One piece of work or one failure as it hits one service at an instant."""

    level: Level
    is_planned: bool
    since: datetime
    ref: str
    title: str
    url: str
    until: datetime | None = None
    is_confirmed: bool = True  # false past a planned end that nobody has confirmed
    is_worked_round: bool = False
    says: str = ""
    told_at: datetime | None = None
    promised_at: datetime | None = None
    instruction: str = ""
    areas: tuple[Told, ...] = ()  # what each area was told, where it is stood down area by area

    def at_place(self, area: str) -> "Cause":
        """The same as one area reads it, by its key: with its own instruction, and without the others."""
        own = next((told.instruction for told in self.areas if told.area == area), self.instruction)
        return replace(self, instruction=own, areas=())

    @property
    def areas_words(self) -> str:
        """How many areas are still on paper; nothing where none is, or where it is not told by area."""
        waiting = sum(told.is_on_paper for told in self.areas)
        if not waiting:
            return ""
        is_or_are = "is" if waiting == 1 else "are"
        return f"{waiting} of {count_words(len(self.areas), 'area')} {is_or_are} still on paper"

    @property
    def rank(self) -> tuple[int, bool, datetime, str]:
        return -self.level, self.is_planned, self.since, self.ref

    def when(self, at: datetime) -> str:
        """since 4pm, until 12:36am; what is not confirmed or overdue is said plainly."""
        return ", ".join([f"since {since_words(self.since, at)}", *self._prospect(at)])

    def _prospect(self, at: datetime) -> Iterator[str]:
        if self.is_worked_round:
            yield "a workaround is in place"
        if not self.is_confirmed and self.until:
            yield f"planned to be back at {since_words(self.until, at)}, not confirmed"
        elif self.until:
            yield f"until {until_words(self.until, at)}"
        if self.is_overdue(at) and self.promised_at:
            yield f"update overdue since {since_words(self.promised_at, at)}"
        elif self.promised_at:
            yield f"next update by {until_words(self.promised_at, at)}"

    def is_overdue(self, at: datetime) -> bool:
        return self.promised_at is not None and self.promised_at <= at


@dataclass(frozen=True)
class Line:
    """One service on the board: how it is, why, and who says so."""

    service: Service
    level: Level
    causes: tuple[Cause, ...] = ()  # the worst first; of equals the unplanned first
    affected_by: tuple[Service, ...] = ()
    voucher: Voucher | None = None

    def at_place(self, area: str) -> "Line":
        """The line as one area reads it."""
        return replace(self, causes=tuple(cause.at_place(area) for cause in self.causes))

    @property
    def is_planned(self) -> bool:
        """Whether planned work is all that is known: a failure beside it is never hidden behind it."""
        return bool(self.causes) and all(cause.is_planned for cause in self.causes)

    @property
    def wears_plan(self) -> bool:
        """Whether the tag says 'Planned work': where the work truly hits the service, not where it merely may."""
        return self.is_planned and self.level >= TROUBLE

    @property
    def group(self) -> Group:
        return GROUPS[self.level]

    @property
    def is_in_trouble(self) -> bool:
        return bool(self.causes) and self.level >= TROUBLE

    @property
    def since(self) -> datetime | None:
        if self.causes:
            return self.causes[0].since
        return self.voucher.said_at if self.voucher else None

    @property
    def do_now(self) -> str:
        """Where it says what to do: the service's procedure, else the notice or the incident; "" for nothing."""
        if not self.causes:
            return ""
        return self.service.do_now or self.causes[0].url

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        """The worst first, then what matters most; where all is calm by name, as people look for it."""
        tier = 0 if self.group.is_calm else self.service.tier
        return -self.level, self.is_planned, tier, self.service.name.casefold()


@dataclass(frozen=True)
class Board:
    """How every service is at an instant, the worst first, and what is planned and was restored."""

    at: datetime
    lines: tuple[Line, ...]
    planned: tuple[Planned, ...]
    restored: tuple[Restored, ...]
    news_at: datetime | None
    changes_at: datetime  # the instant at which it changes by itself

    def grouped(self) -> list[tuple[Group, list[Line]]]:
        """The lines under their headings; headings without lines are left out."""
        found = [(group, [line for line in self.lines if line.group is group]) for group in Group]
        return [(group, lines) for group, lines in found if lines]

    def agenda(self) -> list[tuple[When, list[Planned]]]:
        """The planned work under its headings; headings without work are left out."""
        found = [(when, [entry for entry in self.planned if entry.when is when]) for when in When]
        return [(when, entries) for when, entries in found if entries]

    @property
    def is_in_trouble(self) -> bool:
        return any(not line.group.is_calm for line in self.lines)

    def count(self, group: Group) -> int:
        return sum(line.group is group for line in self.lines)

    def line_of(self, service: str) -> Line | None:
        return next((line for line in self.lines if line.service.key == service), None)

    def only(self, services: frozenset[str], area: str = "") -> "Board":
        """The board of a place that uses these services, with what its area, by its key, was told."""
        return replace(
            self,
            lines=tuple(line.at_place(area) for line in self.lines if line.service.key in services),
            planned=tuple(entry for entry in self.planned if services & entry.services),
            restored=tuple(entry.at_place(area) for entry in self.restored if services & entry.services),
        )


def board_at(facts: Facts, at: datetime) -> Board:
    """The board at an instant: nothing else changes it until `changes_at` but new facts."""
    causes = causes_at(facts, at)
    troubled = {key for key, found in causes.items() if found[0].level >= TROUBLE}
    roots = roots_of_trouble(facts.needs, troubled)
    vouchers = _freshest(facts.vouchers, at)
    known = {service.key: service for service in facts.services}
    lines = [
        _line(service, causes.get(key, ()), [known[root] for root in roots.get(key, ())], vouchers.get(key))
        for key, service in known.items()
    ]
    return Board(
        at=at,
        lines=tuple(sorted(lines, key=lambda line: line.rank)),
        planned=agenda_at(facts.works, at),
        restored=restored_at(facts.works, facts.failures, at),
        news_at=max((told for told in _told(facts) if told <= at), default=None),
        changes_at=min(moment for moment in _moments(facts, at) if moment > at),
    )


def causes_at(facts: Facts, at: datetime) -> dict[str, tuple[Cause, ...]]:
    """What hits each service at an instant by its key, the worst first; services that nothing hits are absent."""
    found: dict[str, list[Cause]] = {}
    for work in facts.works:
        for outage in work.outages:
            if cause := _planned_cause(work, outage, at):
                found.setdefault(outage.service.key, []).append(cause)
    for failure in facts.failures:
        for hit in _last_hits(failure) if failure.is_lingering else failure.hits:
            if cause := _unplanned_cause(failure, hit, at):
                found.setdefault(hit.service.key, []).append(cause)
    return {key: tuple(sorted(causes, key=lambda cause: cause.rank)) for key, causes in found.items()}


def roots_of_trouble(needs: Mapping[str, tuple[Need, ...]], troubled: set[str]) -> dict[str, tuple[str, ...]]:
    """For each service the services in trouble that it cannot do without, by way of others too, in order.

    A service that stops without one in trouble passes it on; one that only works in part does not.
    """
    stopped: dict[str, frozenset[str]] = {}

    def stopped_by(key: str) -> frozenset[str]:
        if key not in stopped:
            stopped[key] = frozenset()  # a circle, which the database refuses, must not hang the board
            passed_on = (stopped_by(need.on) for need in needs.get(key, ()) if need.stops)
            stopped[key] = frozenset({key} & troubled).union(*passed_on)
        return stopped[key]

    found = {key: {root for need in wanted for root in stopped_by(need.on)} for key, wanted in needs.items()}
    return {key: tuple(sorted(roots - {key})) for key, roots in found.items() if roots - {key}}


def _line(service: Service, causes: tuple[Cause, ...], roots: list[Service], voucher: Voucher | None) -> Line:
    calm = Level.WORKING if voucher else Level.NO_PROBLEM_REPORTED
    levels = [calm, *(cause.level for cause in causes), *([Level.AFFECTED] if roots else [])]
    return Line(service, max(levels), causes, tuple(roots), voucher)


def _planned_cause(work: Work, outage: Outage, at: datetime) -> Cause | None:
    now = disruption_now(work.state, work.is_held, outage.span, outage.actual, at)
    is_checking = now.phase is Phase.CHECKING
    if now.since is None or not (now.is_hitting or is_checking):
        return None
    return Cause(
        level=Level.CHECKING if is_checking else outage.effect.level,
        is_planned=True,
        since=now.since,
        until=_checked_until(work, at) if is_checking else now.until,
        is_confirmed=now.phase is not Phase.UNCONFIRMED,
        ref=work.ref,
        title=work.title,
        url=work.url,
        says=work.says,
        told_at=work.told_at,
    )


def _checked_until(work: Work, at: datetime) -> datetime | None:
    """The planned end of the checking; nothing once it has passed, since no end comes by the clock."""
    return work.work.upper if work.work.upper and work.work.upper > at else None


def _unplanned_cause(failure: Failure, hit: Hit, at: datetime) -> Cause | None:
    ended = failure.is_over or (hit.until and hit.until <= at)
    if hit.since > at or (ended and not failure.is_lingering):
        return None
    is_back = not failure.is_active
    return Cause(
        level=Level.CHECKING if is_back else hit.effect.level,
        is_planned=False,
        since=(failure.restored_at or hit.since) if is_back else hit.since,
        ref=failure.ref,
        title=failure.title,
        url=failure.url,
        says=failure.says,
        told_at=failure.told_at,
        is_worked_round=failure.is_worked_round,
        promised_at=None if is_back else failure.promised_at,
        instruction=(failure.instruction or (STAY_ON_PAPER if failure.areas else "")) if is_back else "",
        areas=failure.areas if is_back else (),
    )


def _last_hits(failure: Failure) -> list[Hit]:
    """How each service was hit last: it stays on the board once while areas are on paper."""
    return list({hit.service.key: hit for hit in failure.hits}.values())


def _freshest(vouchers: Iterable[Voucher], at: datetime) -> dict[str, Voucher]:
    """The newest voucher of each service that still holds at an instant."""
    fresh = (voucher for voucher in vouchers if voucher.said_at <= at < voucher.holds_until)
    return {voucher.service: voucher for voucher in sorted(fresh, key=lambda one: (one.said_at, one.says))}


def _told(facts: Facts) -> Iterator[datetime]:
    """When each piece of news that the board shows was told; a monitor's beat is no news."""
    for work in facts.works:
        yield from filter(None, (work.told_at, work.ended_at))
    for failure in facts.failures:
        yield from filter(None, (failure.told_at, failure.restored_at))
    yield from (voucher.said_at for voucher in facts.vouchers if voucher.is_by_person)


def _moments(facts: Facts, at: datetime) -> Iterator[datetime]:
    """The instants at which a board of these facts may change by itself; midnight is always one."""
    yield at_local(local_day(at) + DAY, MIDNIGHT)
    yield from _told(facts)
    for work in facts.works:
        yield from filter(None, (work.work.lower, work.work.upper))
        yield from _day_after(work.ended_at)
        for outage in work.outages:
            yield from filter(None, [next_change(work.state, work.is_held, outage.span, outage.actual, at)])
            yield from filter(None, (outage.span.lower, outage.actual and outage.actual.upper))
            yield from _day_after(outage.actual.upper if outage.actual else None)
    for failure in facts.failures:
        yield from filter(None, (failure.promised_at, failure.restored_at))
        yield from _day_after(failure.restored_at)
        for hit in failure.hits:
            yield from filter(None, (hit.since, hit.until))
    for voucher in facts.vouchers:
        yield from (voucher.said_at, voucher.holds_until)


def _day_after(at: datetime | None) -> Iterator[datetime]:
    if at:
        yield at + DAY
