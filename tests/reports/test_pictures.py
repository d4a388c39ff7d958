"""Whatever the numbers, a chart's shapes stand on its canvas, and are as tall as what they show."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.reports.pictures import APART, BOTTOM, HEIGHT, LEFT, TOP, WIDTH, limits, spread, stacked

amounts = st.integers(min_value=0, max_value=1_000_000)
parts = st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=36)
FLOOR = HEIGHT - BOTTOM


@given(parts)
def test_bars_stand_on_one_another_inside_the_canvas(rows: list[tuple[int, int, int]]) -> None:
    found = stacked(["a", "b", "c"], rows, ["x"] * len(rows))

    tallest = max(map(sum, rows))
    for bar in found.bars:
        assert LEFT <= bar.x <= bar.x + bar.width <= WIDTH
        assert TOP - 0.1 <= bar.y <= bar.y + bar.height <= FLOOR + 0.1
    assert len(found.bars) == sum(bool(value) for row in rows for value in row)
    heights = sum(bar.height for bar in found.bars)
    top = max(float(line.text.replace(",", "")) for line in found.lines)
    assert top >= tallest
    assert heights == pytest.approx(
        sum(map(sum, rows)) / top * (FLOOR - TOP), abs=0.2 * len(found.bars) + 0.1
    )


@given(st.lists(amounts, min_size=1, max_size=36))
def test_a_line_of_dots_runs_through_every_value(row: list[int]) -> None:
    found = limits(row, [False] * len(row), mean=1, lower=-5, upper=max(row) * 1.5, labels=["x"] * len(row))

    assert found.path.count("M") == 1
    assert found.path.count("L") == len(row) - 1
    assert all(TOP <= dot.y <= FLOOR and LEFT <= dot.x <= WIDTH for dot in found.dots)
    assert all(TOP <= line.y <= FLOOR for line in found.lines)
    words = [line.text_y for line in found.lines if line.kind != "grid"]
    assert all(above <= below - APART for below, above in pairwise(words))


def test_the_middle_half_is_a_bar_and_the_median_a_dot() -> None:
    found = spread([(10, 20, 40), None], ["Jan 2025", "Feb 2025"])

    (bar,), (dot,) = found.bars, found.dots
    assert bar.y < dot.y < bar.y + bar.height
    assert bar.x < dot.x < bar.x + bar.width
    assert [mark.text for mark in found.marks] == ["Jan 2025", "Feb 2025"]


def test_gridlines_are_round_numbers() -> None:
    found = stacked(["a"], [[1_130]], ["Jan 2025"])

    assert [line.text for line in found.lines] == ["0", "500", "1,000", "1,500"]


def test_many_months_have_room_for_their_names() -> None:
    found = stacked(["a"], [[1]] * 36, [str(number) for number in range(36)])

    assert [mark.text for mark in found.marks][-1] == "35"
    assert len(found.marks) == 12
    assert [mark.text for mark in found.marks if not mark.is_spare] == ["8", "17", "26", "35"]
