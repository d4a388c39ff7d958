"""The board, the wall and the pages of areas from memory, in front of Django.

A page is what its view answers, rendered and compressed once for everybody who sees the same: nobody in particular
on a trusted network, or people with the same permissions. What is about one person (name, messages, log-out) is put
into the place left for it. Whoever may not see a page, or sees more on it than others, is left to Django.
"""

import re
import secrets
import time
from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.middleware.csrf import CSRF_SECRET_LENGTH, get_token
from django.template.loader import render_to_string
from django.urls import ResolverMatch, resolve, reverse
from django.utils.safestring import SafeString, mark_safe

from continuity.accounts.access import may_open, rule_of
from continuity.accounts.middleware import SEEN_EVERY_S
from continuity.accounts.networks import comes_from_trusted
from continuity.accounts.sessions import key_in
from continuity.board.door import REMEMBERED, Door, Person
from continuity.board.front import Answer
from continuity.board.known import Facts
from continuity.board.memory import Shelf
from continuity.board.newsroom import Newsroom
from continuity.catalogue.device import MY_AREA
from continuity.core.answers import HTML, Scope
from continuity.core.clock import now
from continuity.core.ready import Asked, Ready, Sheet, coded, tag_of

HOME = "board:home"
MESSAGES = "messages"  # the cookie of what the next page says once
LONGEST_COOKIES = 2048  # bytes; a browser's few are a fifth of it
AGAIN = 5.0  # seconds until somebody's log-in is looked for again while it cannot be known
FILLED = 1_000  # pages with a person's own part that are kept; the longest unasked give way
SECRET = re.compile(f"[a-zA-Z0-9]{{{CSRF_SECRET_LENGTH}}}")
# The second at which a process made a page is no part of what it says; the minute stands in its words.
AGES = re.compile(rb' data-(?:now|checked)="[^"]*"')
# Nobody can write it into a service's name.
PLACE: SafeString = mark_safe(f"<!-- {secrets.token_hex(16)} -->")  # noqa: S308


class Cookies(NamedTuple):
    """The cookies of ours that a request carries."""

    session: str = ""
    area: str = ""
    token: str = ""
    has_messages: bool = False


class Look(NamedTuple):
    """What makes a page look as it does: its address, the device's own area, and what somebody logged in may do."""

    path: str
    area: str = ""
    permissions: frozenset[str] | None = None


class Guest(NamedTuple):
    """Who asks, and until when (seconds of the monotonic clock) that is known."""

    person: Person | None
    until: float


class Pages:
    """The board's pages for whoever asks, where they are held."""

    def __init__(self, newsroom: Newsroom, door: Door) -> None:
        self.newsroom, self.door = newsroom, door
        self._whole = Shelf[Look, Ready](lambda: newsroom.says)
        self._sheets = Shelf[Look, Sheet](lambda: newsroom.says)
        self._filled: OrderedDict[tuple[Cookies, Look], tuple[Sheet, Person, Ready]] = OrderedDict()
        self._facts: Facts | None = None
        self._matches: dict[str, ResolverMatch] = {}
        self._areas: frozenset[str] = frozenset()

    async def find(self, scope: Scope, asked: Asked) -> Answer | None:
        """The page that is held for whoever asks. None: this one is Django's."""
        match = self._match(scope["path"])
        if match is None:
            return None
        cookies = cookies_in(asked.get(b"cookie", b""))
        guest = await self._guest(cookies, match) if cookies.session else NOBODY
        is_trusted = comes_from_trusted(scope["client"], asked.get(b"x-forwarded-for", b""))
        if guest is None or cookies.has_messages:
            return None
        if not may_open(rule_of(match.func), user=guest.person, trusted=is_trusted):
            return None
        area = cookies.area if cookies.area and self._shows(match, cookies.area) else ""
        look = Look(scope["path"], area, guest.person.shown if guest.person else None)

        def page() -> bytes:
            return page_of(look, match, scope, asked)

        if guest.person is None:
            whole = await self._whole.get(look, lambda: whole_of(page()))
            return Answer(whole.thing, min(whole.until, guest.until)) if whole else None
        sheet = await self._sheets.get(look, lambda: sheet_of(page()))
        if sheet is None:
            return None
        ready = self._with_account(sheet.thing, cookies, look, guest.person)
        return Answer(ready, min(sheet.until, guest.until))

    def _match(self, path: str) -> ResolverMatch | None:
        """The view of a page that is held here: the areas are those of the newest facts."""
        if self._facts is not self.newsroom.facts:
            self._facts = self.newsroom.facts
            places = self._facts.places if self._facts else ()
            paths = [reverse(HOME), reverse("board:wall"), *(place.url for place in places)]
            self._areas = frozenset(place.key for place in places)
            self._matches = {path: resolve(path) for path in paths} if self._facts else {}
        return self._matches.get(path)

    async def _guest(self, cookies: Cookies, match: ResolverMatch) -> Guest | None:
        """Whose session it is. None where the page is not held for them.

        Django answers whom it alone knows to be nobody, whom it tells more, and each once a minute, to note that they
        are there. While it has no database everybody who was known is answered here.
        """
        verdict = await self.door.verdict(cookies.session)
        if not (self.newsroom.has_database and verdict and verdict.is_fresh):
            person = verdict.person if verdict and cookies.token else None
            return Guest(person, time.monotonic() + AGAIN)
        if verdict.person is None or not cookies.token:
            return None
        person = verdict.person
        left = SEEN_EVERY_S - (now() - person.seen_at).total_seconds() if person.seen_at else 0.0
        if left <= 0:
            self.door.note_seen(cookies.session, at=now())
        if left <= 0 or (match.view_name == HOME and person.has_own_work):
            return None
        return Guest(person, min(verdict.said_at + REMEMBERED, time.monotonic() + left))

    def _shows(self, match: ResolverMatch, area: str) -> bool:
        """Whether the page looks otherwise on a device that stands in this area."""
        return area in self._areas if match.view_name == HOME else match.kwargs.get("key") == area

    def _with_account(self, sheet: Sheet, cookies: Cookies, look: Look, person: Person) -> Ready:
        key = (cookies, look)
        known = self._filled.get(key)
        if known and known[0] is sheet and (known[1] is person or known[1] == person):
            return known[2]
        whose = (
            f"{tag_of(AGES.sub(b'', sheet.before + sheet.after))} {person} {person.unread} {cookies.token}"
        )
        filled = sheet.filled(account_of(person, cookies.token))
        ready = Ready(filled, kind=HTML, tag=tag_of(whose.encode()), keep=b"private, no-cache")
        self._filled[key] = sheet, person, ready
        self._filled.move_to_end(key)
        while len(self._filled) > FILLED:
            self._filled.popitem(last=False)
        return ready


NOBODY = Guest(None, float("inf"))


def cookies_in(header: bytes) -> Cookies:
    """Our cookies in a Cookie header. One that is very long is read each time, so that nobody fills the memory."""
    read = _cookies_in if len(header) <= LONGEST_COOKIES else _cookies_in.__wrapped__
    return read(header, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)


@lru_cache(maxsize=2048)
def _cookies_in(header: bytes, session: str, token: str) -> Cookies:
    found = {name: str(value) for name, value in parse_cookie(header.decode("latin-1")).items()}
    secret = found.get(token, "")
    return Cookies(
        session=key_in(found.get(session, "")),
        area=found.get(MY_AREA, ""),
        token=secret if SECRET.fullmatch(secret) else "",
        has_messages=MESSAGES in found,
    )


def page_of(look: Look, match: ResolverMatch, scope: Scope, asked: Asked) -> bytes:
    """What the view answers to somebody of this look. Raises LookupError for a page that is not everybody's."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = look.path
    request.META = {
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "HTTP_X_FORWARDED_FOR": asked.get(b"x-forwarded-for", b"").decode("latin-1"),
    }
    request.COOKIES = {MY_AREA: look.area} if look.area else {}
    request.resolver_match = match
    request.user = AnonymousUser()
    if look.permissions is not None:
        request.user = Person("", look.permissions)  # type: ignore[assignment]
        request.account = PLACE  # type: ignore[attr-defined]
    response = match.func(request, *match.args, **match.kwargs)
    if response.status_code != 200 or response.cookies or "CSRF_COOKIE" in request.META:  # noqa: PLR2004
        raise LookupError(f"{look.path} says something to one person alone.")
    return bytes(response.content)


def whole_of(page: bytes) -> Ready:
    """A page for nobody in particular."""
    return Ready(coded(page), kind=HTML, tag=tag_of(AGES.sub(b"", page)))


def sheet_of(page: bytes) -> Sheet:
    """A page with the place for a person's own part left empty."""
    before, _, after = page.partition(PLACE.encode())
    return Sheet(before, after)


def account_of(person: Person, secret: str) -> bytes:
    """A person's own part of the header, with a token for the form in it."""
    request = HttpRequest()
    request.META["CSRF_COOKIE"] = secret
    context = {"user": person, "unread": person.unread, "csrf_token": get_token(request)}
    return render_to_string("components/account.html", context).encode()
