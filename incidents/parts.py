"""The parts of a room as they are sent to who watches it: made once for all to whom they look the same.

A part is made with places where keys belong, and its digest is taken of that; each reader gets keys of their own.
A process that hears the ledger remembers parts for a few seconds, so that thirty people who all ask after one
change cost one making.
"""

import hashlib
import re
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
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
# The same for a page that asks by itself: at the latest every 30 seconds, so it shows such things late in any case.
BELIEVED_BY_PAGES = 12.0
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
        """Its HTML with this reader's own keys in their places; of the request only the token is used."""
        html = self.html.replace(TOKEN_PLACE, get_token(request)) if TOKEN_PLACE in self.html else self.html
        # A rendered template, escaped already, with random keys put in.
        return mark_safe(re.sub(PLACE, lambda _: str(uuid4()), html))  # noqa: S308


@dataclass(frozen=True)
class News:
    """The numbers of the ledger's newest line about an incident, and of the newest that is no note of what happened.

    `turned_at` is when this process learnt of the latter, in seconds of the monotonic clock.
    """

    newest: int = 0
    but_notes: int = 0
    turned_at: float = field(default_factory=time.monotonic)

    def number_for(self, panel: Panel) -> int:
        return self.newest if panel.shows_notes else self.but_notes

    def followed_by(self, lines: Iterable[tuple[int, str]]) -> "News":
        """With lines that came since, each as number and verb, in order."""
        later = [(number, verb) for number, verb in lines if number > self.newest]
        others = [number for number, verb in later if verb != NOTED]
        newest = later[-1][0] if later else self.newest
        return News(newest, others[-1]) if others else replace(self, newest=newest)


class Memory:
    """Parts that were made lately, for as long as somebody in this process hears the ledger."""

    def __init__(self) -> None:
        self.is_on = False
        self._made: OrderedDict[_Key, tuple[Any, float]] = OrderedDict()
        self._turns: defaultdict[_Key, Lock] = defaultdict(Lock)
        self._news: dict[int, News] = {}
        self._following = Lock()

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
            return self._follow(incident.pk, [newest] if newest else [])
        return self._follow(incident.pk, lines.filter(pk__gt=known.newest))

    def heard(self, incident: int, number: int, verb: str) -> None:
        """The ledger announced a line about an incident: from now on nothing older is held of one that is followed."""
        if incident in self._news:
            self._follow(incident, [(number, verb)])

    def newest(self, incident: int) -> int:
        """The newest line that this process learnt of; 0 where it does not follow the incident."""
        return self._news[incident].newest if incident in self._news else 0

    def turned_at(self, incident: int) -> float:
        """When this process last learnt of a change that is no note, in seconds of the monotonic clock."""
        return self._news[incident].turned_at if incident in self._news else float("-inf")

    def may_have_missed(self) -> None:
        """Announcements were lost: nothing is held before the ledger was asked again."""
        self._news.clear()

    def held(self, incident: int, person: User, *, since: float, line: int) -> list[Part] | None:
        """Every part as this person sees it now, in order, where all are remembered; no query.

        None where something must be made or asked first: also where the person was let in before the incident changed
        (`since`, seconds of the monotonic clock), or has heard of a later `line` than this process.
        """
        news = self._news.get(incident)
        if news is None or news.newest < line or news.turned_at >= since:
            return None
        named = self._find((incident, news.but_notes, "named", None))
        if named is None:
            return None
        parts = [self._find(_key_of(panel, incident, news, person, named)) for panel in PANELS]
        return None if None in parts else parts

    def _follow(self, incident: int, lines: Iterable[tuple[int, str]]) -> News:
        came = list(lines)
        with self._following:
            news = self._news[incident] = self._news.get(incident, News()).followed_by(came)
        return news

    def made(self, key: _Key, make: Callable[[], T], believed: float) -> T:
        """What has this key: made so many seconds ago at most, or now by the first who asks while the others wait."""
        found: T | None = self._find(key, believed)
        if found is not None:
            return found
        with self._turns[key[0], key[2], key[3]]:
            found = self._find(key, believed)
            return self._keep(key, make()) if found is None else found

    def _find(self, key: _Key, believed: float = BELIEVED_BY_PAGES) -> Any:
        made, made_at = self._made.get(key, (None, float("-inf")))
        return made if time.monotonic() - made_at < believed else None

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


def parts_of(look: Look, *, believed: float = BELIEVED) -> list[Part]:
    """Every panel of the room as this person sees it now, in order; what no line told of may be so many seconds old."""
    if not memory.is_on:
        return [_made(panel, look) for panel in PANELS]
    news = memory.news_of(look.incident)
    of = (look.incident.pk, news.but_notes, "named", None)
    named = memory.made(of, lambda: named_in(look.incident, look.at), believed)
    keys = [(panel, _key_of(panel, look.incident.pk, news, look.person, named)) for panel in PANELS]
    return [memory.made(key, partial(_made, panel, look), believed) for panel, key in keys]


def otherwise(parts: Iterable[Part], have: Collection[str], request: HttpRequest) -> str:
    """The HTML of the parts that a page does not have (`state:1f..` in `have`), with this reader's keys and token."""
    return "".join(part.worn_by(request) for part in parts if f"{part.name}:{part.digest}" not in have)


def _key_of(panel: Panel, incident: int, news: News, person: User, named: Named) -> _Key:
    return incident, news.number_for(panel), panel.name, panel.alike(person, named)


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
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    framed = render_to_string("incidents/part.html", {"panel": panel, "html": html, "digest": digest})
    return Part(panel.name, panel.heading, framed, digest)
