"""What changed in an incident's room, from memory: thirty pages that ask at once cost one making.

The first who asks after a change is answered by Django, which remembers what it made; the others wait for that, and
get it with keys and a token of their own. Who may see it is known for some seconds, and asked again as soon as
anything but a note was written about the incident.
"""

import asyncio
import re
from collections import defaultdict
from urllib.parse import parse_qs

from django.conf import settings
from django.http import HttpRequest

from continuity.board.newsroom import Newsroom
from continuity.board.pages import Cookies, cookies_in
from continuity.board.rooms import Admitted, RoomDoor
from continuity.core.answers import HTML, App, Receive, Scope, Send, answer
from incidents.parts import Part, memory, otherwise

PATH = re.compile(r"/incidents/([^/]{1,40})/room/parts/")
MOST_ASKED = 60  # fields of a question; a page names its dozen panels
LONGEST_NUMBER = 18  # digits of a line's number


class Parts:
    """The ASGI application behind `/incidents/<ref>/room/parts/`; `django` answers what is not held."""

    def __init__(self, newsroom: Newsroom, door: RoomDoor, django: App) -> None:
        self.newsroom, self.door, self.django = newsroom, door, django
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = dict(scope["headers"])
        cookies, query = cookies_in(asked.get(b"cookie", b"")), query_of(scope)
        admitted = await self._admitted(scope, cookies) if self._is_plain(scope, asked, query) else None
        if admitted is None:
            await self.django(scope, receive, send)
        elif not await self._told(admitted, cookies, query, send):
            async with self._turns[admitted.incident]:
                if not await self._told(admitted, cookies, query, send):
                    await self.django(scope, receive, send)

    def _is_plain(self, scope: Scope, asked: dict[bytes, bytes], query: dict[str, list[str]]) -> bool:
        """Whether a page asked by itself: that counts as nobody's being there, so nothing need be noted."""
        is_page = asked.get(b"x-portal-poll") == b"1" and scope["method"] == "GET" and "have" in query
        return is_page and self.newsroom.has_database and not settings.SECURE_SSL_REDIRECT

    async def _admitted(self, scope: Scope, cookies: Cookies) -> Admitted | None:
        found = PATH.fullmatch(scope["path"])
        if found is None or not cookies.session or not cookies.token:
            return None
        admitted = await self.door.admitted(cookies.session, found[1])
        if admitted and (since := memory.turned_at(admitted.incident)) >= admitted.said_at:
            return await self.door.admitted(cookies.session, found[1], since=since)
        return admitted

    async def _told(
        self, admitted: Admitted, cookies: Cookies, query: dict[str, list[str]], send: Send
    ) -> bool:
        """Answer with what is held; False where not all of it is."""
        parts = memory.held(admitted.incident, admitted.person, since=admitted.said_at, line=line_of(query))
        if parts is None:
            return False
        await answer(send, 200, body_of(parts, query["have"], cookies.token), HTML)
        return True


def query_of(scope: Scope) -> dict[str, list[str]]:
    """What a page asks; nothing where it is too much."""
    try:
        return parse_qs(scope["query_string"].decode("ascii"), max_num_fields=MOST_ASKED)
    except ValueError:
        return {}


def line_of(query: dict[str, list[str]]) -> int:
    """The newest ledger line of which the page's stream told; 0 for none."""
    text = query.get("line", [""])[0]
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def body_of(parts: list[Part], have: list[str], secret: str) -> bytes:
    """Those parts that the page does not have, with a token for its forms."""
    request = HttpRequest()
    request.META["CSRF_COOKIE"] = secret
    return otherwise(parts, frozenset(have), request).encode()
