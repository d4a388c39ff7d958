"""The banner on every page and the sentence that is read out when the board changes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from continuity.board.status import Board, Cause, Group, Line
from continuity.core.level import Level
from continuity.core.wording import count_words, since_words, until_words

ONE, TWO = 1, 2
SAID = {
    Level.DOWN: ("is not available", "are not available"),
    Level.READ_ONLY: ("can be viewed but not changed", "can be viewed but not changed"),
    Level.DEGRADED: ("is slow or works in part", "are slow or work in part"),
}
CALM = "No problem is known."


@dataclass(frozen=True)
class Banner:
    """The worst news in one line. `kind` is "planned", "degraded" or "incident", which sets its colour."""

    kind: str
    headline: str
    detail: str
    url: str
    others: int  # services in trouble that the headline does not name

    @property
    def words(self) -> str:
        return f"{self.headline} {self.detail}"


def banner_of(board: Board) -> Banner | None:
    """The worst news at an instant; what nobody planned goes before planned work. None when there is no trouble."""
    troubled = sorted((line for line in board.lines if line.is_in_trouble), key=_urgency)
    if not troubled:
        return None
    worst = troubled[0]
    cause = worst.causes[0]
    together = [line for line in troubled if _is_hit_alike(line, cause)]
    return Banner(
        kind=_kind(worst),
        headline=_headline(together, worst.level),
        detail=_detail(cause, board.at),
        url=worst.do_now,
        others=len(troubled) - len(together),
    )


def summary_of(board: Board) -> str:
    """The board in one spoken sentence or two: 1 service is not working, 2 are affected."""
    counts = [
        (board.count(Group.NOT_WORKING), "not working"),
        (board.count(Group.IN_PART), "working in part"),
        (board.count(Group.AFFECTED), "affected"),
    ]
    said = [(count, words) for count, words in counts if count]
    if not said:
        return CALM
    (first, words), *rest = said
    opening = f"{count_words(first, 'service is', 'services are')} {words}"
    return (
        ", ".join([opening, *(f"{count} {'is' if count == 1 else 'are'} {how}" for count, how in rest)]) + "."
    )


def spoken(board: Board, banner: Banner | None) -> str:
    """What a screen reader says when the board changes: the banner's news, then the count."""
    return f"{banner.words} {summary_of(board)}" if banner else summary_of(board)


def _urgency(line: Line) -> tuple[bool, int, int, str]:
    return line.is_planned, -line.level, line.service.tier, line.service.name


def _is_hit_alike(line: Line, cause: Cause) -> bool:
    """Whether the same work or failure hits a service in the same way, so that one headline may name both."""
    first = line.causes[0]
    return (first.ref, first.level) == (cause.ref, cause.level)


def _kind(worst: Line) -> str:
    if worst.is_planned:
        return "planned"
    return "degraded" if worst.level is Level.DEGRADED else "incident"


def _headline(lines: Sequence[Line], level: Level) -> str:
    one, many = SAID[level]
    names = [line.service.name for line in lines]
    if len(names) == ONE:
        return f"{names[0]} {one}."
    if len(names) == TWO:
        return f"{names[0]} and {names[1]} {many}."
    return f"{names[0]} and {count_words(len(names) - 1, 'other service', 'other services')} {many}."


def _detail(cause: Cause, at: datetime) -> str:
    """Planned work until 12:36am. / Since 2:10pm. Next update by 3:30pm."""
    if cause.is_planned and cause.until:
        if cause.is_confirmed:
            return f"Planned work until {until_words(cause.until, at)}."
        return f"Planned to be back at {since_words(cause.until, at)}, not confirmed."
    opening = f"Since {since_words(cause.since, at)}."
    if cause.is_worked_round:
        opening = f"{opening} A workaround is in place."
    if cause.promised_at is None:
        return opening
    if cause.is_overdue(at):
        return f"{opening} Update overdue since {since_words(cause.promised_at, at)}."
    return f"{opening} Next update by {until_words(cause.promised_at, at)}."
