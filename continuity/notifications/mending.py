"""Pages for administrators: what was not delivered, to be sent again by hand."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.wording import count_words
from continuity.notifications import actions
from continuity.notifications.actions.mending import RECIPIENT
from continuity.notifications.models import Delivery

DELIVERIES_A_PAGE = 50


@access(Permission.PEOPLE_MANAGE)
@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    """Newest first; `?q=` looks in titles, references, people and addresses."""
    q = request.GET.get("q", "").strip()
    found = Delivery.objects.undelivered().select_related("message", *RECIPIENT).order_by("-pk")
    if q:
        found = found.filter(
            Q(message__title__icontains=q)
            | Q(message__subject_ref__icontains=q)
            | Q(person__username__icontains=q)
            | Q(area__name__icontains=q)
            | Q(contact__name__icontains=q)
            | Q(endpoint__name__icontains=q)
            | Q(address__icontains=q)
        )
    page = Paginator(found, DELIVERIES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/undelivered.html", {"page_obj": page, "q": q})


@access(Permission.PEOPLE_MANAGE)
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(pk)
    actions.resend(delivery=delivery, by=_person(request), at=now())
    messages.success(request, f"It is being sent to {delivery.address} again.")
    return redirect("notifications:undelivered")


@access(Permission.PEOPLE_MANAGE)
@require_POST
def resend_failed(request: HttpRequest) -> HttpResponse:
    count = actions.resend_failed(by=_person(request), at=now())
    messages.success(request, f"{count_words(count, 'message')} being sent again.")
    return redirect("notifications:undelivered")


@access(Permission.PEOPLE_MANAGE)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    actions.confirm(delivery=_delivery(pk), by=_person(request), at=now())
    messages.success(request, "It is marked as arrived.")
    return redirect("notifications:undelivered")


def _delivery(pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("message", *RECIPIENT), pk=pk)


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
