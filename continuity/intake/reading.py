"""YAML from outside as plain nodes that know their line. Never runs, expands or follows what it reads.

The text is taken as a stream of events (libyaml where it is there), so that a bomb of aliases, a tower of
brackets or an endless list is refused while it is read and not after it was built.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from continuity.intake.findings import Findings, Place, quoted

# Many times a large trust's catalogue; more is a mistake or an attack.
LARGEST_FILE = 10 * 1024 * 1024
MOST_VALUES = 200_000
DEEPEST = 16
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.SafeLoader("")
_TAG = "tag:yaml.org,2002:"

EMPTY = "The file is empty."
TOO_LARGE = "The file is larger than 10 MB. Split it into smaller files."


@dataclass(frozen=True)
class Scalar:
    """A single value as it is written, and what YAML takes it for: str, int, bool, null, float or timestamp."""

    text: str
    kind: str
    line: int


@dataclass(frozen=True)
class Listing:
    items: list["Node"]
    line: int


@dataclass(frozen=True)
class Mapping:
    """Keys in the order of the file. Each stands once: a second one was a fault."""

    pairs: dict[str, "Node"]
    line: int


Node = Scalar | Listing | Mapping


class Unreadable(Exception):
    """The file as a whole cannot be read; its fault is noted."""


def read_file(path: Path, findings: Findings) -> Mapping | None:
    """The mapping a file holds; None when it has a fault, which is noted. Never reads more than 10 MB."""
    place = Place(path.name)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        findings.fault(place, f"The file cannot be opened: {(error.strerror or 'unknown reason').lower()}.")
        return None
    return read_bytes(content, path.name, findings)


def read_bytes(content: bytes, name: str, findings: Findings) -> Mapping | None:
    """The mapping that some bytes hold; None when they have a fault, which is noted under `name`."""
    before = len(findings.faults)
    try:
        found = _top(_text(content, Place(name), findings), Place(name), findings)
    except Unreadable:
        return None
    return found if len(findings.faults) == before else None


def _text(content: bytes, place: Place, findings: Findings) -> str:
    if len(content) > LARGEST_FILE:
        raise _unreadable(findings, place, TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(
            findings, place.at(line=line), "The file is not UTF-8 text. Save it as UTF-8."
        ) from None
    if not text.strip():
        raise _unreadable(findings, place, EMPTY)
    return text


def _top(text: str, place: Place, findings: Findings) -> Mapping:
    try:
        found = _Builder(place, findings).build(_events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = place.at(line=mark.line + 1 if mark else 0)
        raise _unreadable(findings, where, f"This is not YAML: {_tidy(error.problem)}.") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else 0
        raise _unreadable(
            findings, place.at(line=line), "The file holds a character that YAML does not allow."
        ) from None
    except yaml.YAMLError as error:
        raise _unreadable(findings, place, f"This is not YAML: {_tidy(str(error))}.") from None
    if found is None or (isinstance(found, Scalar) and found.kind == "null"):
        raise _unreadable(findings, place, EMPTY)
    if not isinstance(found, Mapping):
        raise _unreadable(
            findings, place, "The file must hold named lists such as services: or notices: at its top."
        )
    return found


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=_LOADER)


class _Builder:
    """Turns events into nodes without recursion, so that depth costs a sentence and not the process."""

    def __init__(self, place: Place, findings: Findings) -> None:
        self.place = place
        self.findings = findings
        self.open: list[_Part] = []
        self.values = 0
        self.documents = 0
        self.top: Node | None = None

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        for event in events:
            self._take(event, event.start_mark.line + 1 if event.start_mark else 0)
        return self.top

    def _take(self, event: yaml.Event, line: int) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise _unreadable(self.findings, self.place.at(line=line), "Write one document a file.")
            case yaml.AliasEvent():
                self._fault(
                    line, f"Aliases such as *{quoted(str(event.anchor))} are not taken. Write the value out."
                )
                self._add(Scalar("", "null", line))
            case yaml.ScalarEvent():
                self._refuse_extras(event, line)
                self._add(Scalar(event.value, _kind(event), line))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse_extras(event, line)
                self._begin(_Part(isinstance(event, yaml.MappingStartEvent), line))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._add(self.open.pop().node())

    def _begin(self, part: "_Part") -> None:
        if len(self.open) >= DEEPEST:
            raise _unreadable(
                self.findings, self.place.at(line=part.line), f"Values stand more than {DEEPEST} levels deep."
            )
        self.open.append(part)

    def _add(self, node: Node) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            raise _unreadable(self.findings, self.place, f"The file holds more than {MOST_VALUES:,} values.")
        if not self.open:
            self.top = node
        elif sentence := self.open[-1].add(node):
            self._fault(node.line, sentence)

    def _refuse_extras(
        self, event: yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent, line: int
    ) -> None:
        if event.anchor:
            self._fault(
                line, f"Anchors such as &{quoted(str(event.anchor))} are not taken. Write the value out."
            )
        # A quoted text has the tag "!" by itself in some versions of the library.
        if event.tag and event.tag != "!":
            self._fault(line, f"Tags such as {quoted(event.tag)} are not taken. Leave it out.")

    def _fault(self, line: int, sentence: str) -> None:
        self.findings.fault(self.place.at(line=line), sentence)


class _Part:
    """A list or mapping that is still being read."""

    def __init__(self, is_mapping: bool, line: int) -> None:
        self.is_mapping = is_mapping
        self.line = line
        self.items: list[Node] = []
        self.pairs: dict[str, Node] = {}
        self.key: str | None = None
        self.skips = False

    def add(self, node: Node) -> str:
        """Take the next value; the sentence when it cannot be taken."""
        if not self.is_mapping:
            self.items.append(node)
            return ""
        if self.key is None:
            return self._name(node)
        if not self.skips:
            self.pairs[self.key] = node
        self.key, self.skips = None, False
        return ""

    def _name(self, node: Node) -> str:
        if not isinstance(node, Scalar):
            self.key, self.skips = "", True
            return "A key must be a single word, not a list or a mapping."
        self.key, self.skips = node.text, node.text in self.pairs
        return f"{quoted(node.text)} stands here twice. Take one of them out." if self.skips else ""

    def node(self) -> Node:
        return Mapping(self.pairs, self.line) if self.is_mapping else Listing(self.items, self.line)


def _kind(event: yaml.ScalarEvent) -> str:
    """What YAML 1.1 takes an untagged value for; anything in quotes is text."""
    if event.style:
        return "str"
    tag = str(_RESOLVER.resolve(yaml.ScalarNode, event.value, (True, False)))  # type: ignore[no-untyped-call]
    return tag.removeprefix(_TAG)


def _tidy(problem: str | None) -> str:
    return quoted(problem or "it cannot be read").rstrip(".")


def _unreadable(findings: Findings, place: Place, sentence: str) -> Unreadable:
    findings.fault(place, sentence)
    return Unreadable()
