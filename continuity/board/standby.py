"""Procedures and the list of areas while the database is gone, with the instant they were last true."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.utils.safestring import mark_safe

from continuity.board.documents import may_have
from continuity.board.door import Door
from continuity.board.front import Answer
from continuity.board.known import Place
from continuity.board.memory import Shelf
from continuity.board.newsroom import PATIENCE, Newsroom, tell
from continuity.core.answers import HTML, Scope
from continuity.core.ready import Asked, Ready, coded
from continuity.core.threads import Desk
from continuity.plans.copies import Copy, copies

LIST, AREAS = "plans:procedures", "catalogue:areas"
PACE = 60.0  # seconds between two readings: a procedure changes a few times a year
AGAIN = 1.0  # seconds until it is asked again whether the database is there
AT_FIRST = 0.05  # the same where none have been read yet: whoever is ready has them


class Standby:
    """What is shown of procedures and areas in place of Django, which has them as long as there is a database."""

    def __init__(self, newsroom: Newsroom, door: Door) -> None:
        self.newsroom, self.door = newsroom, door
        self._read: tuple[Copy, ...] | None = None
        self.has_looked = False
        self._desk = Desk(patience=PATIENCE)
        self._pages = Shelf[str, Ready](lambda: (newsroom.says, self._read))

    @property
    def copies(self) -> tuple[Copy, ...] | None:
        """Those that were read last, in this process or in one before it; None before the first."""
        if self._read is None and self.newsroom.recalled:
            return self.newsroom.recalled.copies
        return self._read

    async def keep(self) -> None:
        """Read them again and again. Never ends by itself."""
        while True:
            if self.newsroom.has_database:
                await self.look()
            await asyncio.sleep(PACE if self._read is not None else AGAIN if self.has_looked else AT_FIRST)

    async def look(self) -> None:
        """Read them; while that cannot be done, those of before serve."""
        try:
            self._read = await self._desk.ask(copies)
        except Exception as error:
            tell("procedures.unread", error)
        self.has_looked = True

    async def find(self, scope: Scope, asked: Asked) -> Answer | None:
        """The page of a procedure, of all, or of the areas, for whoever may have it. None: this one is Django's."""
        path = scope["path"]
        make = None if self.newsroom.has_database else self._maker_of(path)
        if make is None or not await may_have(resolve(path), scope, asked, self.door):
            return None
        page = await self._pages.get(path, make)
        return Answer(page.thing, min(page.until, time.monotonic() + AGAIN)) if page else None

    def _maker_of(self, path: str) -> Callable[[], Ready] | None:
        """What makes the page at an address; None where nothing is held for it."""
        facts, held, room = self.newsroom.facts, self.copies, self.newsroom
        if path == reverse(AREAS) and facts:
            return lambda: page_of_areas(facts.places, room.checked_at)
        copy = next((each for each in held or () if path in each.addresses), None)
        if held is None or (copy is None and path != reverse(LIST)):
            return None
        return lambda: page_of(copy, held)


def page_of(copy: Copy | None, held: tuple[Copy, ...]) -> Ready:
    """One procedure, or the list of all."""
    context: dict[str, Any] = {"copies": held, "list_address": reverse(LIST)}
    template = "board/procedures.html"
    if copy:
        # It was made by a template, and only the portal writes the snapshot.
        context |= {"copy": copy, "steps": mark_safe(copy.steps)}  # noqa: S308
        template = "board/procedure.html"
    return rendered(template, context)


def page_of_areas(places: Iterable[Place], read_at: datetime | None) -> Ready:
    """The areas by site, each of which leads to its own page; that one is held too."""
    by_site = sorted(places, key=lambda place: (place.site, place.name))
    return rendered("board/areas.html", {"places": by_site, "read_at": read_at})


def rendered(template: str, context: dict[str, Any]) -> Ready:
    return Ready(coded(render_to_string(template, context).encode()), kind=HTML)
