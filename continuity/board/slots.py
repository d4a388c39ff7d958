"""What the board puts on the pages of lower rooms: the banner on every page, the state of a service."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from continuity.accounts.access import TRUSTED, may_open
from continuity.accounts.networks import on_trusted_network
from continuity.board.banner import banner_of, spoken
from continuity.board.newest import newest, newest_news
from continuity.board.render import BANNER
from continuity.board.status import board_at
from continuity.catalogue.models import Service
from continuity.core.clock import now
from continuity.core.slots import fills

LIVE = "/live/"


@fills("page.banner")
def page_banner(request: HttpRequest, *_: object) -> str:
    """The worst news on every page, and the stream that keeps it true; nothing for whoever may not see the board."""
    if not may_open(TRUSTED, user=getattr(request, "user", None), trusted=on_trusted_network(request)):
        return ""
    board = board_at(newest_news().facts, now())
    banner = banner_of(board)
    context = {
        "banner": banner,
        "board": board,
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


def stream_of(request: HttpRequest) -> str:
    """The address of the stream that a page listens to: its own board's, or the banner's alone."""
    match = request.resolver_match
    if match and match.view_name in {"board:home", "board:wall"} and not request.GET.get("q"):
        return LIVE
    if match and match.view_name == "board:area":
        return f"{LIVE}?area={match.kwargs['key']}"
    return f"{LIVE}?only={BANNER}"
