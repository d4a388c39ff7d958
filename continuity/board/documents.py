"""What is the same for everybody who may have it, from memory in front of Django: status as JSON, parts of pages.

Each document is what its view answers, made once for a state of the portal and a minute, whoever asks.
"""

import re
import time
from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest
from django.urls import ResolverMatch, resolve

from continuity.accounts.access import may_open, rule_of
from continuity.accounts.networks import comes_from_trusted
from continuity.board.door import Door
from continuity.board.front import Answer
from continuity.board.known import Facts
from continuity.board.memory import Held, Shelf
from continuity.board.newsroom import PATIENCE, Newsroom
from continuity.board.pages import cookies_in
from continuity.core.answers import Header, Scope
from continuity.core.ready import Asked, Ready, coded, tag_of
from continuity.core.threads import Desk

AGAIN = 5.0  # seconds until it is asked again whether somebody is still logged in
# A status document's own comes first: when it was made is no part of what it says.
MADE = re.compile(rb'"updated_at": "[^"]*"')
JSON = "application/json"

Paths = Callable[[Facts], Iterable[str]]


class Documents:
    """Documents for whoever may have them; while the database is gone, what they were."""

    def __init__(self, newsroom: Newsroom, door: Door, *paths: Paths) -> None:
        """`paths` name the addresses that are held, by the newest facts."""
        self.newsroom, self.door = newsroom, door
        # They tell more than the board does: each ledger line may change them.
        self._ready = Shelf[str, Ready](
            lambda: (newsroom.edition, newsroom.readings), Desk(patience=PATIENCE)
        )
        self._paths, self._facts = paths, newsroom.facts
        self._known: frozenset[str] = frozenset()

    async def find(self, scope: Scope, asked: Asked) -> Answer | None:
        """The document, for whoever may have it. None: this one is Django's."""
        path = scope["path"]
        if path not in self._addresses():
            return None
        match = resolve(path)
        if not await may_have(match, scope, asked, self.door):
            return None
        held = await self._held(path, match) or self._recalled(path)
        return Answer(held.thing, min(held.until, time.monotonic() + AGAIN)) if held else None

    async def text(self, path: str) -> str | None:
        """The document at an address, for the disk. None where it cannot be had."""
        held = await self._held(path, resolve(path))
        return held.thing.body.decode() if held else None

    async def _held(self, path: str, match: ResolverMatch) -> Held[Ready] | None:
        return await self._ready.get(path, lambda: document_of(match, path))

    def _recalled(self, path: str) -> Held[Ready] | None:
        """The document of the snapshot, in a process that has had no database yet."""
        snapshot = self.newsroom.recalled
        text = snapshot.documents.get(path) if snapshot else None
        return self._ready.hold_last(path, ready_of(text.encode(), JSON)) if text is not None else None

    def _addresses(self) -> frozenset[str]:
        facts = self.newsroom.facts
        if facts is not self._facts:
            self._facts = facts
            self._known = (
                frozenset(path for paths in self._paths for path in paths(facts)) if facts else frozenset()
            )
        return self._known


async def may_have(match: ResolverMatch, scope: Scope, asked: Asked, door: Door) -> bool:
    """Whether whoever asks may open what a view shows to everybody who may open it."""
    rule = rule_of(match.func)
    is_trusted = comes_from_trusted(scope["client"], asked.get(b"x-forwarded-for", b""))
    if may_open(rule, user=None, trusted=is_trusted):
        return True
    session = cookies_in(asked.get(b"cookie", b"")).session
    verdict = await door.verdict(session) if session else None
    return may_open(rule, user=verdict and verdict.person, trusted=False)


def document_of(match: ResolverMatch, path: str) -> Ready:
    """What the view answers. Raises LookupError where that is no document, so that Django says why."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    response = match.func(request, *match.args, **match.kwargs)
    if response.status_code != 200:  # noqa: PLR2004
        raise LookupError(f"{path} is not there.")
    return ready_of(response.content, response["Content-Type"])


def ready_of(body: bytes, kind: str) -> Ready:
    """A document as it is sent; status for programs to other sites too, where it is public."""
    is_open = kind == JSON and settings.PUBLIC_STATUS
    open_to_all: list[Header] = [(b"access-control-allow-origin", b"*")] if is_open else []
    return Ready(coded(body), kind=kind.encode(), tag=tag_of(MADE.sub(b"", body, count=1)), more=open_to_all)
