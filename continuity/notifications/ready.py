"""Pages on which areas say that they have read a notice and are ready: by signed link, or on a trusted network."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from continuity.accounts.access import ANYONE, TRUSTED, access
from continuity.catalogue.device import area_of
from continuity.catalogue.models import Area
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused
from continuity.notifications.actions import confirm_ready
from continuity.notifications.actions.confirming import by_link, refuse_closed
from continuity.notifications.models import Call, Confirmation, Delivery
from continuity.notifications.readiness import Readiness, asked_of
from continuity.notifications.ready_forms import ReadyForm
from continuity.notifications.tokens import EXPIRED, FORGED, BadToken, Purpose, read

NOT_FOUND, CONFLICT, GONE, UNPROCESSABLE = 404, 409, 410, 422
TOO_LATE = f"{EXPIRED} Links to confirm hold until the work begins."
NOT_ASKED = "Your area is not asked to confirm this any more."
CHANGED = "The notice has changed since you opened this page. Read what it says now, then confirm."
CHANGED_SINCE_SENT = "The plan has changed since the message with this link was sent. This is what holds now."


@access(ANYONE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ready(request: HttpRequest, token: str) -> HttpResponse:
    """The notice behind a signed link and one button. Opening it changes nothing; pressing the button confirms."""
    at = now()
    try:
        delivery = _delivery(token, at)
        confirmation = _asked_by(delivery, at)
    except BadToken as bad:
        status = NOT_FOUND if str(bad) == FORGED else GONE
        return render(request, "notifications/ready_link.html", {"problem": str(bad)}, status=status)
    except Refused as refusal:
        problem = {"problem": str(refusal), "url": delivery.message.url}
        return render(request, "notifications/ready_link.html", problem, status=GONE)
    call, warning = confirmation.call, ""
    if call.opened_at > delivery.message.created_at:
        warning = CHANGED_SINCE_SENT
    if request.method == "POST":
        warning = _press(request, delivery, confirmation, at)
        if not warning:
            return redirect("notifications:ready", token=token)
    context = {"confirmation": confirmation, "call": call, "warning": warning}
    status = CONFLICT if request.method == "POST" else 200
    return render(request, "notifications/ready_link.html", context, status=status)


@access(TRUSTED)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """What was shown and the form to confirm it; where it is out of date, where to read the new."""
    call, at = get_object_or_404(Call, pk=pk), now()
    readiness = Readiness(call, list(call.confirmations.told()), at)
    areas = [each.area for each in readiness.missing]
    sent = request.POST if request.method == "POST" else None
    form = ReadyForm(sent, person=request.user, areas=areas, call=call, initial={"area": area_of(request)})
    if sent is not None and form.is_valid():
        area = form.cleaned_data["area"]
        try:
            confirm_ready(call=call, area=area, saying=form.saying(), at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{area} is confirmed: it has read the notice and is ready.")
            return redirect(f"{call.url}?area={area.key}#ready")
    newer = Call.objects.about(call.subject_kind, call.subject_ref).open(at).exclude(pk=pk).first()
    context = {
        "call": call,
        "readiness": readiness,
        "form": form,
        "newer": newer,
        "is_open": call.is_open(at),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "notifications/ready_call.html", context, status=status)


@access(TRUSTED)
@require_safe
def area(request: HttpRequest, key: str) -> HttpResponse:
    """What one area is asked to confirm: a page of its own, and a part of the area's page."""
    place = get_object_or_404(Area, key=key)
    context = {"place": place, "asked": asked_of(place, request.user, now())}
    is_part = request.headers.get("HX-Request") == "true"
    name = "notifications/ready_asked.html" if is_part else "notifications/ready_area.html"
    return render(request, name, context)


def _delivery(token: str, at: datetime) -> Delivery:
    """The letter to an area that the link came with. Raises BadToken."""
    try:
        key = read(Purpose.READY, token, at=at)
    except BadToken as bad:
        raise BadToken(TOO_LATE if str(bad) == EXPIRED else str(bad)) from None
    letter = Delivery.objects.select_related("message", "area").filter(pk=key, area__isnull=False).first()
    if letter is None:
        raise BadToken(FORGED)
    return letter


def _asked_by(delivery: Delivery, at: datetime) -> Confirmation:
    """What the letter's area is asked now. Raises Conflict when that is nothing, in words that lead on."""
    message = delivery.message
    call = Call.objects.about(message.subject_kind, message.subject_ref).order_by("-number").first()
    if call is None:
        raise Conflict(NOT_ASKED)
    refuse_closed(call, at)
    asked = Confirmation.objects.told().select_related("call").filter(call=call, area=delivery.area).first()
    if asked is None:
        raise Conflict(NOT_ASKED)
    return asked


def _press(request: HttpRequest, delivery: Delivery, confirmation: Confirmation, at: datetime) -> str:
    """Confirm what the page showed; why not, if it was not to be."""
    if request.POST.get("call") != str(confirmation.call_id):
        return CHANGED
    try:
        confirm_ready(call=confirmation.call, area=confirmation.area, saying=by_link(delivery), at=at)
    except Refused as refusal:
        return str(refusal)
    return ""
