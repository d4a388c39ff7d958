"""The run sheet as text: a night needs no dates, and what is written is read again as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.sheet import Line, SheetError, read_sheet, write_sheet

FOUR_PM = datetime(2024, 11, 1, 16, tzinfo=UTC)
CLOCKS_GO_BACK = datetime(2024, 10, 26, 21, tzinfo=UTC)  # 10pm BST
MINUTE = timedelta(minutes=1)
NIGHT = """3:30pm, 30, Service desk, Ring the areas that have not confirmed

4pm, 240 minutes, NHS England, Put 14.7 in place, with its index
12:10am, 26 min, , Check a referral
"""

words = st.text("abc XYZ-14.7,", min_size=1, max_size=20).map(str.strip).filter(bool)
names = st.text("abc XYZ", max_size=10).map(str.strip)


@st.composite
def sheets(draw: st.DrawFn) -> list[Line]:
    """Steps in order, whatever lies between them, across a night in which the clocks go back."""
    at, lines = CLOCKS_GO_BACK + draw(st.integers(-700, 700)) * MINUTE, []
    for _ in range(draw(st.integers(1, 6))):
        lines.append(Line(at, draw(st.integers(1, 1440)), draw(names), draw(words)))
        at += draw(st.integers(0, 3_000)) * MINUTE
    return lines


def test_a_night_needs_no_dates() -> None:
    lines = read_sheet(NIGHT, begins=FOUR_PM)

    assert lines == [
        Line(FOUR_PM - 30 * MINUTE, 30, "Service desk", "Ring the areas that have not confirmed"),
        Line(FOUR_PM, 240, "NHS England", "Put 14.7 in place, with its index"),
        Line(datetime(2024, 11, 2, 0, 10, tzinfo=UTC), 26, "", "Check a referral"),
    ]


def test_the_first_line_is_the_time_nearest_to_the_start() -> None:
    half_past_midnight = datetime(2024, 11, 2, 0, 30, tzinfo=UTC)

    lines = read_sheet("11pm, 30, Jo, Prepare", begins=half_past_midnight)

    assert lines[0].starts_at == datetime(2024, 11, 1, 23, tzinfo=UTC)


def test_a_day_may_be_said() -> None:
    lines = read_sheet("4pm, 5, A, Begin\n9am on 4 November 2024, 5, A, Go on", begins=FOUR_PM)

    assert lines[1].starts_at == datetime(2024, 11, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Begin", "Line 2: Write the time, the minutes, who does it and the step, with commas between them"),
        ("half four, 5, A, Begin", "Line 2: Write the time like 4pm, 4:30pm or 16:00"),
        ("5pm, soon, A, Begin", "Line 2: Write how many minutes it takes as a number, not 'soon'"),
        ("5pm, ٣, A, Begin", "Line 2: Write how many minutes it takes as a number, not '٣'"),
        ("5pm, 0, A, Begin", "Line 2: A step takes 1 minute to 24 hours"),
        ("5pm, 5, A, ", "Line 2: Say what is done"),
        (f"5pm, 5, A, {'x' * 301}", "Line 2: The step must be 300 characters or fewer"),
        (f"5pm, 5, {'x' * 121}, Begin", "Line 2: Who does it must be 120 characters or fewer"),
        ("3pm on 1 November 2024, 5, A, Begin", "Line 2: It starts before the line above."),
        ("3:50pm, 5, A, Begin", "or say the day: 3:50pm on 2 November 2024"),
        ("12am, 5, A, Begin", "midnight or midday"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, words: str) -> None:
    with pytest.raises(SheetError) as refused:
        read_sheet(f"4pm, 5, A, Begin\n{line}", begins=FOUR_PM)

    assert words in refused.value.faults[0]


def test_every_line_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(SheetError) as refused:
        read_sheet("one\n4pm, 5, A, Begin\ntwo", begins=FOUR_PM)

    assert [fault[:6] for fault in refused.value.faults] == ["Line 1", "Line 3"]


def test_a_sheet_has_an_end() -> None:
    with pytest.raises(SheetError, match="at most 100 steps"):
        read_sheet("4pm, 5, A, Begin\n" * 101, begins=FOUR_PM)


def test_a_time_that_happens_twice_is_asked_about() -> None:
    with pytest.raises(SheetError, match="BST or GMT"):
        read_sheet("10pm, 5, A, Begin\n1:30am, 5, A, Go on", begins=CLOCKS_GO_BACK)

    lines = read_sheet("10pm, 5, A, Begin\n1:30am GMT, 5, A, Go on", begins=CLOCKS_GO_BACK)
    assert lines[1].starts_at == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)


@given(sheets())
def test_what_is_written_is_read_again_as_it_was(lines: list[Line]) -> None:
    assert read_sheet(write_sheet(lines, begins=CLOCKS_GO_BACK), begins=CLOCKS_GO_BACK) == lines
