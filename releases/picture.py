"""A release as a page shows it at an instant: its rows turned into the facts of notices and schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from psycopg.types.range import Range

from continuity.core.level import Effect
from releases.models import OVER, Disruption, Release
from releases.notices import Hit, Line, checking_length, checking_words, headline, lines_of
from releases.schedule import Now, Standing, disruption_now, ends, overrun, standing


def hits_of(release: Release) -> list[Hit]:
    """What the notice says about each service; needs the disruptions and their services."""
    return [
        Hit(outage.service.name, Effect(outage.effect), *ends(outage.span))
        for outage in release.disruptions.all()
    ]


def touched(release: Release) -> frozenset[int]:
    """Primary keys of the services that a release hits or names."""
    hit = (outage.service_id for outage in release.disruptions.all())
    return frozenset({*hit, *(service.pk for service in release.services.all())})


@dataclass(frozen=True)
class OutageRow:
    """One outage: planned and actual beside each other, and how far past its planned end it came."""

    outage: Disruption
    now: Now
    # What happened; of an outage that the clock began, what happens now, whether or not a worker wrote it.
    happened: Range[datetime] | None
    overrun: timedelta

    @property
    def planned(self) -> Range[datetime]:
        span: Range[datetime] = self.outage.span
        return span

    @property
    def never_came(self) -> bool:
        """Whether the work ended before this outage was due."""
        ended_at = self.outage.release.ended_at
        return self.happened is None and ended_at is not None and ended_at <= ends(self.planned)[0]


class Picture:
    """Everything a page says about a release at one instant. Costs no query of its own.

    `marks` are the tags beside its state, where the page has read what they need (`marks_of`).
    """

    def __init__(self, release: Release, at: datetime, marks: Sequence[Any] = ()) -> None:
        self.release, self.at, self.marks = release, at, marks

    @cached_property
    def hits(self) -> list[Hit]:
        return hits_of(self.release)

    @cached_property
    def lines(self) -> list[Line]:
        return lines_of(self.hits)

    @property
    def spared(self) -> list[str]:
        """Services that the work is about and that should not notice it, by name."""
        hit = {outage.service_id for outage in self.release.disruptions.all()}
        return [service.name for service in self.release.services.all() if service.pk not in hit]

    @property
    def headline(self) -> str:
        return headline(self.hits, self.release.starts_at, self.release.ends_at)

    @property
    def checking(self) -> str:
        return checking_words(self.hits, self.release.ends_at)

    @property
    def checking_length(self) -> str:
        return checking_length(self.hits, self.release.ends_at)

    @cached_property
    def outages(self) -> list[OutageRow]:
        return [self._row(outage) for outage in self.release.disruptions.all()]

    @cached_property
    def standing(self) -> Standing:
        release = self.release
        phases = [row.now.phase for row in self.outages]
        return standing(release.state, release.is_held, release.work, self.at, phases)

    @property
    def is_open(self) -> bool:
        """Whether an outage lasts that nobody has called back."""
        return any(row.now.is_hitting for row in self.outages)

    @property
    def is_unconfirmed(self) -> bool:
        return self.standing is Standing.UNCONFIRMED

    @property
    def is_running(self) -> bool:
        return self.standing in {Standing.IN_PROGRESS, Standing.UNCONFIRMED, Standing.CHECKING}

    @property
    def is_ahead(self) -> bool:
        """Whether the work can still be called off."""
        return not self.is_running and self.release.state not in OVER

    @property
    def overrun(self) -> timedelta:
        """How far the longest outage came past its planned end; of work without one, the work itself.

        A risk is no outage: it counts only where nothing worse was planned.
        """
        outages = [row for row in self.outages if row.outage.effect != Effect.AT_RISK.value] or self.outages
        if outages:
            return max(row.overrun for row in outages)
        return self.work_overrun

    @property
    def work_overrun(self) -> timedelta:
        """How far the work itself came past its planned end."""
        lasts = Range(self.release.starts_at, None, "[)") if self.is_running else None
        return overrun(self.release.work, self.actual_work or lasts, self.at)

    @property
    def planned_back(self) -> datetime:
        """When the service was promised back: the last outage's planned end, or that of the work."""
        return max((ends(row.planned)[1] for row in self.outages), default=self.release.ends_at)

    @property
    def out(self) -> list[OutageRow]:
        """What is out; a risk is no outage and counts only where nothing worse lasts."""
        hitting = [row for row in self.outages if row.now.is_hitting]
        return [row for row in hitting if row.outage.effect != Effect.AT_RISK.value] or hitting

    @property
    def next_end(self) -> tuple[datetime, datetime] | None:
        """Since when, and until when as planned, of what is planned to end next; of work without an outage, its own."""
        spans = [(row.now.since or self.at, row.now.until) for row in self.out]
        if not self.outages and self.is_running:
            spans = [(self.release.started_at or self.release.starts_at, self.release.ends_at)]
        return min((span for span in spans if span[1] > self.at), key=lambda span: span[1], default=None)

    @property
    def actual_work(self) -> Range[datetime] | None:
        """From when to when the work really went on; without an end while it does."""
        started = self.release.started_at
        return Range(started, self.release.ended_at, "[)") if started else None

    def _row(self, outage: Disruption) -> OutageRow:
        release = self.release
        now = disruption_now(release.state, release.is_held, outage.span, outage.actual, self.at)
        happened = Range(now.since, None, "[)") if now.is_hitting else outage.actual
        return OutageRow(outage, now, happened, overrun(outage.span, happened, self.at))
