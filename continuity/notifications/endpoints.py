"""Pages for those who look after channels: other programs that are told, at which address and of what."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict
from continuity.notifications.actions import programs
from continuity.notifications.actions.tending import try_out
from continuity.notifications.endpoint_forms import EndpointForm
from continuity.notifications.models import Channel, Delivery, Endpoint

NEWEST_SHOWN = 20
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.CHANNEL_MANAGE)
@require_safe
def endpoints(request: HttpRequest) -> HttpResponse:
    """Every program that is told, and what came of the last message to each."""
    found = list(Endpoint.objects.all())
    last = _last_of(found)
    shown = [(endpoint, last.get(endpoint.pk)) for endpoint in found]
    return render(request, "notifications/endpoints.html", {"endpoints": shown})


@access(Permission.CHANNEL_MANAGE)
@require_safe
def endpoint(request: HttpRequest, key: str) -> HttpResponse:
    """One program: where and what it is told, and its newest messages."""
    found = _endpoint(key)
    newest = Delivery.objects.filter(endpoint=found).select_related("message").order_by("-pk")[:NEWEST_SHOWN]
    subscriptions = list(found.subscriptions.select_related("service"))
    context = {
        "endpoint": found,
        "newest": newest,
        "kinds": list(dict.fromkeys(each.get_kind_display() for each in subscriptions)),
        "severity": subscriptions[0].get_severity_display() if subscriptions else "",
        "services": list(dict.fromkeys(each.service for each in subscriptions if each.service)),
        "is_signed": found.channel == Channel.WEBHOOK,
    }
    return render(request, "notifications/endpoint.html", context)


@access(Permission.CHANNEL_MANAGE)
@never_cache
@read_or_send
def add_endpoint(request: HttpRequest) -> HttpResponse:
    """Add one; a webhook's secret is on the answer, and nowhere afterwards."""
    form = EndpointForm(request.POST or None)
    if form.is_valid():
        found = programs.add_endpoint(by=_person(request), at=now(), **form.facts())
        return _added(request, found)
    return _form_page(request, form, "Add a program")


@access(Permission.CHANNEL_MANAGE)
@read_or_send
def edit_endpoint(request: HttpRequest, key: str) -> HttpResponse:
    found = _endpoint(key)
    heading = f"Change {found}"
    form = EndpointForm(request.POST or None, instance=found)
    if form.is_valid() and _changed(request, form, found):
        messages.success(request, f"{found} is changed.")
        return redirect("notifications:endpoint", key=key)
    return _form_page(request, form, heading)


@access(Permission.CHANNEL_MANAGE)
@require_POST
def switch_endpoint(request: HttpRequest, key: str) -> HttpResponse:
    found, on = _endpoint(key), request.POST.get("to") == "on"
    programs.switch(endpoint=found, on=on, by=_person(request), at=now())
    messages.success(request, f"{found} is told {'from now on' if on else 'nothing more'}.")
    return redirect(found)


@access(Permission.CHANNEL_MANAGE)
@never_cache
@require_POST
def renew_secret(request: HttpRequest, key: str) -> HttpResponse:
    """Make another secret and show it, this once."""
    found = _endpoint(key)
    programs.renew_secret(endpoint=found, by=_person(request), at=now())
    return _secret_page(request, found)


@access(Permission.CHANNEL_MANAGE)
@require_POST
def try_endpoint(request: HttpRequest, key: str) -> HttpResponse:
    """Send it a test, and show how far that comes."""
    found = _endpoint(key)
    sent = try_out(channel=found.channel, to=found, by=_person(request), at=now())
    return redirect("notifications:test", pk=sent.pk)


def _added(request: HttpRequest, found: Endpoint) -> HttpResponse:
    if found.channel == Channel.WEBHOOK:
        return _secret_page(request, found)
    messages.success(request, f"{found} is told from now on.")
    return redirect(found)


def _secret_page(request: HttpRequest, found: Endpoint) -> HttpResponse:
    return render(
        request, "notifications/endpoint_secret.html", {"endpoint": found, "secret": f"whsec_{found.secret}"}
    )


def _changed(request: HttpRequest, form: EndpointForm, found: Endpoint) -> bool:
    try:
        programs.change_endpoint(
            endpoint=found, seen=form.seen, by=_person(request), at=now(), **form.facts()
        )
    except Conflict:
        form.came_too_late(Endpoint.objects.get(pk=found.pk))
        return False
    return True


def _form_page(request: HttpRequest, form: EndpointForm, heading: str) -> HttpResponse:
    context = {"form": form, "heading": heading}
    return render(request, "notifications/endpoint_form.html", context, status=422 if form.errors else 200)


def _last_of(found: list[Endpoint]) -> dict[int | None, Delivery]:
    """The newest message to each program that was tried."""
    tried = Delivery.objects.filter(endpoint__in=found, attempts__gt=0)
    newest = tried.order_by("endpoint_id", "-pk").distinct("endpoint_id")
    return {each.endpoint_id: each for each in newest}


def _endpoint(key: str) -> Endpoint:
    return get_object_or_404(Endpoint, key=key)


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
