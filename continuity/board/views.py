"""The board's pages. All of them are open on trusted networks, and whole without JavaScript."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from continuity.accounts.access import TRUSTED, access
from continuity.accounts.permissions import Permission
from continuity.board.known import Facts, Place
from continuity.board.newest import newest
from continuity.board.render import AREA, BOARD, context_of, fragment_of, is_known, kind_of, place_of
from continuity.board.status import Board, Line, board_at
from continuity.catalogue.device import MY_AREA
from continuity.core.clock import now
from continuity.core.refusals import Refused
from continuity.core.written import is_from_here
from continuity.notifications.watch import Trouble, trouble
from incidents.alarms import unanswered

REMEMBERED = timedelta(days=365)


@access(TRUSTED)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every service, the worst first; with `?q=` those whose name holds every word of it."""
    kept = newest()
    board = board_at(kept.facts, now())
    asked = " ".join(request.GET.get("q", "").split())
    extra = {
        "asked": asked,
        "found": _named(board, asked) if asked else None,
        "mine": _mine(request, kept.facts),
        "kept": kept,
        "trouble": _telling_trouble(request),
        "unanswered": unanswered(request.user),
    }
    page = context_of if asked else _page_of
    return render(request, "board/home.html", {**page(kept.facts, board, BOARD), **extra})


@access(TRUSTED)
@require_safe
def area(request: HttpRequest, key: str) -> HttpResponse:
    """One ward, clinic or practice: its services, what to do, its news, and how to report a problem."""
    kept = newest()
    kind = f"{AREA}{key}"
    if not is_known(kept.facts, kind):
        raise Http404
    context = _page_of(kept.facts, board_at(kept.facts, now()), kind)
    extra = {
        "is_mine": request.COOKIES.get(MY_AREA) == key,
        "report_url": f"{reverse('incidents:report')}?area={key}",
        "kept": kept,
    }
    return render(request, "board/area.html", {**context, **extra})


@access(TRUSTED)
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """The board for a screen on a wall: large, and nothing to press."""
    kept = newest()
    context = _page_of(kept.facts, board_at(kept.facts, now()), BOARD)
    return render(request, "board/wall.html", {**context, "kept": kept})


@access(TRUSTED)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The fragment that an open page polls for, with its ETag, where no router stands before Django."""
    kept = newest()
    facts, kind = kept.facts, kind_of(request.GET.get("area", ""), request.GET.get("only", ""))
    if not is_known(facts, kind):
        raise Http404
    fragment = fragment_of(facts, board_at(facts, now()), kind)
    response = HttpResponse(
        fragment.html,
        headers={
            "ETag": f'W/"{fragment.etag}"',
            "Cache-Control": "no-cache",
            "X-Portal-Now": now().isoformat(timespec="seconds"),
            "X-Portal-Checked": kept.checked_at.isoformat(timespec="seconds"),
        },
    )
    return get_conditional_response(request, etag=f'W/"{fragment.etag}"', response=response) or response


@access(TRUSTED)
@csrf_exempt  # its form stands on pages that are the same for everybody; where it comes from is asked below
@require_POST
def my_area(request: HttpRequest) -> HttpResponse:
    """Remember on this device which area it stands in, or forget it; no log-in, nothing kept on the server."""
    if not is_from_here(request):
        raise Refused(
            "This was sent from a page outside the portal. Open your area's page and use its button."
        )
    key = request.POST.get("area", "")
    place = place_of(newest().facts, f"{AREA}{key}")
    response = redirect("board:area", key=place.key) if place else redirect("board:home")
    if place and "forget" not in request.POST:
        response.set_cookie(
            MY_AREA,
            place.key,
            max_age=REMEMBERED,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(MY_AREA, samesite="Lax")
    return response


def _page_of(facts: Facts, board: Board, kind: str) -> dict[str, object]:
    return {**context_of(facts, board, kind), "fragment": fragment_of(facts, board, kind)}


def _named(board: Board, asked: str) -> list[Line]:
    words = asked.casefold().split()
    return [line for line in board.lines if all(word in line.service.name.casefold() for word in words)]


def _telling_trouble(request: HttpRequest) -> Trouble | None:
    """That messages are not going out, for those whose work it is, or who would send some."""
    person = request.user
    concerned = (Permission.CHANNEL_MANAGE, Permission.RELEASE_PUBLISH)
    if not person.is_authenticated:
        return None
    if any(person.may(each) for each in concerned):
        return trouble(now())
    # Duty staff must know when nobody is alarmed any more.
    return trouble(now()).of_alarms if person.may(Permission.INCIDENT_RUN) else None


def _mine(request: HttpRequest, facts: Facts) -> Place | None:
    key = request.COOKIES.get(MY_AREA)
    return place_of(facts, f"{AREA}{key}") if key else None
