"""The run of planned work as its page shows it at an instant: steps, pace, and how long it can still be undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from continuity.core.wording import count_words, length_words, until_words
from releases.models import OVER, Release, RunStep
from releases.pace import NO_TIME, Pace, Step, Turn, pace_of, turn_of


@dataclass(frozen=True)
class Row:
    """One step of the sheet: whether it is the next to be done, and whether its planned end has passed."""

    step: RunStep
    is_next: bool
    is_late: bool


class Run:
    """What the page says about the run of a release; one query, with the people who ticked."""

    def __init__(self, release: Release, at: datetime) -> None:
        self.release, self.at = release, at

    @cached_property
    def steps(self) -> list[RunStep]:
        return list(self.release.run_steps.select_related("done_by").order_by("starts_at", "order"))

    @cached_property
    def rows(self) -> list[Row]:
        waiting = [each for each in self.steps if not each.done_at]
        return [
            Row(
                step,
                is_next=bool(waiting) and step is waiting[0],
                is_late=not step.done_at and planned(step).ends_at < self.at,
            )
            for step in self.steps
        ]

    @cached_property
    def pace(self) -> Pace | None:
        return pace_of([planned(step) for step in self.steps], self.at)

    @property
    def is_over(self) -> bool:
        return self.release.state in OVER

    @property
    def behind(self) -> str:
        """On time; 10 minutes behind. Nothing without steps."""
        if self.pace is None:
            return ""
        return f"{length_words(self.pace.behind)} behind" if self.pace.behind else "On time"

    @property
    def is_behind(self) -> bool:
        return self.pace is not None and self.pace.behind > NO_TIME

    @property
    def sentence(self) -> str:
        """3 of 7 steps are over. The last is expected to end at 12:54am, 10 minutes later than planned."""
        if self.pace is None:
            return ""
        is_or_are = "is" if self.pace.over == 1 else "are"
        over = f"{self.pace.over} of {count_words(self.pace.count, 'step')} {is_or_are} over."
        return over if self.pace.is_over else f"{over} {self._end_words(self.pace)}"

    @property
    def overrun_words(self) -> str:
        """Whether the work is expected to last past its planned end; nothing while it is not."""
        if self.pace is None or self.pace.is_over:
            return ""
        late = self.pace.expected_end - self.release.ends_at
        if late < timedelta(minutes=1):
            return ""
        end = until_words(self.release.ends_at, self.at)
        return f"That is {length_words(late)} after the planned end of the work, {end}. Extend it in time."

    @property
    def turn(self) -> Turn | None:
        """Whether the work can still be undone in time; None where no last moment was planned, or it is over."""
        by = self.release.rollback_by
        return turn_of(by, self.at)[0] if by and not self.is_over else None

    @property
    def turn_words(self) -> str:
        """Rollback must begin by 10:30pm: 25 minutes left."""
        by = self.release.rollback_by
        if by is None or self.is_over:
            return ""
        turn, length = turn_of(by, self.at)
        said = until_words(by, self.at)
        if turn is Turn.PASSED:
            return f"The last moment to begin the rollback, {said}, passed {length_words(length)} ago."
        return f"Rollback must begin by {said}: {length_words(length)} left."

    @property
    def version(self) -> str:
        """What the page shows, so that an open one knows whether it is still true."""
        steps = [(step.pk, step.done_at, step.is_skipped, step.note) for step in self.steps]
        late = [row.is_late for row in self.rows]
        said = (self.behind, self.sentence, self.overrun_words, self.turn_words)
        return repr((steps, late, said, self.release.state, self.release.is_held, self.release.version))

    def _end_words(self, pace: Pace) -> str:
        end = f"The last is expected to end at {until_words(pace.expected_end, self.at)}"
        if not pace.behind:
            return f"{end}."
        return f"{end}, {length_words(pace.behind)} later than planned."


def planned(step: RunStep) -> Step:
    """A row as the pace counts it."""
    return Step(step.starts_at, timedelta(minutes=step.minutes), step.done_at, step.is_skipped)
