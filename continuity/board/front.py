"""Requests that are answered before Django sees them. What was decided about one holds for others that are alike."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from django.conf import settings

from continuity.board.newsroom import Newsroom
from continuity.core.answers import Message, Scope, Send
from continuity.core.hosts import is_our_name
from continuity.core.ready import Asked, Ready

READING = frozenset({"GET", "HEAD"})
# A request that carries one of these is looked at closely.
ODD = frozenset({b"content-length", b"transfer-encoding"})
# All that a decision is made of, beside path and sender.
ASKED = (b"host", b"cookie", b"accept-encoding", b"if-none-match", b"x-forwarded-for")
# Bytes of all these together: what is longer is decided each time, so that nobody fills the memory.
LONGEST = 2048
REMEMBERED = 2_000  # decisions; the longest unasked give way


class Answer(NamedTuple):
    """What may be answered to requests that are alike, and until when (seconds of the monotonic clock)."""

    ready: Ready
    until: float


class Decision(NamedTuple):
    """An answer as it is sent, for as long as the newsroom's state is the same."""

    begun: Message
    body: Message
    until: float
    turn: int


class Source(Protocol):
    """What holds answers."""

    async def find(self, scope: Scope, asked: Asked) -> Answer | None:
        """The answer to a GET by its headers (lower case, each once); None where it is Django's to give."""


class Front:
    """Answers plain requests for what its sources hold."""

    def __init__(self, newsroom: Newsroom, sources: Iterable[Source]) -> None:
        self.newsroom, self.sources = newsroom, tuple(sources)
        self._decided: OrderedDict[tuple[object, ...], Decision] = OrderedDict()

    async def answers(self, scope: Scope, send: Send) -> bool:
        """Answer a request, or leave it to Django: False."""
        if scope["query_string"] or scope["method"] not in READING:
            return False
        asked = dict(scope["headers"])
        client, get = scope["client"], asked.get
        key = (
            scope["path"], client[0] if client else "", get(b"host"), get(b"cookie"), get(b"accept-encoding"),
            get(b"if-none-match"), get(b"x-forwarded-for"),
        )  # fmt: skip
        found = self._decided.get(key)
        if len(asked) != len(scope["headers"]) or not ODD.isdisjoint(asked):
            return False
        if found is None or found.turn != self.newsroom.turn or time.monotonic() >= found.until:
            found = await self._decide(scope, asked, key)
        if found is None:
            return False
        await send(found.begun)
        await send(found.body)
        return True

    async def _decide(self, scope: Scope, asked: Asked, key: tuple[object, ...]) -> Decision | None:
        # Where plain HTTP must become HTTPS, Django knows which it was.
        if settings.SECURE_SSL_REDIRECT or not is_our_name(asked.get(b"host", b"")):
            return None
        turn = self.newsroom.turn
        for source in self.sources:
            if answer := await source.find(scope, asked):
                begun, body = answer.ready.messages(asked, self.newsroom.told)
                decision = Decision(begun, body, answer.until, turn)
                if sum(len(asked.get(name, b"")) for name in ASKED) <= LONGEST:
                    self._remember(key, decision)
                return decision
        return None

    def _remember(self, key: tuple[object, ...], decision: Decision) -> None:
        self._decided[key] = decision
        self._decided.move_to_end(key)
        while len(self._decided) > REMEMBERED:
            self._decided.popitem(last=False)
