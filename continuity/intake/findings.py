"""What is wrong with files from outside, each fault with its place: file, line, record and field. Pure."""

from collections import Counter
from dataclasses import dataclass, field, replace

LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Place:
    """Where something stands: every part that is known, the line counted from 1."""

    file: str
    line: int = 0
    record: str = ""
    key: str = ""

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        return ", ".join(part for part in (self.file, line, self.record, self.key) if part)

    def at(self, *, line: int, key: str = "") -> "Place":
        return replace(self, line=line, key=key)


@dataclass(frozen=True)
class Finding:
    """One thing about a file, as a sentence for whoever wrote it."""

    place: Place
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


@dataclass
class Findings:
    """Everything noticed while files are read: faults, which stop the import, and warnings, which do not.

    `left_out` counts the known keys for which the portal has no place, such as reminders already sent.
    """

    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def fault(self, place: Place, sentence: str) -> None:
        self.faults.append(Finding(place, sentence))

    def warn(self, place: Place, sentence: str) -> None:
        self.warnings.append(Finding(place, sentence))


def quoted(text: str) -> str:
    """What was written, short enough for a sentence and on one line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 2 * LONGEST_QUOTE]).split())
    return f"{line[:LONGEST_QUOTE]}..." if len(line) > LONGEST_QUOTE else line
