"""`/api/v2/` from memory, in front of Django: each document once for a state of the portal, whoever asks."""

import re
import time

from django.conf import settings
from django.http import HttpRequest
from django.urls import ResolverMatch, resolve, reverse

from continuity.accounts.access import may_open, rule_of
from continuity.accounts.networks import comes_from_trusted
from continuity.api.urls import app_name, urlpatterns
from continuity.board.door import Door
from continuity.board.front import Answer
from continuity.board.memory import Shelf
from continuity.board.newsroom import Newsroom
from continuity.board.pages import cookies_in
from continuity.core.answers import Scope
from continuity.core.ready import Asked, Ready, coded, tag_of

AGAIN = 5.0  # seconds until it is asked again whether somebody is still logged in
# The page's own comes first: when this was made is no part of what it says.
MADE = re.compile(rb'"updated_at": "[^"]*"')
JSON = b"application/json"


class Documents:
    """Status as JSON for whoever may have it; while the database is gone, what it was."""

    def __init__(self, newsroom: Newsroom, door: Door) -> None:
        self.newsroom, self.door = newsroom, door
        # Updates and notices further ahead than the board's show here too: each ledger line may change them.
        self._ready = Shelf[str, Ready](lambda: (newsroom.edition, newsroom.readings))
        paths = [reverse(f"{app_name}:{pattern.name}") for pattern in urlpatterns]
        self._matches: dict[str, ResolverMatch] = {path: resolve(path) for path in paths}

    async def find(self, scope: Scope, asked: Asked) -> Answer | None:
        """The document, for whoever may have it. None: this one is Django's."""
        match, path = self._matches.get(scope["path"]), scope["path"]
        if match is None or self.newsroom.facts is None or not await self._may_have(match, scope, asked):
            return None
        held = await self._ready.get(path, lambda: document_of(match, path))
        return Answer(held.thing, min(held.until, time.monotonic() + AGAIN)) if held else None

    async def _may_have(self, match: ResolverMatch, scope: Scope, asked: Asked) -> bool:
        rule = rule_of(match.func)
        if may_open(
            rule, user=None, trusted=comes_from_trusted(scope["client"], asked.get(b"x-forwarded-for", b""))
        ):
            return True
        session = cookies_in(asked.get(b"cookie", b"")).session
        verdict = await self.door.verdict(session) if session else None
        return may_open(rule, user=verdict and verdict.person, trusted=False)


def document_of(match: ResolverMatch, path: str) -> Ready:
    """What the view answers."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    response = match.func(request, *match.args, **match.kwargs)
    open_to_all = [(b"access-control-allow-origin", b"*")] if settings.PUBLIC_STATUS else []
    said = MADE.sub(b"", response.content, count=1)
    return Ready(coded(response.content), kind=JSON, tag=tag_of(said), more=open_to_all)
