"""The clock: London at the edges, both clock changes, and times as people write them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import Range
from pytest_django import Settings

from continuity.core.clock import (
    LONDON,
    ClockError,
    Zone,
    at_local,
    clock_change_inside,
    days_window,
    is_repeated_hour,
    length,
    local,
    local_day,
    next_clock_change,
    now,
    parse_day,
    parse_time,
    say_day,
    say_time,
    split_zone,
    window,
)

BACK = date(2024, 10, 27)
FORWARD = date(2025, 3, 30)
CHANGE_DAYS = [BACK, FORWARD, date(2025, 10, 26), date(2028, 3, 26), date(2050, 10, 30)]

minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
instants = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


def code_of(ask: Callable[..., object], *args: object, **options: object) -> tuple[str, str]:
    """The code and sentence with which something is refused."""
    with pytest.raises(ClockError) as refused:
        ask(*args, **options)
    assert str(refused.value) == refused.value.sentence
    return refused.value.code, refused.value.sentence


def test_now_is_the_real_instant_moved_by_the_shift(settings: Settings) -> None:
    settings.CLOCK_OFFSET = timedelta(days=-365)

    shifted = now()

    assert abs(datetime.now(UTC) - timedelta(days=365) - shifted) < timedelta(seconds=5)
    assert shifted.tzinfo is UTC


def test_the_day_in_london_is_not_the_day_in_utc_after_midnight_in_summer() -> None:
    assert local_day(datetime(2024, 6, 30, 23, 30, tzinfo=UTC)) == date(2024, 7, 1)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local(datetime(2024, 11, 1, 16))  # noqa: DTZ001


def test_the_night_the_clocks_go_back_is_an_hour_longer() -> None:
    start, end = at_local(date(2024, 10, 26), time(22)), at_local(BACK, time(6))

    assert length(start, end) == timedelta(hours=9)
    assert length(local(start), local(end)) == timedelta(hours=9)


def test_the_night_the_clocks_go_forward_is_an_hour_shorter() -> None:
    start, end = at_local(date(2025, 3, 29), time(22)), at_local(FORWARD, time(6))

    assert length(start, end) == timedelta(hours=7)
    assert length(end, start) == timedelta(hours=-7)


def test_a_time_that_never_happens_is_refused_plainly() -> None:
    assert code_of(at_local, FORWARD, time(1, 30)) == (
        "never",
        "1:30am on Sunday 30 March 2025 does not happen because the clocks go from 1am to 2am",
    )


@pytest.mark.parametrize("fold", ["BST", "GMT"])
def test_no_zone_makes_a_skipped_time_happen(fold: Zone) -> None:
    assert code_of(at_local, FORWARD, time(1), fold=fold)[0] == "never"


def test_a_time_that_happens_twice_asks_which() -> None:
    assert code_of(at_local, BACK, time(1, 30)) == (
        "repeated",
        "1:30am on Sunday 27 October 2024 happens twice. BST or GMT?",
    )


def test_the_answer_tells_the_two_apart_by_an_hour() -> None:
    first, second = at_local(BACK, time(1, 30), fold="BST"), at_local(BACK, time(1, 30), fold="GMT")

    assert (first, second) == (
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
        datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(("day", "fold"), [(date(2024, 11, 1), "BST"), (date(2024, 7, 1), "GMT")])
def test_a_zone_of_the_other_half_of_the_year_is_refused(day: date, fold: Zone) -> None:
    assert code_of(at_local, day, time(16), fold=fold)[0] == "zone"


@pytest.mark.parametrize(
    ("day", "wall", "fate"),
    [
        (BACK, time(0, 59), "once"),
        (BACK, time(1), "repeated"),
        (BACK, time(1, 59), "repeated"),
        (BACK, time(2), "once"),
        (FORWARD, time(0, 59), "once"),
        (FORWARD, time(1), "never"),
        (FORWARD, time(1, 59), "never"),
        (FORWARD, time(2), "once"),
    ],
)
def test_the_doubtful_hour_has_exact_edges(day: date, wall: time, fate: str) -> None:
    assert fate_of(day, wall) == fate


@pytest.mark.parametrize("day", CHANGE_DAYS)
def test_every_minute_of_a_change_day_is_one_instant_or_asks_or_is_refused(day: date) -> None:
    walls = [time(hour, minute) for hour in range(24) for minute in range(60)]

    fates = [fate_of(day, wall) for wall in walls]

    doubtful = "never" if day.month == 3 else "repeated"
    assert {wall for wall, fate in zip(walls, fates, strict=True) if fate == doubtful} == {
        time(1, minute) for minute in range(60)
    }
    assert fates.count("once") == 23 * 60


@pytest.mark.parametrize("day", CHANGE_DAYS)
def test_no_instant_of_a_change_day_is_out_of_reach(day: date) -> None:
    start, end = ends(days_window(day))

    reached = {at for hour in range(24) for minute in range(60) for at in readings(day, time(hour, minute))}

    assert len(reached) * timedelta(minutes=1) == length(start, end)
    assert min(reached) == start
    assert max(reached) == end - timedelta(minutes=1)


def ends(made: Range[datetime]) -> tuple[datetime, datetime]:
    assert made.lower is not None
    assert made.upper is not None
    return made.lower, made.upper


def readings(day: date, wall: time) -> list[datetime]:
    """Every instant that a wall-clock minute can stand for."""
    try:
        return [at_local(day, wall)]
    except ClockError as error:
        zones: list[Zone] = ["BST", "GMT"] if error.code == "repeated" else []
        return [at_local(day, wall, fold=zone) for zone in zones]


def fate_of(day: date, wall: time) -> str:
    try:
        at = at_local(day, wall)
    except ClockError as error:
        return error.code
    assert local(at).replace(tzinfo=None) == datetime.combine(day, wall)
    return "once"


@given(instants)
def test_every_instant_comes_back_from_what_london_clocks_show(at: datetime) -> None:
    there = local(at)
    zone: Zone = "BST" if there.dst() else "GMT"

    again = at_local(there.date(), there.time(), fold=zone if is_repeated_hour(at) else None)

    assert again == at == at_local(there.date(), there.time(), fold=zone)
    assert again.tzinfo is UTC


@given(instants)
def test_exactly_the_repeated_hour_is_repeated(at: datetime) -> None:
    there = local(at)

    assert is_repeated_hour(at) == (fate_of(there.date(), there.time()) == "repeated")


@given(instants, instants)
def test_lengths_do_not_depend_on_the_zone_they_are_asked_in(one: datetime, other: datetime) -> None:
    assert length(one, other) == other - one == length(local(one), local(other))


def test_the_next_clock_change_is_the_last_sunday_at_one_utc() -> None:
    autumn, spring = datetime(2024, 10, 27, 1, tzinfo=UTC), datetime(2025, 3, 30, 1, tzinfo=UTC)

    assert next_clock_change(datetime(2024, 4, 1, tzinfo=UTC)) == autumn
    assert next_clock_change(autumn - timedelta(microseconds=1)) == autumn
    assert next_clock_change(autumn) == spring


@given(instants)
def test_the_clocks_change_at_the_next_change_and_not_before(at: datetime) -> None:
    change = next_clock_change(at)

    assert change is not None
    assert change > at
    assert local(change - timedelta(seconds=1)).utcoffset() == local(at).utcoffset()
    assert local(change).utcoffset() != local(at).utcoffset()
    assert change.astimezone(LONDON).weekday() == 6


def test_a_clock_change_is_inside_when_it_falls_after_the_start_and_not_after_the_end() -> None:
    change = datetime(2025, 3, 30, 1, tzinfo=UTC)
    hour = timedelta(hours=1)

    assert clock_change_inside(change - hour, change)
    assert not clock_change_inside(change, change + hour)
    assert not clock_change_inside(change - hour, change - timedelta(minutes=1))


@given(instants, st.integers(0, 60 * 24 * 300))
def test_a_clock_change_inside_is_found_in_short_and_long_spans(start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    change = next_clock_change(start)

    assert change is not None
    assert clock_change_inside(start, end) == (change <= end)


def test_a_window_is_half_open_and_in_utc() -> None:
    start, end = at_local(date(2024, 7, 1), time(16)), at_local(date(2024, 7, 1), time(17))

    made = window(local(start), local(end))

    assert (made.lower, made.upper, made.bounds) == (start, end, "[)")
    assert [end.tzinfo for end in ends(made)] == [UTC, UTC]
    assert start in made
    assert end not in made


def test_a_window_is_not_reversed_or_empty() -> None:
    start, end = at_local(date(2024, 11, 1), time(16)), at_local(date(2024, 11, 1), time(15))

    assert code_of(window, start, end) == ("reversed", "The end must be later than the start")
    assert code_of(window, start, start) == (
        "empty",
        "The end must be later than the start, not the same time",
    )


def test_a_window_in_the_repeated_hour_may_end_at_an_earlier_wall_clock_time() -> None:
    start, end = at_local(BACK, time(1, 50), fold="BST"), at_local(BACK, time(1, 10), fold="GMT")

    made = window(start, end)

    assert length(*ends(made)) == timedelta(minutes=20)
    assert code_of(window, end, start)[0] == "reversed"


def test_a_midnight_meant_as_the_end_of_its_day_is_told_how_to_write_it() -> None:
    start, end = at_local(date(2024, 11, 1), time(16)), at_local(date(2024, 11, 1), time(0))

    code, sentence = code_of(window, start, end)

    assert code == "reversed"
    assert sentence == "For the end of Friday 1 November 2024, write midnight on Saturday 2 November 2024"


@pytest.mark.parametrize(("day", "hours"), [(BACK, 25), (FORWARD, 23), (date(2024, 2, 29), 24)])
def test_a_day_has_its_own_number_of_hours(day: date, hours: int) -> None:
    assert length(*ends(days_window(day))) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("4pm", time(16)),
        ("4 PM", time(16)),
        ("4p.m.", time(16)),
        ("4.30pm", time(16, 30)),
        ("4:30 PM", time(16, 30)),
        ("430pm", time(16, 30)),
        ("04:30pm", time(16, 30)),
        ("12:36am", time(0, 36)),
        ("12.36 a.m.", time(0, 36)),
        ("12:01pm", time(12, 1)),
        ("16:00", time(16)),
        ("16.05", time(16, 5)),
        ("1600", time(16)),
        ("04:30", time(4, 30)),
        ("0036", time(0, 36)),
        ("0:36", time(0, 36)),
        ("00:00", time(0)),
        ("12:00", time(12)),
        ("23:59", time(23, 59)),
        (" Noon ", time(12)),
        ("midday", time(12)),
        ("12 noon", time(12)),
        ("MIDNIGHT", time(0)),
        ("４pm", time(16)),  # digits of a Japanese keyboard
        ("4\u00a0pm", time(16)),  # a space pasted from an email
    ],
)
def test_a_time_is_read_the_way_people_write_it(written: str, meant: time) -> None:
    assert parse_time(written) == meant


@pytest.mark.parametrize("written", ["12am", "12pm", "12 PM", "12:00am", "12.00 p.m.", "1200pm"])
def test_twelve_is_refused_because_people_read_it_both_ways(written: str) -> None:
    code, sentence = code_of(parse_time, written)

    assert code == "twelve"
    assert "write midnight or midday" in sentence


@pytest.mark.parametrize(
    "written",
    ["", "4", "16", "25:00", "16:60", "13pm", "0am", "16:00pm", "4:5pm", "tea time", "4pm BST", "1:2",
     "-1:00", "16:00:00:00", "٤pm", "4pm\n5pm", "9" * 5000],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_examples(written: str) -> None:
    assert code_of(parse_time, written) == ("unreadable", "Write the time like 4pm, 4:30pm or 16:00")


@pytest.mark.parametrize(("written", "choice"), [("9:00", "9am or 9pm"), ("4:30", "4:30am or 4:30pm")])
def test_an_hour_that_may_be_morning_or_evening_is_asked(written: str, choice: str) -> None:
    assert code_of(parse_time, written) == ("unreadable", f"Write {choice}")


def test_twenty_four_o_clock_is_told_to_be_midnight() -> None:
    assert "midnight" in code_of(parse_time, "24:00")[1]


def test_a_zone_may_be_written_after_a_time() -> None:
    assert split_zone("1:30am GMT") == ("1:30am", "GMT")
    assert split_zone("1:30 am bst") == ("1:30 am", "BST")
    assert split_zone("4pm") == ("4pm", None)


@pytest.mark.parametrize(
    "written",
    [
        "1 November 2024",
        "1st november 2024",
        "01 Nov 2024",
        "Friday 1 November 2024",
        "Fri, 1 Nov 2024",
        "1/11/2024",
        "01/11/2024",
        "1.11.2024",
        "1-11-2024",
        "1 11 2024",
        "2024-11-01",
        "  1   November  2024 ",
    ],
)
def test_a_day_is_read_the_way_people_write_it(written: str) -> None:
    assert parse_day(written) == date(2024, 11, 1)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "Write the date like 1 November 2024"),
        ("soon", "Write the date like 1 November 2024"),
        ("1 Nonember 2024", "Write the date like 1 November 2024"),
        ("1 no 2024", "Write the date like 1 November 2024"),
        ("11/13/2024", "Write the date like 1 November 2024"),
        ("1/11-2024", "Write the date like 1 November 2024"),
        ("0/0/2024", "Write the date like 1 November 2024"),
        ("1/" + "9" * 5000, "Write the date like 1 November 2024"),
        ("1 November", "Write the year with 4 digits, like 1 November 2024"),
        ("1/11/24", "Write the year with 4 digits, like 1 November 2024"),
        ("1/11/" + "2" * 5000, "Write the year with 4 digits, like 1 November 2024"),
        ("1 November 1024", "The year must be between 2000 and 2099"),
        ("31 November 2024", "Check the date because there is no 31 November 2024"),
        ("29 February 2023", "Check the date because there is no 29 February 2023"),
        ("0 May 2024", "Check the date because there is no 0 May 2024"),
        ("Thursday 1 November 2024", "Check the day of the week because the date is Friday 1 November 2024"),
    ],
)
def test_what_is_no_day_is_refused_with_what_to_mend(written: str, sentence: str) -> None:
    assert code_of(parse_day, written) == ("unreadable", sentence)


def test_leap_days_exist_in_leap_years() -> None:
    assert parse_day("29 Feb 2024") == date(2024, 2, 29)
    assert parse_day("29/2/2000") == date(2000, 2, 29)


@given(minutes)
def test_a_time_said_is_read_as_the_same_time(wall: time) -> None:
    assert parse_time(say_time(wall)) == wall


@given(minutes)
def test_a_time_of_a_24_hour_clock_is_read_as_the_same_time(wall: time) -> None:
    assert parse_time(f"{wall:%H:%M}") == parse_time(f"{wall:%H%M}") == wall


@given(days)
def test_a_day_said_is_read_as_the_same_day(day: date) -> None:
    assert parse_day(say_day(day)) == parse_day(day.isoformat()) == parse_day(f"{day:%d/%m/%Y}") == day


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused_and_breaks_nothing(typed: str) -> None:
    for parse, kind in ((parse_time, time), (parse_day, date)):
        read: date | time | str
        try:
            read = parse(typed)
        except ClockError as refusal:
            read = str(refusal)

        assert type(read) is kind or (isinstance(read, str) and read)
