"""A small trust to weigh plans in, and strategies that make whole grounds and plans."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from continuity.core.level import Effect
from releases.weighing.facts import Busy, Frozen, Ground, Hit, Opening, Other, Place, Plan, Served

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# 9am on Friday 18 October 2024: the clocks go back on Sunday 27 October, inside the first 8 weeks.
TOLD_AT = datetime(2024, 10, 18, 8, tzinfo=UTC)
FOUR_PM = datetime(2024, 11, 1, 16, tzinfo=UTC)
ERS, SPINE, LETTERS, PAYROLL, WIFI = range(1, 6)
OFFICE = Opening(
    frozenset(range(5)), time(8), time(18), False, "8am to 6pm, Monday to Friday, closed on bank holidays"
)


@dataclass(frozen=True)
class Ask:
    """A rule that asks for the same notice however long the outage is."""

    days: int

    def notice_days(self, _: timedelta, /) -> int:
        return self.days


def served(name: str, team: str = "Access", tier: int = 3, **more: Any) -> Served:
    return Served(name, team, tier, more.pop("allowance", 24 * HOUR), **more)


def ground(**more: Any) -> Ground:
    """e-RS needs Spine; letters need e-RS and stop without it; payroll is of the same team; Wi-Fi of another."""
    facts: dict[str, Any] = {
        "services": {
            ERS: served("e-RS"),
            SPINE: served("Spine", "National"),
            LETTERS: served("Letters", "Print"),
            PAYROLL: served("Payroll", tier=4, opening=OFFICE),
            WIFI: served("Wi-Fi", "Networks", tier=1),
        },
        "needs": {ERS: [SPINE], LETTERS: [ERS]},
        "stops": {ERS: [LETTERS]},
        "rules": {tier: Ask(days) for tier, days in {1: 10, 2: 5, 3: 3, 4: 1}.items()},
    }
    return Ground(**{**facts, **more})


def plan(
    service: int = ERS,
    start: datetime = FOUR_PM,
    lasts: timedelta = 8 * HOUR + 36 * MINUTE,
    *,
    effect: Effect = Effect.DOWN,
    checked: timedelta = 8 * MINUTE,
) -> Plan:
    """Work that hits one service and is checked afterwards."""
    hit = Hit(service, effect, start, start + lasts)
    return Plan(start, start + lasts + checked, (hit,), frozenset({service}))


def other(
    service: int, start: datetime = FOUR_PM, lasts: timedelta = HOUR, *, effect: Effect = Effect.DOWN
) -> Other:
    hit = Hit(service, effect, start, start + lasts)
    return Other(f"REL-{service}", f"Work {service}", start, start + lasts, frozenset({service}), (hit,))


minutes = st.integers(0, 70 * 24 * 60).map(lambda number: TOLD_AT - 5 * DAY + number * MINUTE)
lengths = st.integers(1, 3000).map(lambda number: number * MINUTE)
keys = st.sampled_from([ERS, SPINE, LETTERS, PAYROLL, WIFI])
weekdays = st.sets(st.integers(0, 6), min_size=1)
walls = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
openings = st.builds(Opening, weekdays, walls, walls, st.booleans())
weeks = st.one_of(st.just(()), st.lists(st.integers(0, 500), min_size=168, max_size=168).map(tuple))
services = st.builds(
    Served, st.text("abc", min_size=1), st.sampled_from("XY"), st.integers(1, 4),
    st.just(24 * HOUR), st.one_of(st.none(), openings), weeks,
)  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Work with up to 3 outages at any minutes inside it."""
    start, lasts = draw(minutes), draw(st.integers(1, 2000))
    hits = []
    for _ in range(draw(st.integers(0, 3))):
        since = draw(st.integers(0, lasts - 1))
        to = draw(st.integers(since + 1, lasts))
        hits.append(
            Hit(draw(keys), draw(st.sampled_from(Effect)), start + since * MINUTE, start + to * MINUTE)
        )
    named = draw(st.sets(keys, max_size=2))
    return Plan(
        start, start + lasts * MINUTE, tuple(hits), frozenset({*named, *(hit.service for hit in hits)})
    )


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """Any ground over the five services."""
    starts = draw(st.lists(st.tuples(keys, minutes, lengths), max_size=8))
    freezes = draw(st.lists(st.tuples(minutes, lengths), max_size=2))
    busy = st.builds(Busy, st.sampled_from(["Drug round", "Handover"]), walls, st.integers(5, 720), weekdays)
    return ground(
        services={key: draw(services) for key in range(1, 6)},
        others=tuple(other(*each) for each in starts),
        freezes=tuple(Frozen("Freeze", start, start + lasts) for start, lasts in freezes),
        busy=tuple(draw(st.lists(busy, max_size=3))),
        places=(Place("Ward 3", frozenset({ERS, LETTERS, WIFI})),),
        rules={tier: Ask(draw(st.integers(0, 15))) for tier in range(1, 5)},
    )
