"""The figures of the page, each a chart with its table: what it says in a sentence, shapes, columns and rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from continuity.core.clock import local_day
from continuity.core.wording import count_words, length_words, number_words
from continuity.reports import trends
from continuity.reports.figures import months_up_to
from continuity.reports.outages import lost_by_month
from continuity.reports.pictures import Picture, limits, spread, stacked
from continuity.reports.xmr import ENOUGH, Xmr, xmr
from incidents.reviews.ages import AGES, NOT_KNOWN
from incidents.reviews.models import Action, Factor
from incidents.severity import MILDEST

# The services with the most incidents have a colour of their own, the rest share one.
NAMED = 4
OTHERS = "All others"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Head:
    """What a figure is called, what it says in a sentence, and what is counted."""

    key: str
    heading: str
    says: str
    unit: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart and the table that says the same; `picture` is None where there is nothing to draw."""

    head: Head
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    picture: Picture | None = None


def figures(at: datetime, count: int) -> list[Figure]:
    """Everything the page shows of the last `count` months, this one included; 10 queries."""
    months = months_up_to(local_day(at), count)[::-1]
    severities = trends.by_severity(months)
    lost = [(each.planned // MINUTE, each.unplanned // MINUTE) for each in lost_by_month(at, months)]
    whole = _whole(months, trends.first_month())
    return [
        by_severity(months, severities),
        by_service(months, trends.by_service(months)),
        minutes_lost(months, lost),
        *(
            [
                chart("minutes-limits", "Is it getting better? Unplanned minutes lost", "minutes",
                      {month: float(lost[months.index(month)][1]) for month in whole}),
                chart("incidents-limits", "Is it getting better? Incidents", "incidents",
                      {month: float(severities.get(month, Counter()).total()) for month in whole}),
            ]
            if whole
            else []
        ),
        *how_long(months, trends.times(months)),
        promises(months, trends.promises(months, at)),
        actions(*trends.open_actions(local_day(at))),
        headings(months, trends.by_heading(months)),
        came_back(*trends.came_back(months)),
    ]  # fmt: skip


def share(part: int, whole: int) -> str:
    """A count beside its percentage: 3 of 11 (27%)."""
    if not whole:
        return "None"
    return f"{number_words(part)} of {number_words(whole)} ({round(100 * part / whole)}%)"


def by_severity(months: list[date], found: Mapping[date, Counter[int]]) -> Figure:
    names = [f"Severity {severity}" for severity in range(1, MILDEST + 1)]
    rows = [[found.get(month, Counter())[severity] for severity in range(1, MILDEST + 1)] for month in months]
    says = f"{count_words(sum(map(sum, rows)), 'incident')} by the month they were declared in."
    return _stacked(Head("severity", "Incidents by severity", says, "incidents"), months, names, rows)


def by_service(months: list[date], found: Mapping[date, Counter[str]]) -> Figure:
    total: Counter[str] = sum(found.values(), Counter())
    named = [name for name, _ in sorted(total.items(), key=lambda each: (-each[1], each[0]))[:NAMED]]
    rows = []
    for month in months:
        hit = found.get(month, Counter())
        rows.append([*(hit[name] for name in named), hit.total() - sum(hit[name] for name in named)])
    says = "An incident that hits several services counts for each of them."
    return _stacked(
        Head("service", "Incidents by service", says, "incidents"), months, [*named, OTHERS], rows
    )


def minutes_lost(months: list[date], lost: list[tuple[int, int]]) -> Figure:
    planned, unplanned = sum(each[0] for each in lost), sum(each[1] for each in lost)
    says = (
        f"{number_words(planned)} planned and {number_words(unplanned)} unplanned minutes in which a service could "
        "not be used. Two services at once count twice."
    )
    rows = [list(each) for each in lost]
    return _stacked(Head("minutes", "Minutes lost", says, "minutes"), months, ["Planned", "Unplanned"], rows)


def chart(key: str, heading: str, unit: str, values: Mapping[date, float]) -> Figure:
    """The XmR chart of whole months, with its moving ranges and signals in the table."""
    months, found = list(values), xmr(list(values.values()))
    news = [bool(each) for each in found.signals]
    picture = limits(
        found.values, news, mean=found.mean, lower=found.lower, upper=found.upper, labels=_labels(months)
    )
    rows = [
        [
            f"{month:%B %Y}", _number(found.values[at]), _range(found, at),
            ", ".join(sorted(signal.value for signal in found.signals[at])).capitalize() or "Chance",
        ]
        for at, month in enumerate(months)
    ]  # fmt: skip
    columns = ["Month", unit.capitalize(), "Moving range", "What it is"]
    return Figure(Head(key, heading, _judged(found, news), unit), columns, rows, picture)


def _judged(found: Xmr, news: Sequence[bool]) -> str:
    said = (
        f"The mean is {_number(found.mean)}; between {_number(max(found.lower, 0))} and {_number(found.upper)} is "
        "chance."
    )
    if len(found.values) < ENOUGH:
        few = f"{count_words(len(found.values), 'month')} of at least {ENOUGH}"
        return f"{said} There are {few} that limits need, so they will still move."
    latest = found.signals[-1]
    if latest:
        return f"{said} The latest month is news: {', '.join(sorted(each.value for each in latest))}."
    return f"{said} The latest month is chance." + (" Earlier ones are not." if any(news) else "")


def _range(found: Xmr, at: int) -> str:
    moved = found.ranges[at]
    if moved is None:
        return "None before"
    return _number(moved) + (" (above its limit)" if moved > found.range_limit else "")


def how_long(months: list[date], found: Mapping[date, trends.Times]) -> list[Figure]:
    """Medians and quartiles, since one long night would hide every other in a mean."""
    detect = Head(
        "detect", "Time to detect", "From the start until somebody or something noticed.", "minutes"
    )
    declare = Head("declare", "Time to declare", "From when it was noticed until it was declared.", "minutes")
    says = "From the start until the service was back, of those that are back."
    restore = Head("restore", "Time to restore", says, "hours")
    each = [(month, found[month]) for month in months if month in found]
    return [
        _quarters(detect, months, {month: (one.incidents, one.detect) for month, one in each}),
        _quarters(declare, months, {month: (one.incidents, one.declare) for month, one in each}),
        _quarters(restore, months, {month: (one.restored, one.restore) for month, one in each}),
    ]


def _quarters(
    head: Head, months: list[date], found: Mapping[date, tuple[int, trends.Quarters | None]]
) -> Figure:
    unit = HOUR if head.unit == "hours" else MINUTE
    known = {month: (number, quarter) for month, (number, quarter) in found.items() if quarter}
    rows = [
        [f"{month:%B %Y}", number_words(number), *map(length_words, quarter)]
        for month, (number, quarter) in known.items()
    ]
    shapes = [[each / unit for each in known[month][1]] if month in known else None for month in months]
    columns = ["Month", "Incidents", "A quarter within", "Half within (median)", "Three quarters within"]
    return Figure(head, columns, rows, spread(shapes, _labels(months)) if rows else None)


def promises(months: list[date], found: Mapping[date, trends.Kept]) -> Figure:
    each = [found.get(month, trends.Kept()) for month in months]
    kept, made = sum(one.kept for one in each), sum(one.made for one in each)
    says = f"Promises of the next update that were kept: {share(kept, made)}."
    rows = [
        [f"{month:%B %Y}", share(one.kept, one.made)]
        for month, one in zip(months, each, strict=True)
        if one.made
    ]
    shapes = [[one.kept, one.made - one.kept] for one in each]
    picture = stacked(["Kept", "Not kept"], shapes, _labels(months)) if made else None
    return Figure(Head("promises", "Promises kept", says, "promises"), ["Month", "Kept"], rows, picture)


def actions(strengths: Mapping[str, Counter[str]], overdue: Mapping[str, int], long_late: int) -> Figure:
    ages = [name for name, _ in AGES] + ([NOT_KNOWN] if NOT_KNOWN in strengths else [])
    kinds = list(Action.Strength)
    shapes = [[strengths[age][kind.value] if age in strengths else 0 for kind in kinds] for age in ages]
    total, late = sum(map(sum, shapes)), sum(overdue.values())
    says = (
        f"{count_words(total, 'action')} not checked yet. Overdue: {share(late, total)}. "
        f"Overdue for 30 days or more: {share(long_late, total)}."
    )
    names = [kind.label.partition(":")[0] for kind in kinds]
    rows = [
        [age, *map(number_words, shape), number_words(overdue.get(age, 0))]
        for age, shape in zip(ages, shapes, strict=True)
    ]
    picture = stacked(names, shapes, ages) if total else None
    columns = ["Since the review", *names, "Overdue"]
    return Figure(
        Head("actions", "Open actions by age and strength", says, "actions"), columns, rows, picture
    )


def headings(months: list[date], found: Mapping[date, Counter[str]]) -> Figure:
    areas = list(Factor.Area)
    rows = [[found.get(month, Counter())[area.value] for area in areas] for month in months]
    names = [area.label for area in areas]
    says = "What hindered, by the month its review was published in."
    return _stacked(Head("factors", "Factors", says, "factors"), months, names, rows)


def came_back(found: list[trends.Again], reviews: int) -> Figure:
    """No chart: there are few, and their names say more than bars."""
    rows = [
        [each.name, each.heading, share(each.reviews, reviews), f"{each.last.day} {each.last:%B %Y}"]
        for each in found
    ]
    says = f"Factors that hindered in 2 or more of {count_words(reviews, 'published review')}."
    columns = ["Factor", "Heading", "Reviews", "Last published"]
    return Figure(Head("came-back", "Factors that came back", says), columns, rows)


def _stacked(head: Head, months: list[date], names: list[str], rows: list[list[int]]) -> Figure:
    shown = [
        [f"{month:%B %Y}", *map(number_words, row), number_words(sum(row))]
        for month, row in zip(months, rows, strict=True)
    ]
    picture = stacked(names, rows, _labels(months)) if any(map(sum, rows)) else None
    return Figure(head, ["Month", *names, "Together"], shown, picture)


def _whole(months: list[date], first: date | None) -> list[date]:
    """Months that are over, from the first in which anything was recorded."""
    return [month for month in months[:-1] if first and month >= first]


def _labels(months: list[date]) -> list[str]:
    return [f"{month:%b %Y}" for month in months]


def _number(value: float) -> str:
    """Whole numbers as they are, others with one place behind the point."""
    return number_words(int(value)) if value == int(value) else f"{value:,.1f}"
