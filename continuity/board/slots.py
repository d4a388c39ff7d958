"""What the board puts on the pages of lower rooms: the banner on every page, the state of a service."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.accounts.access import TRUSTED, may_open
from continuity.accounts.networks import on_trusted_network
from continuity.board.banner import banner_of, spoken
from continuity.board.newest import newest, newest_news
from continuity.board.render import BANNER
from continuity.board.status import Line, board_at
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.slots import fills
from continuity.core.wording import count_words
from continuity.notifications.models import ChannelHealth
from continuity.notifications.reach import Reach

LIVE = "/live/"
SAY_THEIR_AGE = frozenset({"board:home", "board:wall", "board:area"})


@fills("page.banner")
def page_banner(request: HttpRequest, *_: object) -> str:
    """The worst news on every page, and the stream that keeps it true; nothing for whoever may not see the board."""
    if not may_open(TRUSTED, user=getattr(request, "user", None), trusted=on_trusted_network(request)):
        return ""
    kept = newest_news()
    board = board_at(kept.facts, now())
    banner = banner_of(board)
    context = {
        "banner": banner,
        "board": board,
        "kept": kept,
        "is_old": kept.is_old(board.at) and not _says_its_age(request),
        "spoken": spoken(board, banner),
        "stream": stream_of(request),
    }
    return render_to_string("board/page_banner.html", context)


@fills("service.state")
def service_state(request: HttpRequest, service: Service) -> str:
    """How a service is now, since when, and who says so."""
    board = board_at(newest().facts, now())
    context = {"line": board.line_of(service.key), "board": board}
    return render_to_string("board/service_state.html", context, request=request)


@dataclass(frozen=True)
class Unreached:
    """A channel by which people may not be reached now: what it needs and has not, and how many would be told by it."""

    health: ChannelHealth
    lines: list[Line]
    people: int = 0

    @property
    def people_words(self) -> str:
        return count_words(self.people, "person", "people")


@fills("channels.trouble")
def channels_trouble(request: HttpRequest, reach: Reach | None = None) -> str:
    """By which channels people may not be reached now: those that are down, or need what is not working."""
    board = board_at(newest().facts, now())
    found = []
    for health in ChannelHealth.objects.prefetch_related("needs"):
        lines = [board.line_of(service.key) for service in health.needs.all()]
        broken = [line for line in lines if line and line.is_in_trouble]
        if broken or health.down_since:
            found.append(Unreached(health, broken, reach.people[health.channel] if reach else 0))
    return (
        render_to_string("board/channels_trouble.html", {"unreached": found, "board": board}) if found else ""
    )


def stream_of(request: HttpRequest) -> str:
    """The address of the stream that a page listens to: its own board's, or the banner's alone."""
    match = request.resolver_match
    if match and match.view_name in {"board:home", "board:wall"} and not request.GET.get("q"):
        return LIVE
    if match and match.view_name == "board:area":
        return f"{LIVE}?area={match.kwargs['key']}"
    return f"{LIVE}?only={BANNER}"


def _says_its_age(request: HttpRequest) -> bool:
    """Whether a page tells how old its board is, so that the banner need not."""
    match = request.resolver_match
    return match is not None and match.view_name in SAY_THEIR_AGE
