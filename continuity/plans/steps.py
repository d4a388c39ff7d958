"""Steps as they are written and sealed: one a line in a form, canonical JSON under a hash. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# A card that staff follow at 3am; what is longer is two procedures.
MOST_STEPS = 60
LONGEST_STEP = 500
LONGEST_SECTION = 80
SECTION = "#"
_NUMBERING = re.compile(r"^(?:[0-9]{1,2}[.)]|[-*\u2022])\s+")


class StepError(ValueError):
    """Steps that cannot be taken as written; the message is a sentence."""


@dataclass(frozen=True)
class Line:
    """One step of a procedure: everything that its version's hash covers but the number, which is its place."""

    text: str
    section: str = ""
    owner_role: str = ""
    is_required: bool = True
    evidence: str = "none"
    due_after_min: int | None = None
    depends_on: Sequence[int] = field(default_factory=tuple)
    is_reversible: bool = True


def content_hash(lines: Iterable[Line]) -> str:
    """SHA-256, in hex, of the steps as canonical JSON: keys sorted, no spaces, UTF-8 (the idea of RFC 8785)."""
    facts = [
        {**vars(line), "depends_on": list(line.depends_on), "order": at} for at, line in enumerate(lines, 1)
    ]
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def parse_lines(text: str, before: Sequence[Line] = ()) -> list[Line]:
    """The steps of a text, one a line; a line that begins with # names the section of those that follow.

    A number or bullet that was pasted along is left out. A step that stood there `before` with the same words
    keeps its role, time and evidence; what it depends on by number is kept while the numbers still hold.
    Raises StepError.
    """
    section = ""
    said: list[tuple[str, str]] = []
    for line in (" ".join(line.split()) for line in text.splitlines()):
        if line.startswith(SECTION):
            section = _short(line.lstrip(SECTION).strip(), LONGEST_SECTION, "The section")
        elif words := _NUMBERING.sub("", line):
            said.append((_short(words, LONGEST_STEP, f"Step {len(said) + 1}"), section))
    if len(said) > MOST_STEPS:
        raise StepError(f"A procedure has at most {MOST_STEPS} steps. Split it into two")
    return _with_details(said, before)


def text_of(lines: Iterable[Line]) -> str:
    """The steps as `parse_lines` reads them."""
    rows, section = [], ""
    for line in lines:
        if line.section != section:
            rows.append(f"{SECTION} {line.section}".rstrip())
        section = line.section
        rows.append(line.text)
    return "\n".join(rows)


def _with_details(said: list[tuple[str, str]], before: Sequence[Line]) -> list[Line]:
    known = {line.text: line for line in before}
    same_numbers = [text for text, _ in said] == [line.text for line in before]
    lines = []
    for text, section in said:
        old = known.get(text, Line(text))
        depends_on = old.depends_on if same_numbers else ()
        lines.append(Line(**{**vars(old), "section": section, "depends_on": depends_on}))
    return lines


def _short(words: str, longest: int, what: str) -> str:
    if len(words) > longest:
        raise StepError(f"{what} must be {longest} characters or fewer")
    return words
