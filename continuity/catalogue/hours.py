"""Opening hours in words: "8am to 6pm, Monday to Friday, closed on bank holidays". Pure."""

from collections.abc import Collection
from datetime import time

from continuity.core.spoken import WEEKDAYS, say_time

ALWAYS = "All day, every day"
EVERY_DAY = frozenset(range(len(WEEKDAYS)))


def weekly_words(days: Collection[int], opens: time, closes: time, *, on_bank_holidays: bool) -> str:
    """The hours of a service that is open on some days of the week, 0 being Monday.

    One that closes at or before the time it opens is open past midnight: "10pm to 6am the next day".
    """
    following = " the next day" if time(0) < closes <= opens else ""
    holidays = "open on bank holidays" if on_bank_holidays else "closed on bank holidays"
    return f"{say_time(opens)} to {say_time(closes)}{following}, {days_words(days)}, {holidays}"


def days_words(days: Collection[int]) -> str:
    """Days of the week in words: every day, Monday to Friday, Monday and Thursday, Monday to Wednesday and Friday.

    ValueError for no day at all.
    """
    if not days:
        raise ValueError("Hours need at least one day.")
    if set(days) >= EVERY_DAY:
        return "every day"
    *before, last = (_run_words(run) for run in _runs(sorted(set(days))))
    return f"{', '.join(before)} and {last}" if before else last


def _runs(days: list[int]) -> list[list[int]]:
    """Days next to each other together; only three or more are worth a "to"."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [part for run in runs for part in ([run] if len(run) > 2 else [[day] for day in run])]  # noqa: PLR2004


def _run_words(run: list[int]) -> str:
    return f"{WEEKDAYS[run[0]]} to {WEEKDAYS[run[-1]]}" if len(run) > 1 else WEEKDAYS[run[0]]
