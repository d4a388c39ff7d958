"""Charts as shapes on a canvas: where each bar, dot and line stands. Pure; the template draws them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 760, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 32, 12, 48
# Room between two bars, as a share of the place of one.
GAP = 0.25
# Gridlines, about; the steps between them are round numbers.
LINES = 4
ROUND_STEPS = (1, 2, 2.5, 5, 10)
# Beside a chart that is narrower than this every label has room; else every second, third or fourth.
LABELS = 12
# On a phone, where the whole chart stands on the screen, so many have.
LABELS_ON_A_PHONE = 4
# Between words about level lines that lie close together, so that letters as tall as a phone's can be read.
APART = 24


@dataclass(frozen=True)
class Bar:
    """A bar, its corner above left. `kind` is a number from 1 that tells its colour and pattern."""

    x: float
    y: float
    width: float
    height: float
    kind: int


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    is_news: bool = False


@dataclass(frozen=True)
class Line:
    """A level line across the chart, with what is written at its end, if anything, and where."""

    y: float
    text: str = ""
    kind: str = "grid"
    text_y: float = 0


@dataclass(frozen=True)
class Mark:
    """A word below the chart; a spare one is left out on a phone."""

    x: float
    text: str
    is_spare: bool = False


@dataclass(frozen=True)
class Picture:
    """Everything on one canvas; `path` joins the dots."""

    lines: list[Line]
    marks: list[Mark]
    bars: list[Bar] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    path: str = ""
    kinds: list[tuple[int, str]] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def stacked(names: Sequence[str], rows: Sequence[Sequence[float]], labels: Sequence[str]) -> Picture:
    """Bars of several parts: one a label, each part of it below the next; `rows` hold the parts by name."""
    scale = _Scale(max((sum(row) for row in rows), default=0))
    places = _Places(len(rows))
    bars = []
    for number, row in enumerate(rows):
        reached = 0.0
        for kind, value in enumerate(row, start=1):
            if value:
                top, bottom = scale.y(reached + value), scale.y(reached)
                bars.append(Bar(places.left(number), top, places.bar, round(bottom - top, 1), kind))
                reached += value
    return Picture(scale.lines(), places.marks(labels), bars=bars, kinds=list(enumerate(names, start=1)))


def spread(quartiles: Sequence[Sequence[float] | None], labels: Sequence[str]) -> Picture:
    """Of each label first quartile and third as a bar, the median between them a dot; nothing where there is None."""
    scale = _Scale(max((each[2] for each in quartiles if each), default=0))
    places = _Places(len(quartiles))
    bars, dots = [], []
    for number, each in enumerate(quartiles):
        if each:
            low, middle, high = each
            top = scale.y(high)
            # A line where all are alike, so that it can be seen.
            tall = max(round(scale.y(low) - top, 1), 2)
            bars.append(Bar(places.left(number), top, places.bar, tall, 1))
            dots.append(Dot(places.middle(number), scale.y(middle)))
    kinds = [(1, "The middle half of the incidents; the dot is the median")]
    return Picture(scale.lines(), places.marks(labels), bars=bars, dots=dots, kinds=kinds)


def limits(
    values: Sequence[float],
    news: Sequence[bool],
    *,
    mean: float,
    lower: float,
    upper: float,
    labels: Sequence[str],
) -> Picture:
    """Values joined by a line, with their mean and limits; none of them goes below nothing."""
    scale = _Scale(max(*values, upper))
    places = _Places(len(values))
    dots = [
        Dot(places.middle(number), scale.y(value), is_news)
        for number, (value, is_news) in enumerate(zip(values, news, strict=True))
    ]
    path = " ".join(f"{'L' if number else 'M'}{dot.x} {dot.y}" for number, dot in enumerate(dots))
    lines, free = [], float(HEIGHT)
    for text, value, kind in (
        ("lower limit", max(lower, 0), "limit"),
        ("mean", mean, "mean"),
        ("upper limit", upper, "limit"),
    ):
        y = scale.y(value)
        text_y = min(y, free)
        lines.append(Line(y, text, kind, text_y))
        free = text_y - APART
    return Picture([*scale.lines(), *lines], places.marks(labels), dots=dots, path=path)


class _Scale:
    """From values to heights: nothing at the bottom, the next round number above the greatest at the top."""

    def __init__(self, greatest: float) -> None:
        self.step = _round_step(max(greatest, 1) / LINES)
        self.count = max(1, int(-(-greatest // self.step)))
        self.top = self.step * self.count

    def y(self, value: float) -> float:
        whole = HEIGHT - TOP - BOTTOM
        return round(TOP + whole * (1 - min(value, self.top) / self.top), 1)

    def lines(self) -> list[Line]:
        return [Line(self.y(each * self.step), f"{each * self.step:,g}") for each in range(self.count + 1)]


def _round_step(least: float) -> float:
    """The least of 1, 2, 5, 10, 20, ... that is not smaller."""
    power = 1.0
    while True:
        for step in ROUND_STEPS:
            if step * power >= least and (step * power).is_integer():
                return step * power
        power *= 10


class _Places:
    """Where each of so many columns stands from left to right."""

    def __init__(self, count: int) -> None:
        self.each = (WIDTH - LEFT - RIGHT) / max(count, 1)
        self.bar = round(self.each * (1 - GAP), 1)

    def left(self, number: int) -> float:
        return round(LEFT + self.each * (number + GAP / 2), 1)

    def middle(self, number: int) -> float:
        return round(LEFT + self.each * (number + 0.5), 1)

    def marks(self, labels: Sequence[str]) -> list[Mark]:
        return list(self._marks(labels))

    def _marks(self, labels: Sequence[str]) -> Iterator[Mark]:
        """The last one always has its word; before it as many as have room."""
        every = -(-len(labels) // LABELS) or 1
        every_on_a_phone = every * -(-len(labels) // (every * LABELS_ON_A_PHONE))
        for number, label in enumerate(labels):
            back = len(labels) - 1 - number
            if back % every == 0:
                yield Mark(self.middle(number), label, is_spare=bool(back % every_on_a_phone))
