"""Pages of the room: the jobs that are watched, one job and its history, keeping the list."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.core.clock import local_day, now
from continuity.core.refusals import Conflict, Forbidden
from continuity.monitors import actions
from continuity.monitors.forms import HeartbeatForm, ProofForm
from continuity.monitors.models import Heartbeat
from continuity.monitors.proving import WHO_PROVES, job_of, may_prove, proved_by
from continuity.monitors.standing import standing
from incidents.reviews.views.base import action_of
from incidents.views.base import acted, posted

HEARTBEATS_A_PAGE = 50
FLIPS_SHOWN = 20
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(LOGGED_IN)
@require_safe
def heartbeats(request: HttpRequest) -> HttpResponse:
    """Every watched job and how it is; `?q=` looks in names and services."""
    q, at = request.GET.get("q", "").strip(), now()
    found = Heartbeat.objects.matching(q).select_related("service").order_by("name", "pk")
    page = Paginator(found, HEARTBEATS_A_PAGE).get_page(request.GET.get("page"))
    shown = [(each, standing(each, at)) for each in page]
    context = {"page_obj": page, "heartbeats": shown, "q": q, "at": at}
    return render(request, "monitors/heartbeats.html", context)


@access(LOGGED_IN)
@require_safe
def heartbeat(request: HttpRequest, key: str) -> HttpResponse:
    """One job: how it is, what it did before; for those who keep it, the address it calls."""
    found, at = _heartbeat(key), now()
    context = {
        "heartbeat": found,
        "standing": standing(found, at),
        "flips": found.flips.all()[:FLIPS_SHOWN],
        "evidence": found.evidences.select_related("release").order_by("-at")[:FLIPS_SHOWN],
        "actions": [(each, each.is_overdue(local_day(at))) for each in proved_by(found, request.user)],
        "address": settings.PUBLIC_URL + reverse("pings:ran", args=[found.secret]),
        "edit_address": reverse("monitors:edit", args=[key]),
    }
    return render(request, "monitors/heartbeat.html", context)


@access(Permission.ACTION_WORK)
@read_or_send
def prove(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Which job shows that an action of a review works."""
    found, person = action_of(request, ref, number), _person(request)
    if found.is_open and not may_prove(found, person):
        raise Forbidden(WHO_PROVES)
    before = job_of(found)
    form = ProofForm(posted(request), before=before.pk if before else None)
    if acted(form, lambda: actions.prove_by(action=found, by=person, at=now(), **form.cleaned_data)):
        messages.success(request, "What proves it is kept.")
        return redirect(found)
    context = {"form": form, "heading": "Choose the job that proves it", "action": found}
    return render(request, "monitors/prove.html", context, status=422 if form.is_bound else 200)


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def add(request: HttpRequest) -> HttpResponse:
    form = HeartbeatForm(request.POST or None)
    if form.is_valid():
        found = actions.add(by=_person(request), at=now(), **form.facts())
        messages.success(request, f"{found} is watched once it was heard of. Give its address to the job.")
        return redirect(found)
    return _form_page(request, form, "Watch a job")


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def edit(request: HttpRequest, key: str) -> HttpResponse:
    found = _heartbeat(key)
    heading = f"Change {found}"
    form = HeartbeatForm(request.POST or None, instance=found)
    if form.is_valid() and _changed(request, form, found):
        messages.success(request, f"{found} is changed.")
        return redirect("monitors:heartbeat", key=key)
    return _form_page(request, form, heading)


@access(Permission.CATALOGUE_EDIT)
@require_POST
def pause(request: HttpRequest, key: str) -> HttpResponse:
    found = _heartbeat(key)
    actions.pause(heartbeat=found, by=_person(request), at=now())
    messages.success(request, f"{found} is paused.")
    return redirect(found)


@access(Permission.CATALOGUE_EDIT)
@require_POST
def resume(request: HttpRequest, key: str) -> HttpResponse:
    found = _heartbeat(key)
    actions.resume(heartbeat=found, by=_person(request), at=now())
    messages.success(request, f"{found} is expected again.")
    return redirect(found)


def _changed(request: HttpRequest, form: HeartbeatForm, found: Heartbeat) -> bool:
    try:
        actions.change(heartbeat=found, seen=form.seen, by=_person(request), at=now(), **form.facts())
    except Conflict:
        form.came_too_late(Heartbeat.objects.get(pk=found.pk))
        return False
    return True


def _form_page(request: HttpRequest, form: HeartbeatForm, heading: str) -> HttpResponse:
    context = {"form": form, "heading": heading}
    return render(request, "monitors/form.html", context, status=422 if form.errors else 200)


def _heartbeat(key: str) -> Heartbeat:
    return get_object_or_404(Heartbeat.objects.select_related("service"), key=key)


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
