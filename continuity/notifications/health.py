"""Pages of how each channel does, and of tests: one message by one channel, and how far it comes."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.notifications.actions.tending import TEST, tend, try_out
from continuity.notifications.channels.sms import is_set_up
from continuity.notifications.endpoint_forms import ChannelForm
from continuity.notifications.models import PERSONAL, TO_ENDPOINTS, Channel, ChannelHealth, Delivery, Endpoint
from continuity.notifications.watch import Queue, queues, trouble

NO_TEXTS = "Text messages are not set up. Whoever runs the portal can add GOV.UK Notify to its settings."
NO_PROGRAM = "No program is told by it."
# What a test is not any more once it has come so far.
ON_ITS_WAY = frozenset({Delivery.State.QUEUED, Delivery.State.SENDING})


@dataclass(frozen=True)
class Standing:
    """A channel and how it does, as a tag says it, with a sentence where there is more to say."""

    health: ChannelHealth
    queue: Queue
    words: str
    colour: str
    says: str = ""


@access(Permission.CHANNEL_MANAGE)
@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Each channel: whether it works, what waits, how fast it may go, and what it needs."""
    at = now()
    waiting, on = queues(at), set(Endpoint.objects.on().values_list("channel", flat=True))
    rows = {row.channel: row for row in ChannelHealth.objects.prefetch_related("needs")}
    shown = [standing(rows[each], waiting.get(each, Queue()), on) for each in Channel if each in rows]
    context = {"standings": shown, "trouble": trouble(at), "at": at}
    return render(request, "notifications/channels.html", context)


@access(Permission.CHANNEL_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: HttpRequest, channel: str) -> HttpResponse:
    """Change how fast a channel may go and what it needs."""
    health = get_object_or_404(ChannelHealth.objects.exclude(channel=Channel.PORTAL), channel=channel)
    form = ChannelForm(request.POST if request.method == "POST" else None, health=health)
    if form.is_valid():
        tend(health=health, by=_person(request), at=now(), **form.cleaned_data)
        messages.success(request, f"{health} is changed.")
        return redirect("notifications:channels")
    context = {"form": form, "heading": f"Change {Channel(channel).label}"}
    return render(request, "notifications/channel.html", context, status=422 if form.errors else 200)


@access(LOGGED_IN)
@require_POST
def try_channel(request: HttpRequest, channel: str) -> HttpResponse:
    """Send oneself a test by one's own channel, and show how far that comes."""
    if channel not in PERSONAL:
        raise Http404
    person = _person(request)
    sent = try_out(channel=channel, to=person, by=person, at=now())
    return redirect("notifications:test", pk=sent.pk)


@access(LOGGED_IN)
@require_safe
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a test has come; the page asks again by itself until it has arrived or failed."""
    person = _person(request)
    seen = Q(person=person)
    if person.may(Permission.CHANNEL_MANAGE):
        seen |= Q(endpoint__isnull=False)
    tests = Delivery.objects.filter(seen, message__key__startswith=TEST).select_related("message", "endpoint")
    found = get_object_or_404(tests, pk=pk)
    context = {"delivery": found, "is_on_its_way": found.state in ON_ITS_WAY, "trouble": trouble(now())}
    part = "#progress" if request.headers.get("HX-Request") else ""
    return render(request, f"notifications/test.html{part}", context)


def standing(health: ChannelHealth, queue: Queue, on: set[str]) -> Standing:
    """How a channel does. Silence is not "works": one that has sent nothing says so."""
    channel = Channel(health.channel)
    if channel == Channel.PORTAL:
        return Standing(health, queue, "Works", "green", "A message is there as soon as it is written.")
    if channel == Channel.SMS and not is_set_up():
        return Standing(health, queue, "Not set up", "grey", NO_TEXTS)
    if channel in TO_ENDPOINTS and channel not in on:
        return Standing(health, queue, "Not set up", "grey", NO_PROGRAM)
    if health.down_since:
        return Standing(health, queue, "Down", "red", health.fault)
    if health.last_sent_at:
        return Standing(health, queue, "Works", "green")
    return Standing(health, queue, "Nothing sent yet", "grey")


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
