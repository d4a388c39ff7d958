"""Pages for everybody with an account: their messages, and what they want to hear about."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.core.clock import now
from continuity.core.wording import count_words
from continuity.notifications import actions
from continuity.notifications.actions import Wish
from continuity.notifications.forms import ChoicesForm
from continuity.notifications.models import Channel, Delivery, Kind, Subscription

MESSAGES_A_PAGE = 20


@access(LOGGED_IN)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What one was told, newest first; `?q=` looks in titles, texts and references."""
    person, q = _person(request), request.GET.get("q", "").strip()
    told = Delivery.objects.inbox_of(person).order_by("-pk")
    for word in q.split():
        told = told.filter(
            Q(message__title__icontains=word)
            | Q(message__body__icontains=word)
            | Q(message__subject_ref__icontains=word)
        )
    page = Paginator(told, MESSAGES_A_PAGE).get_page(request.GET.get("page"))
    hears = page.object_list or Subscription.objects.filter(person=person).exists()
    return render(
        request, "notifications/inbox.html", {"page_obj": page, "q": q, "hears": hears, "at": now()}
    )


@access(LOGGED_IN)
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message; opening it marks it as read."""
    delivery = get_object_or_404(Delivery.objects.inbox_of(_person(request)), pk=pk)
    if request.method == "GET":
        actions.read(delivery=delivery, at=now())
    return render(request, "notifications/message.html", {"delivery": delivery, "message": delivery.message})


@access(LOGGED_IN)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = actions.read_all(person=_person(request), at=now())
    messages.success(request, f"{count_words(count, 'message')} marked as read.")
    return redirect("notifications:inbox")


@access(LOGGED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """What to hear about and how: everything, or some services and areas."""
    person = _person(request)
    form = ChoicesForm(request.POST or None, had=Subscription.objects.filter(person=person))
    if request.method == "POST" and form.is_valid():
        return _chosen(request, form.wishes())
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "notifications/choices.html", {"form": form}, status=status)


@access(LOGGED_IN)
@require_POST
def hear_everything(request: HttpRequest) -> HttpResponse:
    """The one-press beginning: every kind of news about every service, as messages in the portal."""
    return _chosen(request, [Wish(kind, Channel.PORTAL) for kind in Kind])


def _chosen(request: HttpRequest, wishes: list[Wish]) -> HttpResponse:
    person = _person(request)
    actions.choose(person=person, wishes=wishes, by=person, at=now())
    told = "Your choices are saved." if wishes else "Your choices are saved. You will not be told anything."
    messages.success(request, told)
    return redirect("notifications:inbox")


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
