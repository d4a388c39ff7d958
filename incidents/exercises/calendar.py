"""What must be practised by when: the trust's requirements against the exercises that were closed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from incidents.exercises.models import Exercise, Requirement

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Standing:
    """How one requirement stands: when it was last met, and by when it must be met again."""

    requirement: Requirement
    held_on: date | None
    due_on: date | None

    def is_overdue(self, on: date) -> bool:
        """Whether the day has passed; a requirement that was never met is overdue at once."""
        return self.due_on is None or self.due_on < on


def standings() -> list[Standing]:
    """Every requirement; only a closed exercise counts. Two queries."""
    closed = Exercise.objects.filter(state=Exercise.State.CLOSED)
    last = dict(closed.order_by().values_list("type").annotate(Max("held_on")))
    return [
        Standing(
            each, held := last.get(each.type), months_later(held, each.interval_months) if held else None
        )
        for each in Requirement.objects.all()
    ]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last: 31 August and 6 months give 28 February."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    for fewer in range(4):
        try:
            return date(year, month + 1, day.day - fewer)
        except ValueError:
            continue
    raise ValueError(f"{day} has no day {months} months later")
