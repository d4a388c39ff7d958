"""Figures by month: what counts and what does not, counts beside percentages, each chart with its table."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from bs4 import BeautifulSoup

from continuity.accounts.models import User
from continuity.reports import trends
from continuity.reports.figures import months_up_to
from continuity.reports.learning import Figure, figures, share
from incidents.models import Incident, Update
from incidents.reviews.models import Action, Factor, LocalFactor, Review
from tests.factories import ImpactFactory, IncidentFactory, ServiceFactory

AT = datetime(2024, 12, 15, 12, tzinfo=UTC)
TODAY = AT.date()
NOVEMBER = date(2024, 11, 1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def months() -> list[date]:
    return months_up_to(TODAY, 12)[::-1]


def incident(
    at: datetime, *, detected: int = 0, declared: int = 0, lasted: int | None = None, **facts: Any
) -> Incident:
    """One that began at an instant, the rest in minutes after it."""
    noticed = at + detected * MINUTE
    made: Incident = IncidentFactory.create(
        started_at=at, detected_at=noticed, declared_at=noticed + declared * MINUTE,
        **({"state": "closed", "restored_at": at + lasted * MINUTE} if lasted is not None else {}), **facts,
    )  # fmt: skip
    return made


def review(ref: str, *factors: str, **facts: Any) -> Review:
    """A published one, with factors under the trust's own words."""
    facts = {"theme": "Alarms", "state": "published", "published_at": AT - 20 * DAY, **facts}
    made = Review.objects.create(ref=ref, title="Looking back", **facts)
    for name in factors:
        local, _ = LocalFactor.objects.get_or_create(name=name, defaults={"area": "tools"})
        Factor.objects.create(review=made, area="tools", local=local, text=name)
    return made


def named(found: list[Figure], key: str) -> Figure:
    return next(each for each in found if each.head.key == key)


def row(figure: Figure, first: str) -> list[str]:
    return next(list(each) for each in figure.rows if each[0] == first)


def test_a_count_stands_beside_its_percentage() -> None:
    assert share(3, 11) == "3 of 11 (27%)"
    assert share(0, 0) == "None"


def test_incidents_are_counted_in_their_month_in_london(db: None, months: list[date]) -> None:
    wifi, phones = ServiceFactory.create(name="Wi-Fi"), ServiceFactory.create(name="Phones")
    both = incident(datetime(2024, 11, 3, tzinfo=UTC), severity=1)
    ImpactFactory.create(incident=both, service=wifi)
    ImpactFactory.create(incident=both, service=phones)
    late = incident(
        datetime(2024, 8, 31, 23, 30, tzinfo=UTC), severity=3
    )  # half past midnight on 1 September
    ImpactFactory.create(incident=late, service=wifi)

    found = figures(AT, 12)

    assert row(named(found, "severity"), "November 2024") == ["November 2024", "1", "0", "0", "0", "1"]
    assert row(named(found, "severity"), "September 2024") == ["September 2024", "0", "0", "1", "0", "1"]
    assert row(named(found, "severity"), "August 2024")[-1] == "0"
    assert named(found, "service").columns == ["Month", "Wi-Fi", "Phones", "All others", "Together"]
    assert row(named(found, "service"), "November 2024") == ["November 2024", "1", "1", "0", "2"]


def test_exercises_restricted_ones_and_those_that_were_none_are_left_out(
    db: None, months: list[date]
) -> None:
    for facts in (
        {"is_exercise": True},
        {"is_restricted": True},
        {"state": "cancelled"},
        {"state": "duplicate"},
    ):
        made = incident(AT - 20 * DAY, **facts)
        # A service that is out of use twice at once is so once, by whichever of the two.
        if made.state != "duplicate":
            ImpactFactory.create(incident=made, since=made.started_at, until=AT)
        Update.objects.create(incident=made, number=1, happened="News", severity=3, published_at=AT)
    secret = incident(AT - 20 * DAY, is_restricted=True)
    practice = incident(AT - 20 * DAY, is_exercise=True)
    shown = {
        "local": LocalFactor.objects.create(area="tools", name="Alarm"),
        "area": "tools",
        "text": "Alarm",
    }
    for number, about in enumerate((secret, practice)):
        of = review(f"REV-{number}", incident=about)
        Factor.objects.create(review=of, **shown)
        Action.objects.create(
            review=of, number=1, title="Ring", owner_role="IT", strength="weak", due_on=TODAY
        )

    found = figures(AT, 12)

    drawn = [each.head.key for each in found if each.picture]
    assert drawn == []
    assert named(found, "minutes").head.says.startswith("0 planned and ")
    assert named(found, "came-back").rows == []


def test_times_are_medians_and_quartiles(db: None, months: list[date]) -> None:
    for detected, declared, lasted in (
        (0, 10, 60),
        (10, 20, 120),
        (20, 30, 180),
        (30, 40, None),
        (40, 50, 600),
    ):
        incident(AT - 20 * DAY, detected=detected, declared=declared, lasted=lasted)

    found = trends.times(months)[NOVEMBER]

    assert (found.incidents, found.restored) == (5, 4)
    assert found.detect == (10 * MINUTE, 20 * MINUTE, 30 * MINUTE)
    assert found.declare == (20 * MINUTE, 30 * MINUTE, 40 * MINUTE)
    # Between two values where none is the middle: 105, 150 and 285 minutes.
    assert found.restore == (105 * MINUTE, 150 * MINUTE, 285 * MINUTE)
    table = row(named(figures(AT, 12), "restore"), "November 2024")
    assert table == ["November 2024", "4", "1 hour 45 minutes", "2 hours 30 minutes", "4 hours 45 minutes"]


def test_a_promise_is_kept_by_the_next_update(db: None, months: list[date]) -> None:
    start = AT - 20 * DAY
    made = incident(start, severity=1, lasted=180)  # one every 30 minutes
    for number, (after, promised) in enumerate([(20, 60), (70, 120), (110, None), (150, None)], start=1):
        Update.objects.create(
            incident=made, number=number, happened="News", severity=1, published_at=start + after * MINUTE,
            next_due_at=start + promised * MINUTE if promised else None,
        )  # fmt: skip

    found = trends.promises(months, AT)

    # By 30: 20, kept. By 60: 70, not. By 120: 110, kept. By 140: 150, not. By 180 the service was back.
    assert found == {NOVEMBER: trends.Kept(kept=2, made=4)}
    assert named(figures(AT, 12), "promises").head.says.endswith("2 of 4 (50%).")


def test_open_actions_are_told_by_age_and_strength(db: None) -> None:
    for number, (age, strength, state, due) in enumerate(
        [
            (10, "strong", "accepted", 5),
            (60, "weak", "in_progress", -5),
            (60, "weak", "claimed_done", -5),
            (400, "medium", "proposed", -100),
            (400, "medium", "verified", -100),
        ]
    ):
        of = review(f"REV-{number}", held_on=TODAY - age * DAY)
        Action.objects.create(
            review=of, number=1, title="Ring", owner_role="IT", strength=strength, state=state,
            due_on=TODAY + due * DAY,
        )  # fmt: skip

    found = named(figures(AT, 12), "actions")

    assert found.head.says == (
        "4 actions not checked yet. Overdue: 2 of 4 (50%). Overdue for 30 days or more: 1 of 4 (25%)."
    )
    assert row(found, "Up to 1 month") == ["Up to 1 month", "1", "0", "0", "0"]
    assert row(found, "1 to 3 months") == ["1 to 3 months", "0", "0", "2", "1"]
    assert row(found, "Over 6 months") == ["Over 6 months", "0", "1", "0", "1"]


def test_a_factor_comes_back_when_a_second_review_finds_it(db: None) -> None:
    review("REV-1", "Alarm to a dead mailbox", "Nobody knew")
    review("REV-2", "Alarm to a dead mailbox")
    review("REV-3", "Nobody knew", state="drafting", published_at=None)

    found = named(figures(AT, 12), "came-back")

    assert found.rows == [
        ["Alarm to a dead mailbox", "Tools and technology", "2 of 2 (100%)", "25 November 2024"]
    ]


def test_limits_begin_with_the_record_and_end_with_the_last_whole_month(db: None) -> None:
    incident(datetime(2024, 9, 10, tzinfo=UTC))
    incident(AT - DAY)

    found = named(figures(AT, 12), "incidents-limits")

    assert [each[:2] for each in found.rows] == [
        ["September 2024", "1"],
        ["October 2024", "0"],
        ["November 2024", "0"],
    ]
    assert "3 months of at least 12" in found.head.says


def test_months_without_incidents_are_nothing_in_counts_and_missing_in_medians(db: None) -> None:
    service = ServiceFactory.create()
    # Minutes from January: nothing happened in February, March, May, July, August and October.
    minutes = [90, 0, 0, 30, 0, 600, 0, 0, 45, 0, 60]
    for month, lasted in enumerate(minutes, start=1):
        if lasted:
            made = incident(datetime(2024, month, 10, 12, tzinfo=UTC), declared=5, lasted=lasted)
            ImpactFactory.create(
                incident=made, service=service, since=made.started_at, until=made.restored_at
            )

    found = figures(AT, 12)

    # Worked out with pen and paper: ranges 90, 0, 30, 30, 600, 600, 0, 45, 45, 60 are 150 on average, so 600 is
    # above 3.268 averages (490.2); the other eight are 37.5 on average, and the limits 2.66 of that from the mean.
    chart = named(found, "minutes-limits")
    mean = Fraction(sum(minutes), 11)
    upper = mean + Fraction(266, 100) * Fraction(375, 10)
    assert [row[1] for row in chart.rows] == [str(each) for each in minutes]
    assert chart.head.says.startswith(f"The mean is 75; between 0 and {float(upper):.1f} is chance.")
    assert [row[0] for row in chart.rows if row[3] == "Outside the limits"] == ["June 2024"]
    assert [row[2] for row in chart.rows][5:7] == ["600 (above its limit)"] * 2
    counts = [row[1] for row in named(found, "incidents-limits").rows]
    assert counts == [str(int(bool(each))) for each in minutes]
    for key in ("detect", "declare", "restore"):
        months = [row[0].partition(" ")[0] for row in named(found, key).rows]
        assert months == ["January", "April", "June", "September", "November"]


def test_every_chart_has_its_table(as_: Any, clinician: User, settings: Any) -> None:
    settings.CLOCK_OFFSET = AT - datetime.now(UTC)
    made = incident(AT - 40 * DAY, declared=10, lasted=60)
    ImpactFactory.create(incident=made, since=made.started_at, until=made.restored_at)
    Update.objects.create(incident=made, number=1, happened="News", severity=3, published_at=made.declared_at)
    of = review("REV-1", "Nobody knew", held_on=TODAY)
    Action.objects.create(review=of, number=1, title="Ring", owner_role="IT", strength="weak", due_on=TODAY)

    page = BeautifulSoup(as_(clinician).get("/reports/learning/?months=12").text, "html.parser")

    sections = page.select("section.app-figure")
    drawn = [section for section in sections if section.select("svg")]
    assert len(sections) == 12
    assert len(drawn) == 11
    assert all(len(section.select("table tbody tr")) > 0 for section in drawn)


def test_months_that_are_not_offered_are_the_usual_ones(as_: Any, clinician: User) -> None:
    page = as_(clinician).get("/reports/learning/?months=9999").text

    assert "<strong>24 months</strong>" in page
