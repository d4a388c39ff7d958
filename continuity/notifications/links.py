"""Pages behind the signed links of letters to outside contacts: to agree, to stop, and to begin again.

Opening one changes nothing, so that a mail scanner which opens every link does not either; pressing does.
"""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from continuity.accounts.access import ANYONE, access
from continuity.core.clock import now
from continuity.core.refusals import Refused
from continuity.notifications import actions
from continuity.notifications.models import Contact, Delivery
from continuity.notifications.tokens import EXPIRED, FORGED, BadToken, Purpose, read

NOT_FOUND, CONFLICT, GONE = 404, 409, 410
# What a mail program sends when its reader presses "unsubscribe" (RFC 8058, 3.1).
ONE_CLICK = ("List-Unsubscribe", "One-Click")
TOO_LATE = {
    Purpose.AGREE: f"{EXPIRED} Ask whoever wants to tell you to send a new one.",
    Purpose.STOP: f"{EXPIRED} Use the link in a newer message.",
}


@access(ANYONE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, token: str) -> HttpResponse:
    """Whether somebody wants to be told, and the button that says so."""
    at = now()
    try:
        delivery = _letter(Purpose.AGREE, token, at)
        if request.method == "POST":
            actions.agree(delivery=delivery, at=at)
            return redirect("notifications:agree", token=token)
    except (BadToken, Refused) as problem:
        return _broken(request, problem)
    return _page(request, "notifications/agree.html", delivery)


@access(ANYONE)
@csrf_exempt  # a mail program's press comes without a cookie; everything else is checked below
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The button to be told no more, and the way back. A mail program's press needs no page (RFC 8058)."""
    name, value = ONE_CLICK
    if request.method == "POST" and request.POST.get(name) == value:
        return _stop_at_once(request, token)
    return _stop_by_page(request, token)


def _stop_at_once(request: HttpRequest, token: str) -> HttpResponse:
    at = now()
    try:
        actions.stop(delivery=_letter(Purpose.STOP, token, at), at=at)
    except (BadToken, Refused) as problem:
        return _broken(request, problem)
    return HttpResponse("You will not be told any more.", content_type="text/plain; charset=utf-8")


@csrf_protect
def _stop_by_page(request: HttpRequest, token: str) -> HttpResponse:
    at = now()
    try:
        delivery = _letter(Purpose.STOP, token, at)
        if request.method == "POST":
            does: Callable[..., Contact] = actions.begin_again if "again" in request.POST else actions.stop
            does(delivery=delivery, at=at)
            return redirect("notifications:stop", token=token)
    except (BadToken, Refused) as problem:
        return _broken(request, problem)
    return _page(request, "notifications/stop.html", delivery)


def _letter(purpose: Purpose, token: str, at: datetime) -> Delivery:
    """The letter to a contact that a link came with. Raises BadToken."""
    try:
        key = read(purpose, token, at=at)
    except BadToken as bad:
        raise BadToken(TOO_LATE[purpose] if str(bad) == EXPIRED else str(bad)) from None
    found = Delivery.objects.select_related("contact", "message").filter(pk=key, contact__isnull=False)
    if (delivery := found.first()) is None:
        raise BadToken(FORGED)
    return delivery


def _page(request: HttpRequest, name: str, delivery: Delivery) -> HttpResponse:
    return render(request, name, {"contact": delivery.contact, "groups": _groups(delivery)})


def _groups(delivery: Delivery) -> list[str]:
    return [str(group) for group in delivery.contact.groups.order_by("name")] if delivery.contact else []


def _broken(request: HttpRequest, problem: Exception) -> HttpResponse:
    """A plain sentence: not found for what was never signed, gone for what is too old."""
    status = CONFLICT if isinstance(problem, Refused) else NOT_FOUND if str(problem) == FORGED else GONE
    return render(request, "notifications/broken_link.html", {"problem": str(problem)}, status=status)
