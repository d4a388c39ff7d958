"""Pages for everybody with an account: the messages they got."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.core.clock import now
from continuity.core.wording import count_words
from continuity.notifications import actions
from continuity.notifications.hearing import hearing_of
from continuity.notifications.models import Delivery

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
    hears = page.object_list or hearing_of(person).wishes
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


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
