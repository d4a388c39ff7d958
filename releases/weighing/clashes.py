"""What a plan clashes with: other work, freezes, busy times, opening hours and bank holidays, each in a sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from continuity.catalogue.graph import all_reached, turned
from continuity.core.clock import local_day
from continuity.core.wording import count_words, day_words, length_words, span_words
from continuity.core.working_days import bank_holiday
from releases.notices import names_words
from releases.weighing.facts import Ground, Hit, Other, Plan, Served, overlapping, total
from releases.weighing.week import busy_spans, open_spans

DAY = timedelta(days=1)
# The kinds of busy times as they follow a number.
MANY = {"Drug round": "drug rounds", "Handover": "handovers", "Site meeting": "site meetings"}


class Kind(Enum):
    """What sort of clash it is: its tag's words and NHS colour, the gravest first."""

    FREEZE = "Change freeze", "orange"
    SERVICE = "Same service", "red"
    NEEDED = "What it needs", "red"
    DEPENDANT = "What needs it", "red"
    TEAM = "Same team", "yellow"
    OPEN = "Opening hours", "yellow"
    BUSY = "Busy time", "yellow"
    HOLIDAY = "Bank holiday", "grey"
    CLOSED = "Closed", "green"

    @property
    def words(self) -> str:
        return self.value[0]

    @property
    def colour(self) -> str:
        return self.value[1]


@dataclass(frozen=True)
class Clash:
    """One thing to know, and which other work it is about, if it is about work."""

    kind: Kind
    text: str
    title: str = ""
    ref: str = ""


def clashes(plan: Plan, ground: Ground) -> list[Clash]:
    """Everything that a plan clashes with, the gravest first, then in the order of time or name."""
    found = [
        *_freezes(plan, ground),
        *_work(plan, ground),
        *_opening(plan, ground),
        *_busy(plan, ground),
        *_holidays(plan),
    ]
    places = list(Kind)
    return sorted(found, key=lambda clash: places.index(clash.kind))


def _freezes(plan: Plan, ground: Ground) -> Iterator[Clash]:
    for freeze in ground.freezes:
        if freeze.start < plan.end and plan.start < freeze.end:
            yield Clash(Kind.FREEZE, f"{freeze.title}, {span_words(freeze.start, freeze.end)}.")


def _work(plan: Plan, ground: Ground) -> Iterator[Clash]:
    """Other work at the same time, each once, by what is gravest about it."""
    needed = all_reached(ground.needs, plan.services)
    dependants = all_reached(turned(ground.needs), plan.services)
    for other in sorted(ground.others, key=lambda each: (each.start, each.ref)):
        if other.start < plan.end and plan.start < other.end:
            yield from _about(other, plan, ground, needed, dependants)


def _about(
    other: Other, plan: Plan, ground: Ground, needed: Mapping[int, int], dependants: Mapping[int, int]
) -> Iterator[Clash]:
    when = span_words(other.start, other.end)
    if same := other.services & plan.services:
        text = f"It works on {names_words(ground.named(same))} as well, {when}."
        yield Clash(Kind.SERVICE, text, other.title, other.ref)
    elif pair := _pair(other, needed, ground):
        text = f"It works on {pair[0]}, which {pair[1]} needs, {when}."
        yield Clash(Kind.NEEDED, text, other.title, other.ref)
    elif pair := _pair(other, dependants, ground):
        text = f"It works on {pair[0]}, which needs {pair[1]}, {when}."
        yield Clash(Kind.DEPENDANT, text, other.title, other.ref)
    elif teams := _teams(other.services, ground) & _teams(plan.services, ground):
        text = f"{names_words(sorted(teams))} {'looks' if len(teams) == 1 else 'look'} after that as well, {when}."
        yield Clash(Kind.TEAM, text, other.title, other.ref)


def _pair(other: Other, reached: Mapping[int, int], ground: Ground) -> tuple[str, str] | None:
    """The first service of other work that is reached from the plan's, and the one from which it is."""
    known = [each for each in other.services & reached.keys() if each in ground.services]
    names = sorted((ground.services[each].name, ground.named([reached[each]])) for each in known)
    return (names[0][0], names_words(names[0][1])) if names else None


def _teams(services: frozenset[int], ground: Ground) -> set[str]:
    return {ground.services[each].team for each in services if each in ground.services}


def _opening(plan: Plan, ground: Ground) -> Iterator[Clash]:
    """For services with opening hours: how much of the outage lies in them, or that it lies outside."""
    for service, hits in _by_service(plan, ground):
        if opening := service.opening:
            within = total(
                [
                    span
                    for hit in hits
                    for span in overlapping(hit.start, hit.end, open_spans(opening, hit.start, hit.end))
                ]
            )
            yield _hours(service.name, opening.words, within)


def _hours(name: str, words: str, within: timedelta) -> Clash:
    if within:
        return Clash(Kind.OPEN, f"{name} is open for {length_words(within)} of its outage ({words}).")
    return Clash(Kind.CLOSED, f"{name} is closed during its outage, so it costs little ({words}).")


def _busy(plan: Plan, ground: Ground) -> Iterator[Clash]:
    """Busy times that an outage touches, those of one kind in one sentence."""
    by_kind: dict[str, set[tuple[object, object]]] = {}
    for busy in ground.busy:
        for hit in plan.outages:
            by_kind.setdefault(busy.kind, set()).update(busy_spans(busy, hit.start, hit.end))
    for kind, spans in by_kind.items():
        if spans:
            first = min(spans)
            yield Clash(Kind.BUSY, _busy_words(kind, len(spans), span_words(*first)))  # type: ignore[arg-type]


def _busy_words(kind: str, count: int, first: str) -> str:
    if count == 1:
        return f"{kind}, {first}."
    return f"{count_words(count, kind.lower(), MANY.get(kind, ''))}, the first {first}."


def _holidays(plan: Plan) -> Iterator[Clash]:
    day = local_day(plan.start)
    while day <= local_day(plan.end):
        if name := bank_holiday(day):
            yield Clash(Kind.HOLIDAY, f"{name}, {day_words(day)}: fewer people are there to help.")
        day += DAY


def _by_service(plan: Plan, ground: Ground) -> list[tuple[Served, list[Hit]]]:
    """Services with an outage, by name, each with its outages."""
    found: dict[int, list[Hit]] = {}
    for hit in plan.outages:
        if hit.service in ground.services:
            found.setdefault(hit.service, []).append(hit)
    return sorted(
        ((ground.services[each], hits) for each, hits in found.items()), key=lambda pair: pair[0].name
    )
