"""What a plan costs: of each service's yearly allowance, in people, in services that an area loses at once; notice."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from continuity.catalogue.graph import all_reached
from continuity.core.clock import length
from continuity.core.level import Effect
from continuity.core.wording import count_words, day_words, number_words
from continuity.core.working_days import enough_notice_from, working_days_between
from releases.weighing.facts import Ground, Hit, Plan, total
from releases.weighing.week import HOUR, hours_of, people_in

MINUTES_AN_HOUR = 60
WORST_AREAS = 5


@dataclass(frozen=True)
class Spending:
    """Planned downtime of one service against what it is allowed in the calendar year in which the work starts."""

    name: str
    this: timedelta
    used: timedelta  # by other work of that year, this one left out
    allowance: timedelta

    @property
    def percent(self) -> int:
        """How much of the year's allowance is used with this work, in whole per cent, a started one counted."""
        return -(-100 * (self.this + self.used) // self.allowance)

    @property
    def is_over(self) -> bool:
        return self.this + self.used > self.allowance

    @property
    def sentence(self) -> str:
        """8 hours 36 minutes of 24 hours; with this, 61% is used."""
        return (
            f"{hours_words(self.this)} of {hours_words(self.allowance)}; with this, {self.percent}% is used"
        )


@dataclass(frozen=True)
class Loss:
    """How many of an area's services cannot be used at the same time, while this work goes on."""

    name: str
    gone: int
    of: int

    @property
    def sentence(self) -> str:
        """Ward 3: 4 of its 12 services are gone at once."""
        are = "is" if self.gone == 1 else "are"
        return f"{self.name}: {number_words(self.gone)} of its {count_words(self.of, 'service')} {are} gone at once"


@dataclass(frozen=True)
class Notice:
    """Working days between now and the first outage, beside those that the strictest rule asks."""

    given: int
    asked: int
    enough_from: str  # the first day with enough notice, in words

    @property
    def is_short(self) -> bool:
        return self.given < self.asked

    @property
    def sentence(self) -> str:
        given = count_words(self.given, "working day")
        if not self.asked:
            return f"{given} of notice. None is asked."
        enough = f" Enough from {self.enough_from}." if self.is_short else ""
        return f"{given} of notice; {number_words(self.asked)} asked.{enough}"


@dataclass(frozen=True)
class Price:
    """All of it, in numbers and in words."""

    spendings: tuple[Spending, ...]
    people: int
    is_guess: bool  # no service that is hit has been counted
    losses: tuple[Loss, ...]
    notice: Notice

    @property
    def people_words(self) -> str:
        """About 1,930 users are expected to be hit, one who is there for several hours counted in each."""
        if not self.people:
            return "Nobody is expected to be hit."
        are = "is" if self.people == 1 else "are"
        return f"About {count_words(self.people, 'user')} {are} expected to be hit, counted anew each hour."


def price(plan: Plan, ground: Ground, *, told_at: datetime) -> Price:
    """What the plan costs where it stands, told at `told_at`."""
    hit = {each.service for each in plan.outages}
    return Price(
        spendings=tuple(spendings(plan, ground)),
        people=people(plan, ground),
        is_guess=not any(ground.services[each].week for each in hit if each in ground.services),
        losses=tuple(losses(plan, ground)),
        notice=notice(plan, ground, told_at),
    )


def spendings(plan: Plan, ground: Ground) -> list[Spending]:
    """For each service with an outage, those that use most of their allowance first. A risk is no outage."""
    found = []
    for key in {hit.service for hit in plan.outages} & ground.services.keys():
        service = ground.services[key]
        this = total([(hit.start, hit.end) for hit in plan.outages if hit.service == key])
        used = total(ground.spent.get(key, ()))
        found.append(Spending(service.name, this, used, service.allowance))
    return sorted(found, key=lambda each: (-each.percent, each.name))


def people(plan: Plan, ground: Ground) -> int:
    """People expected to be hit: those of each hour of an outage, by the share of the hour that it takes."""
    seconds = sum(
        people_in(ground.services[hit.service], hour) * _shared(hit, hour)
        for hit in plan.outages
        if hit.service in ground.services
        for hour in hours_of(hit.start, hit.end)
    )
    return round(seconds / HOUR.total_seconds())


def losses(plan: Plan, ground: Ground) -> list[Loss]:
    """The areas that lose most, up to five, with what other work takes from them at the same time.

    Gone is what is down, and what stops without it. An instant counts when this work takes something itself.
    """
    at_instants = list(_gone(plan, ground))
    found = []
    for place in ground.places:
        most = max(
            (len(place.services & gone) for gone, ours in at_instants if place.services & ours), default=0
        )
        if most:
            found.append(Loss(place.name, most, len(place.services)))
    return sorted(found, key=lambda each: (-each.gone, -each.gone / each.of, each.name))[:WORST_AREAS]


def notice(plan: Plan, ground: Ground, told_at: datetime) -> Notice:
    """Working days of notice, with England's bank holidays, against the strictest rule of the tiers that are hit."""
    asked = ground.asked_days(plan)
    enough = day_words(enough_notice_from(told_at, asked))
    return Notice(working_days_between(told_at, plan.is_noticed_at), asked, enough)


def hours_words(span: timedelta) -> str:
    """8 hours 36 minutes, 24 hours: hours and minutes, never days, so that a share can be seen."""
    hours, minutes = divmod(span // timedelta(minutes=1), MINUTES_AN_HOUR)
    parts = [count_words(hours, "hour")] if hours else []
    parts += [count_words(minutes, "minute")] if minutes or not hours else []
    return " ".join(parts)


def _shared(hit: Hit, hour: datetime) -> int:
    """Seconds of the hour that lie in the outage."""
    return int(length(max(hit.start, hour), min(hit.end, hour + HOUR)).total_seconds())


def _gone(plan: Plan, ground: Ground) -> Iterator[tuple[set[int], set[int]]]:
    """At each instant at which anything goes: all that is gone then, and what this work takes."""
    ours = [hit for hit in plan.hits if hit.effect is Effect.DOWN]
    theirs = [hit for other in ground.others for hit in other.hits if hit.effect is Effect.DOWN]
    for at in sorted({hit.start for hit in (*ours, *theirs)}):
        if taken := _down(ours, at):
            own = _with_dependants(taken, ground)
            yield own | _with_dependants(_down(theirs, at), ground), own


def _down(hits: Collection[Hit], at: datetime) -> set[int]:
    return {hit.service for hit in hits if hit.start <= at < hit.end}


def _with_dependants(down: set[int], ground: Ground) -> set[int]:
    return down | all_reached(ground.stops, down).keys()
