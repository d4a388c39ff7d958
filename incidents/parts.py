"""The parts of a room as they are sent to who watches it: made once for all to whom they look the same.

A part is made with places where keys belong, and its digest is taken of that; each reader gets keys of their own.
A process that hears the ledger remembers parts for a few seconds, so that thirty people who all ask after one
change cost one making.
"""

import hashlib
import re
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar
from uuid import uuid4

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from continuity.accounts.models import User
from continuity.core.ledger import lines_about
from incidents.keys import PLACE
from incidents.models import Incident
from incidents.named import named_in
from incidents.panels import PANELS, Named, Panel

# Seconds a part is believed where the incident's own lines did not change: what else it shows may have.
BELIEVED = 3.0
KEPT = 500  # parts; the oldest give way
# The instant from which a countdown runs on by itself: a later one is no news.
COUNTS_FROM = r'data-counts-from="[^"]*"'
NOTED = "incident.noted"
TOKEN_PLACE = "a-token-of-your-own"  # noqa: S105 - where a token stands

_Key = tuple[Hashable, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """One panel, made: its HTML with places for keys, and the digest by which a page knows what it has."""

    name: str
    heading: str
    html: str
    digest: str

    def worn_by(self, request: HttpRequest) -> SafeString:
        """Its HTML with this reader's own keys in their places."""
        html = self.html.replace(TOKEN_PLACE, get_token(request)) if TOKEN_PLACE in self.html else self.html
        # A rendered template, escaped already, with random keys put in.
        return mark_safe(re.sub(PLACE, lambda _: str(uuid4()), html))  # noqa: S308


@dataclass(frozen=True)
class News:
    """The numbers of the ledger's newest line about an incident, and of the newest that is no note of what happened."""

    newest: int = 0
    but_notes: int = 0

    def number_for(self, panel: Panel) -> int:
        return self.newest if panel.shows_notes else self.but_notes

    def followed_by(self, lines: Iterable[tuple[int, str]]) -> "News":
        """With lines that came since, each as number and verb, in order."""
        numbers = list(lines)
        others = [number for number, verb in numbers if verb != NOTED]
        return News(numbers[-1][0] if numbers else self.newest, others[-1] if others else self.but_notes)


class Memory:
    """Parts that were made lately, for as long as somebody in this process hears the ledger."""

    def __init__(self) -> None:
        self.is_on = False
        self._made: OrderedDict[_Key, tuple[Any, float]] = OrderedDict()
        self._turns: defaultdict[_Key, Lock] = defaultdict(Lock)
        self._news: dict[int, News] = {}

    def start(self) -> None:
        self.is_on = True

    def stop(self) -> None:
        self.is_on = False
        self._made.clear()
        self._turns.clear()
        self._news.clear()

    def news_of(self, incident: Incident) -> News:
        """What the ledger says of an incident now. One query: of an incident that was not asked of before, its end."""
        lines, known = (
            lines_about(incident).order_by("pk").values_list("pk", "verb"),
            self._news.get(incident.pk),
        )
        if known is None:
            newest = lines.last()
            news = News(newest[0], newest[0]) if newest else News()
        else:
            news = known.followed_by(lines.filter(pk__gt=known.newest))
        self._news[incident.pk] = news
        return news

    def made(self, key: _Key, make: Callable[[], T]) -> T:
        """What has this key: remembered, or made now by the first who asks while the others wait for it."""
        found: T | None = self._find(key)
        if found is not None:
            return found
        with self._turns[key[0], key[2], key[3]]:
            found = self._find(key)
            return self._keep(key, make()) if found is None else found

    def _find(self, key: _Key) -> Any:
        made, made_at = self._made.get(key, (None, 0.0))
        return made if time.monotonic() - made_at < BELIEVED else None

    def _keep(self, key: _Key, made: T) -> T:
        self._made[key] = made, time.monotonic()
        while len(self._made) > KEPT:
            self._made.popitem(last=False)
        return made


memory = Memory()


@dataclass(frozen=True)
class Look:
    """Somebody looks at the room of an incident at an instant."""

    incident: Incident
    person: User
    request: HttpRequest
    at: datetime


def parts_of(look: Look) -> list[Part]:
    """Every panel of the room as this person sees it now, in order."""
    if not memory.is_on:
        return [_made(panel, look) for panel in PANELS]
    news = memory.news_of(look.incident)
    named = memory.made(
        (look.incident.pk, news.but_notes, "named", None), lambda: named_in(look.incident, look.at)
    )
    return [_remembered(panel, look, (look.incident.pk, news.number_for(panel)), named) for panel in PANELS]


def _remembered(panel: Panel, look: Look, of: _Key, named: Named) -> Part:
    return memory.made((*of, panel.name, panel.alike(look.person, named)), lambda: _made(panel, look))


def _made(panel: Panel, look: Look) -> Part:
    context = {
        "incident": look.incident,
        "at": look.at,
        "in_room": True,
        "is_made_for_many": True,
        "csrf_token": TOKEN_PLACE,
        **panel.facts(look.incident, look.person, look.at),
    }
    html = render_to_string(panel.template, context, look.request)
    told = re.sub(COUNTS_FROM, "", html)
    return Part(panel.name, panel.heading, html, hashlib.sha256(told.encode()).hexdigest()[:16])
