"""A procedure in use as its page shows it at an instant: what is due, what waits for what, and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from continuity.core.wording import count_words
from continuity.plans.models import Procedure, Version
from incidents.models import ACTIVE, ENDED, Incident, Run, StepRun

Kind = Procedure.Kind
# What people follow while a service is away, and what they follow once it is back.
WHILE_AWAY = frozenset({Kind.DOWNTIME, Kind.PLAYBOOK, Kind.ACTION_CARD})
ONCE_BACK = frozenset({Kind.RECOVERY, Kind.PLAYBOOK, Kind.ACTION_CARD})
# These fit any incident where they name no service.
GENERAL = frozenset({Kind.PLAYBOOK, Kind.ACTION_CARD})


@dataclass(frozen=True)
class Row:
    """One step: when it is due, whether that has passed, and the numbers of steps that should come first."""

    step: StepRun
    due_at: datetime | None
    is_overdue: bool
    waits_for: list[int]


class Course:
    """A run at an instant; asks for its steps unless they are at hand."""

    def __init__(self, run: Run, at: datetime) -> None:
        self.run, self.at = run, at

    @cached_property
    def rows(self) -> list[Row]:
        steps = list(self.run.steps.all())
        open_ones = {each.step.order for each in steps if not each.is_settled}
        return [self._row(each, open_ones) for each in steps]

    @property
    def settled(self) -> int:
        return sum(row.step.is_settled for row in self.rows)

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.rows)

    @property
    def sentence(self) -> str:
        """3 of 7 steps are settled; 1 is overdue."""
        is_or_are = "is" if self.settled == 1 else "are"
        said = f"{self.settled} of {count_words(len(self.rows), 'step')} {is_or_are} settled"
        late = f"; {self.overdue} {'is' if self.overdue == 1 else 'are'} overdue" if self.overdue else ""
        return f"{said}{late}."

    @property
    def next_row(self) -> Row | None:
        """The first step that is open."""
        return next((row for row in self.rows if not row.step.is_settled), None)

    @property
    def version(self) -> str:
        """What the page shows, so that an open one knows whether it is still true."""
        steps = [(row.step.pk, row.step.state, row.step.person_id, row.is_overdue) for row in self.rows]
        return repr((steps, self.run.state))

    def _row(self, step: StepRun, open_ones: set[int]) -> Row:
        after = step.step.due_after
        due = None if after is None else self.run.started_at + after
        is_open = self.run.is_open and not step.is_settled
        waits_for = [order for order in step.step.depends_on if order in open_ones and is_open]
        return Row(step, due, bool(due and due < self.at and is_open), waits_for)


def with_steps(runs: QuerySet[Run]) -> QuerySet[Run]:
    """Runs with their procedures, and their steps and who ticked them, at hand: 2 queries."""
    steps = StepRun.objects.select_related("step", "person", "second_person").order_by("step__order")
    return runs.select_related("version__procedure", "started_by", "incident").prefetch_related(
        Prefetch("steps", steps)
    )


def offered(incident: Incident, runs: Iterable[Run]) -> list[Version]:
    """Published procedures of the services it hit that fit how far it is, by kind; those that are open are left out."""
    if incident.state in ENDED:
        return []
    kinds = WHILE_AWAY if incident.state in ACTIVE else ONCE_BACK
    covers = Procedure.services.through.objects.filter(procedure=OuterRef("procedure"))
    hit = covers.filter(service__in=incident.impacts.values("service"))
    fits = Exists(hit) | (Q(procedure__kind__in=GENERAL) & ~Exists(covers))
    found = Version.objects.published().filter(fits, procedure__kind__in=kinds)
    in_use = {run.version.procedure_id for run in runs if run.is_open}
    listed = found.select_related("procedure").order_by("procedure__kind", "procedure__title")
    return [version for version in listed if version.procedure_id not in in_use]


def newer_than(run: Run) -> Version | None:
    """The version that is published now, where it came after the one that is in use."""
    newer = Version.objects.published().filter(
        procedure=run.version.procedure_id, number__gt=run.version.number
    )
    return newer.select_related("procedure").first()
