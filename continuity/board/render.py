"""The board as HTML: one fragment for page, stream and poll, named by its ETag."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from continuity.board.banner import banner_of, spoken
from continuity.board.known import Facts, Place
from continuity.board.status import Board
from continuity.core.answers import HTML
from continuity.core.ready import Ready, coded, tag_of

BOARD, BANNER, AREA = "board", "banner", "area:"
NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fragment:
    """What is swapped into an open page: the banner, and for a board or an area its lines.

    A page holds the same lines with its ETag beside them, so that its stream need not begin with what it has.
    """

    html: str
    lines: SafeString

    @cached_property
    def body(self) -> bytes:
        return self.html.encode()

    @cached_property
    def ready(self) -> Ready:
        return Ready(coded(self.body), kind=HTML)

    @cached_property
    def etag(self) -> str:
        """The name of this content, which is also its event's id."""
        return tag_of(self.body)

    @cached_property
    def event(self) -> bytes:
        """The fragment as one message of a stream, with its ETag as the event's id."""
        lines = "".join(f"data: {line.strip()}\n" for line in self.html.splitlines() if line.strip())
        return f"id: {self.etag}\n{lines}\n".encode()


@dataclass
class Rendered:
    """The fragments of one board so far: the same facts make the same board until it changes by itself."""

    facts: Facts
    changes_at: datetime
    fragments: dict[str, Fragment] = field(default_factory=dict)


_newest: Rendered | None = None
_rendering = Lock()  # pages, polls and streams ask in threads of their own


def kind_of(area: str, only: str) -> str:
    """Which fragment a query asks for: `?area=<key>`, `?only=banner`, or the whole board."""
    if area:
        return f"{AREA}{area}"
    return BANNER if only == BANNER else BOARD


def place_of(facts: Facts, kind: str) -> Place | None:
    """The place that an area's fragment is about; None for the board, the banner and unknown places."""
    if not kind.startswith(AREA):
        return None
    return next((place for place in facts.places if place.key == kind.removeprefix(AREA)), None)


def is_known(facts: Facts, kind: str) -> bool:
    """Whether there is such a fragment: an area must be one of the trust's."""
    return not kind.startswith(AREA) or place_of(facts, kind) is not None


def fragment_of(facts: Facts, board: Board, kind: str) -> Fragment:
    """The fragment of one kind, as `kind_of` names it: rendered once a process, whoever asks for it."""
    global _newest  # noqa: PLW0603 - one memory a process
    with _rendering:
        if _newest is None or _newest.facts is not facts or _newest.changes_at != board.changes_at:
            _newest = Rendered(facts, board.changes_at)
        if kind not in _newest.fragments:
            _newest.fragments[kind] = _rendered(facts, board, kind)
        return _newest.fragments[kind]


def _rendered(facts: Facts, board: Board, kind: str) -> Fragment:
    context = context_of(facts, board, kind)
    lines = SafeString("") if kind == BANNER else render_to_string("board/lines.html", context)
    return Fragment(render_to_string("board/live.html", {**context, "lines": lines}), lines)


def context_of(facts: Facts, board: Board, kind: str) -> dict[str, object]:
    """What the board's templates need. The banner always tells of the whole trust."""
    banner, place = banner_of(board), place_of(facts, kind)
    seen = board.only(*_seen_from(place)) if kind.startswith(AREA) else board
    return {
        "kind": kind,
        "board": seen,
        "banner": banner,
        "place": place,
        "spoken": spoken(seen, banner),
    }


def _seen_from(place: Place | None) -> tuple[frozenset[str], str]:
    return (place.services, place.key) if place else (NOWHERE, "")
