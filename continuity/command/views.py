"""Pages of the room: who is on call, one post and its shifts, keeping both."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, TRUSTED, access
from continuity.accounts.permissions import Permission
from continuity.command import actions
from continuity.command.covering import swaps_of
from continuity.command.forms import EndForm, RotaForm, ShiftForm
from continuity.command.models import Rota, Shift, Swap
from continuity.command.rota import EVER, LOOKS_AHEAD, Post, gaps, gaps_ahead, on_call, tonight
from continuity.core.clock import now, window
from continuity.core.refusals import Conflict, Refused

PAST_SHOWN = 10
AHEAD_SHOWN = 50
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(TRUSTED)
@require_safe
def rotas(request: HttpRequest) -> HttpResponse:
    """Every post and how to reach it; for people with an account also who holds it now and tonight."""
    at, q = now(), request.GET.get("q", "").strip()
    night = tonight(at)
    posts = [post for post in on_call(at) if q.lower() in f"{post.rota.name} {post.rota.reach}".lower()]
    context: dict[str, Any] = {"q": q, "at": at, "night": night}
    if request.user.is_authenticated:
        later = {post.rota.pk: post for post in on_call(night)}
        missing = gaps_ahead(at)
        context["posts"] = [(post, later.get(post.rota.pk), missing.get(post.rota.pk, [])) for post in posts]
    else:
        context["posts"] = [(Post(post.rota, None, None), None, []) for post in posts]
    return render(request, "command/rotas.html", context)


@access(LOGGED_IN)
@require_safe
def rota(request: HttpRequest, key: str) -> HttpResponse:
    """One post: who holds it now and next, when nobody does, who held it lately."""
    found, at = _rota(key), now()
    shifts = found.shifts.select_related("person")
    ahead = list(shifts.ending_after(at).order_by("span"))
    covers = list(found.overrides.ending_after(at).select_related("person").order_by("span"))
    context = {
        "rota": found,
        "now": next((post for post in on_call(at) if post.rota == found), None),
        "tonight": next((post for post in on_call(tonight(at)) if post.rota == found), None),
        "covers": [(cover, cover.has_begun(at)) for cover in covers],
        "swaps": [swap for swap in swaps_of(request.user, at) if found in {swap.shift.rota, _other(swap)}],
        "people": {each.person_id for each in (*ahead, *covers)},
        "at": at,
        "ahead": [(shift, shift.has_begun(at)) for shift in ahead[:AHEAD_SHOWN]],
        "past": shifts.ended_by(at).order_by("-span")[:PAST_SHOWN],
        "gaps": gaps(window(at, at + LOOKS_AHEAD), [each.span for each in (*ahead, *covers)]),
    }
    return render(request, "command/rota.html", context)


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def add_rota(request: HttpRequest) -> HttpResponse:
    form = RotaForm(request.POST or None)
    if form.is_valid():
        found = actions.add_rota(by=_person(request), at=now(), **form.facts())
        messages.success(request, f"{found} is on the rota. Add who holds it.")
        return redirect(found)
    return _form_page(request, form, "Add a post")


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def edit_rota(request: HttpRequest, key: str) -> HttpResponse:
    found = _rota(key)
    heading = f"Change {found}"
    form = RotaForm(request.POST or None, instance=found)
    if form.is_valid() and _changed(request, form, found):
        messages.success(request, f"{found} is changed.")
        return redirect("command:rota", key=key)
    return _form_page(request, form, heading, found)


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def add_shift(request: HttpRequest, key: str) -> HttpResponse:
    """The form begins with the next time that nobody is on call."""
    found, at = _rota(key), now()
    form = ShiftForm(request.POST or None, initial=_next_gap(found, at))
    if form.is_valid() and form.span:
        who = form.cleaned_data["person"]
        try:
            actions.add_shift(rota=found, person=who, span=form.span, by=_person(request), at=at)
        except Refused as refusal:
            form.add_error("starts_at", str(refusal))
        else:
            messages.success(request, f"{who} is on the rota.")
            return redirect(found)
    return _form_page(request, form, f"Add a shift: {found}", found)


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def end_shift(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    shift, at = _shift(key, pk), now()
    form = EndForm(request.POST or None, initial={"ends_at": at})
    if form.is_valid():
        ends_at = form.cleaned_data["ends_at"]
        try:
            actions.end_shift(shift=shift, ends_at=ends_at, by=_person(request), at=at)
        except Refused as refusal:
            form.add_error("ends_at", str(refusal))
        else:
            messages.success(request, f"The shift of {shift.person} is ended.")
            return redirect(shift.rota)
    return _form_page(request, form, f"End the shift of {shift.person}", shift.rota)


@access(Permission.CATALOGUE_EDIT)
@require_POST
def remove_shift(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    shift = _shift(key, pk)
    actions.remove_shift(shift=shift, by=_person(request), at=now())
    messages.success(request, f"The shift of {shift.person} is taken out.")
    return redirect(shift.rota)


def _changed(request: HttpRequest, form: RotaForm, found: Rota) -> bool:
    try:
        actions.change_rota(rota=found, seen=form.seen, by=_person(request), at=now(), **form.facts())
    except Conflict:
        form.came_too_late(Rota.objects.get(pk=found.pk))
        return False
    return True


def _next_gap(found: Rota, at: datetime) -> dict[str, datetime]:
    """Times to begin the form with: the first gap in the next 14 days, or where the last shift ends."""
    held = [*found.shifts.ending_after(at), *found.overrides.ending_after(at)]
    spans = sorted((each.span for each in held), key=lambda span: span.lower or EVER)
    for gap in gaps(window(at, at + LOOKS_AHEAD), spans):
        return {"starts_at": gap.lower, "ends_at": gap.upper} if gap.lower and gap.upper else {}
    return {"starts_at": spans[-1].upper} if spans else {}


def _form_page(request: HttpRequest, form: Any, heading: str, above: Rota | None = None) -> HttpResponse:
    context = {"form": form, "heading": heading, "above": above}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "command/form.html", context, status=status)


def _other(swap: Swap) -> Rota | None:
    return swap.in_return.rota if swap.in_return else None


def _rota(key: str) -> Rota:
    return get_object_or_404(Rota.objects.select_related("role"), key=key)


def _shift(key: str, pk: int) -> Shift:
    return get_object_or_404(Shift.objects.select_related("rota", "person"), pk=pk, rota__key=key)


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
