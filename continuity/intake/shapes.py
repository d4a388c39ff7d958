"""Typed questions to a record of a file: each answers with a value that is right, or notes what is wrong.

A question that found a fault still answers, with something harmless, so that one reading names every fault of a
record. Nothing is stored while there is one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from continuity.core.clock import ClockError, parse_day
from continuity.core.spoken import YEARS
from continuity.intake import reading
from continuity.intake.findings import Findings, Place, quoted

T = TypeVar("T")
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
REFERENCE = re.compile(r"[A-Z]{2,5}-[A-Z0-9-]{1,34}")
MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)? ?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WALL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
# What a question answers after a fault.
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
NO_DAY = date(2000, 1, 1)
# Farther from Greenwich no clock of this hospital stands; a larger one is a slip of the hand.
FURTHEST_OFFSET = timedelta(hours=14)

TEXT = "This must be text. Put it in quotes if it is meant."
MISSING = "This is missing."
NO_OFFSET = "The time needs its offset, like 2024-11-01T16:00:00+00:00 for GMT or +01:00 for BST."
UNREADABLE_TIME = "Write the time like 2024-11-01T16:00:00+00:00."
UNREADABLE_DAY = "Write the day like 2024-11-01."


@dataclass
class Record:
    """One mapping of a file: where it stands, what it is called, and which of its keys were asked for."""

    node: reading.Mapping
    place: Place
    findings: Findings
    known: set[str] = field(default_factory=set)
    within: str = ""

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        self.known.add(key)
        found = self.node.pairs.get(key)
        return found is not None and not (isinstance(found, reading.Scalar) and found.kind == "null")

    def named(self, label: str) -> "Record":
        """Say in every fault from here on which record it is, instead of its place in the list."""
        self.place = Place(self.place.file, self.node.line, quoted(label))
        self.within = ""
        return self

    def fault(self, key: str, sentence: str) -> None:
        found = self.node.pairs.get(key)
        self.findings.fault(self._place(key, found.line if found else self.node.line), sentence)

    def warn(self, key: str, sentence: str) -> None:
        found = self.node.pairs.get(key)
        self.findings.warn(self._place(key, found.line if found else self.node.line), sentence)

    def text(self, key: str, *, most: int, required: bool = True, otherwise: str = "") -> str:
        """A text of 1 to `most` characters without control characters; `otherwise` where it may be missing."""
        found = self._scalar(key, required)
        if found is None:
            return otherwise
        return self._checked_text(key, found, most)

    def word(self, key: str, pattern: re.Pattern[str], example: str) -> str:
        """A required key or reference of the given pattern, or "" with a fault."""
        text = self.text(key, most=40)
        if text and not pattern.fullmatch(text):
            self.fault(key, f"Write it like {example}, not {quoted(text)}.")
            return ""
        return text

    def choice(self, key: str, among: Mapping[str, T], *, otherwise: T | None = None) -> T:
        """What a word stands for; a fault that names the words there are. Required without `otherwise`."""
        first = next(iter(among.values()))
        found = self._scalar(key, otherwise is None)
        if found is None:
            return first if otherwise is None else otherwise
        if found.text not in among:
            self.fault(key, f"{quoted(found.text)} is not known here. Write one of: {', '.join(among)}.")
            return first
        return among[found.text]

    def whole(self, key: str, *, least: int, most: int, otherwise: int | None = None) -> int:
        """A whole number within bounds. Required without `otherwise`."""
        found = self._scalar(key, otherwise is None)
        if found is None:
            return least if otherwise is None else otherwise
        if found.kind != "int" or not re.fullmatch(r"[+-]?[0-9]{1,18}", found.text):
            self.fault(key, f"This must be a whole number, not {quoted(found.text)}.")
            return least
        number = int(found.text)
        if not least <= number <= most:
            self.fault(key, f"This must be from {least:,} to {most:,}, not {number:,}.")
            return least
        return number

    def flag(self, key: str, *, otherwise: bool) -> bool:
        """true or false."""
        found = self._scalar(key, required=False)
        if found is None:
            return otherwise
        if found.kind != "bool":
            self.fault(key, f"This must be true or false, not {quoted(found.text)}.")
        return found.text.lower() in {"true", "yes", "on", "y"}

    def moment(self, key: str) -> datetime:
        """A required instant in UTC."""
        return self.moment_if(key, required=True) or NO_TIME

    def moment_if(self, key: str, *, required: bool = False) -> datetime | None:
        """An instant in UTC, written with its offset; None where it is missing or wrong."""
        found = self._scalar(key, required)
        if found is None:
            return None
        at, sentence = read_moment(found.text)
        if sentence:
            self.fault(key, sentence)
        return at

    def day(self, key: str) -> date:
        """A required day."""
        return self.day_if(key, required=True) or NO_DAY

    def day_if(self, key: str, *, required: bool = False) -> date | None:
        """A day; None where it is missing or wrong."""
        found = self._scalar(key, required)
        if found is None:
            return None
        try:
            if not DAY.fullmatch(found.text):
                raise ClockError("unreadable", UNREADABLE_DAY.rstrip("."))
            return parse_day(found.text)
        except ClockError as error:
            self.fault(key, f"{error.sentence}.")
            return None

    def wall(self, key: str) -> time:
        """A required time of day in London, like "08:00"."""
        found = self._scalar(key, required=True)
        if found is None:
            return time(0)
        said = WALL.fullmatch(found.text)
        if said is None:
            self.fault(key, 'Write the time like "08:00".')
            return time(0)
        return time(int(said[1]), int(said[2]))

    def texts(self, key: str, *, most: int) -> list[str]:
        """A list of texts, empty where it is missing."""
        return [self._checked_text(key, item, most) for item in self._scalars(key)]

    def words(self, key: str) -> list[str]:
        """A list of keys, each once, empty where it is missing."""
        found: list[str] = []
        for item in self._scalars(key):
            if item.text in found:
                self._item_fault(key, item.line, f"{quoted(item.text)} stands here twice.")
            else:
                found.append(item.text)
        return found

    def records(self, key: str) -> Iterator["Record"]:
        """The mappings of a list, in order; what is not one is a fault."""
        for place, item in enumerate(self._items(key), 1):
            where = f"{self.within}{key} {place}"
            if isinstance(item, reading.Mapping):
                yield Record(item, self.place, self.findings, within=f"{where}, ")
            else:
                self.findings.fault(
                    self._place(where, item.line), "This must be a mapping of keys and values."
                )

    def record(self, key: str, *, required: bool = True) -> "Record | None":
        """The mapping under a key."""
        self.known.add(key)
        found = self.node.pairs.get(key)
        if found is None or not self.has(key):
            if required:
                self.fault(key, MISSING)
            return None
        if not isinstance(found, reading.Mapping):
            self.fault(key, "This must be a mapping of keys and values.")
            return None
        return Record(found, self.place, self.findings, within=f"{self.within}{key}, ")

    def pairs(self, key: str, among: Mapping[str, T]) -> dict[str, T]:
        """The mapping under a key, from any word to a known one; empty where it is missing."""
        found = self.record(key, required=False)
        return {} if found is None else {name: found.choice(name, among) for name in found.node.pairs}

    def leave_out(self, *keys: str) -> None:
        """Keys that are known and right as they are, but for which the portal has no place."""
        self.findings.left_out.update(key for key in keys if self.has(key))

    def finished(self) -> None:
        """Warn of every key that nothing asked for: it changes nothing, and may be a slip of the hand."""
        for key, value in self.node.pairs.items():
            if key not in self.known:
                self.findings.warn(
                    self._place(quoted(key), value.line), "This key is not known here and was left out."
                )

    def _scalar(self, key: str, required: bool) -> reading.Scalar | None:
        self.known.add(key)
        found = self.node.pairs.get(key)
        if found is None or (isinstance(found, reading.Scalar) and found.kind == "null"):
            if required:
                self.fault(key, MISSING)
            return None
        if not isinstance(found, reading.Scalar):
            self.fault(key, "This must be a single value, not a list or a mapping.")
            return None
        return found

    def _items(self, key: str) -> Sequence[reading.Node]:
        self.known.add(key)
        found = self.node.pairs.get(key)
        if found is None or not self.has(key):
            return ()
        if not isinstance(found, reading.Listing):
            self.fault(key, "This must be a list.")
            return ()
        return found.items

    def _scalars(self, key: str) -> Iterator[reading.Scalar]:
        for item in self._items(key):
            if isinstance(item, reading.Scalar) and item.kind == "str":
                yield item
            else:
                self._item_fault(key, item.line, TEXT)

    def _checked_text(self, key: str, found: reading.Scalar, most: int) -> str:
        text = found.text.strip()
        if found.kind != "str":
            self._item_fault(key, found.line, TEXT)
        elif not text:
            self._item_fault(key, found.line, "This is empty.")
        elif len(text) > most:
            self._item_fault(
                key, found.line, f"This is {len(text):,} characters long. Shorten it to {most:,}."
            )
        elif any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t" for sign in text):
            self._item_fault(key, found.line, "This holds a character that cannot be shown.")
        else:
            return text
        return ""

    def _item_fault(self, key: str, line: int, sentence: str) -> None:
        self.findings.fault(self._place(key, line), sentence)

    def _place(self, key: str, line: int) -> Place:
        return self.place.at(line=line, key=f"{self.within}{key}" if not key.startswith(self.within) else key)


def read_moment(text: str) -> tuple[datetime | None, str]:
    """The instant in UTC that a text means, or None and the sentence why not."""
    said = MOMENT.fullmatch(text.strip())
    if said is None:
        return None, NO_OFFSET if DAY.fullmatch(text.strip()) else UNREADABLE_TIME
    if said[3] is None:
        return None, NO_OFFSET
    try:
        at = datetime.fromisoformat(f"{said[1]}T{said[2]}{_offset(said[3])}")
    except ValueError:
        return None, f"There is no {quoted(text)}."
    if at.year not in YEARS:
        return None, f"The year must be between {YEARS[0]} and {YEARS[-1]}."
    offset = at.utcoffset()
    if offset is None or abs(offset) > FURTHEST_OFFSET:
        return None, NO_OFFSET
    return at.astimezone(UTC), ""


def _offset(text: str) -> str:
    if text == "Z":
        return "+00:00"
    return text if ":" in text else f"{text[:3]}:{text[3:]}"


def plain(node: reading.Node) -> object:
    """A node as JSON can keep it, instants in UTC, so that two ways to write one fact are the same."""
    if isinstance(node, reading.Mapping):
        return {key: plain(value) for key, value in node.pairs.items()}
    if isinstance(node, reading.Listing):
        return [plain(item) for item in node.items]
    if node.kind == "null":
        return None
    at, _ = read_moment(node.text)
    return at.isoformat() if at else node.text.strip()
