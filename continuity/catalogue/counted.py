"""How many people use services, read from a CSV file: whole, with every fault by its line. Pure: no Django."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from continuity.core.spoken import WEEKDAYS

HOURS_A_DAY, HOURS_A_WEEK = 24, 168
MOST = 1_000_000  # people in an hour; more is a slip of the hand
WHOLE = re.compile(r"[0-9]{1,7}")
SHORTEST_DAY = 3
BY_WEEK, BY_DAY = ("service", "hour_of_week", "people"), ("service", "day", "hour", "people")
HEADINGS = f"The first line must be {','.join(BY_WEEK)} or {','.join(BY_DAY)}"
# The first ones say what is wrong with the rest.
FAULTS_SHOWN = 30

Weeks = dict[str, dict[int, int]]


@dataclass
class Counts:
    """What a file says: people by service (its key) and hour of the week; and its faults, in the order of lines."""

    weeks: Weeks = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_counts(content: bytes, *, keys: Collection[str], barred: Collection[str] = ()) -> Counts:
    """The counts of a file; 0 is the hour from midnight on Monday, a day its name or the first three letters.

    `keys` are those of services it may be about, `barred` those that exist and that its sender may not change.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Counts(faults=["Save the file as CSV in UTF-8. It cannot be read as it is"])
    lines = _lines(text)
    headings = tuple(word.strip().lower() for word in next(lines, (0, []))[1])
    if headings not in {BY_WEEK, BY_DAY}:
        return Counts(faults=[HEADINGS])
    found = Counts()
    for number, cells in lines:
        if any(cell.strip() for cell in cells):
            line = dict(zip(headings, (cell.strip() for cell in cells), strict=False))
            is_whole = len(cells) == len(headings)
            _take(found, number, line if is_whole else {}, keys=keys, barred=barred)
    if not found.weeks and not found.faults:
        found.faults.append("The file has no line below its headings")
    return found


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Cells by line number; a spreadsheet may have put semicolons between them."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            cells = ["", "", "", "", ""]
        if cells is None:
            return
        yield reader.line_num, cells


def _take(
    found: Counts, number: int, line: Mapping[str, str], *, keys: Collection[str], barred: Collection[str]
) -> None:
    """Add what a line says, or its faults; a line with too many or too few values comes empty."""
    if not line:
        found.faults.append(f"Line {number} must have as many values as the first line, with commas between")
        return
    hour, people = _hour(line), _number(line["people"], MOST)
    wrong = [
        *_wrong_service(line["service"], keys, barred),
        *([] if hour is not None else [_wrong_hour(line)]),
        *([] if people is not None else [f"people must be a whole number up to {MOST:,}"]),
    ]
    if hour in found.weeks.get(line["service"], {}):
        wrong.append(f"{line['service']} has a line for that hour already")
    found.faults += [f"Line {number}: {fault}" for fault in wrong]
    if not wrong and hour is not None and people is not None:
        found.weeks.setdefault(line["service"], {})[hour] = people


def _wrong_service(key: str, keys: Collection[str], barred: Collection[str]) -> list[str]:
    if key in barred:
        return [f"you cannot change {key}: another team owns it"]
    return [] if key in keys else [f"there is no service with the key {key[:50] or 'that is empty'}"]


def _wrong_hour(line: Mapping[str, str]) -> str:
    if "hour_of_week" in line:
        return "hour_of_week must be 0 to 167; 0 is midnight on Monday"
    return "day must be Monday to Sunday, and hour 0 to 23"


def _hour(line: Mapping[str, str]) -> int | None:
    if "hour_of_week" in line:
        return _number(line["hour_of_week"], HOURS_A_WEEK - 1)
    day, hour = _day(line["day"]), _number(line["hour"], HOURS_A_DAY - 1)
    return day * HOURS_A_DAY + hour if day is not None and hour is not None else None


def _day(word: str) -> int | None:
    said = word.lower()
    found = [
        place for place, name in enumerate(WEEKDAYS) if said in {name.lower(), name[:SHORTEST_DAY].lower()}
    ]
    return found[0] if found else None


def _number(text: str, most: int) -> int | None:
    return int(text) if WHOLE.fullmatch(text) and int(text) <= most else None
