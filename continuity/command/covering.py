"""Pages for who stands in on a rota, and for swaps of shifts between two people."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.command import actions
from continuity.command.covering_forms import StandInForm, SwapForm
from continuity.command.models import Override, Rota, Shift, Swap
from continuity.core.clock import now
from continuity.core.refusals import Refused
from continuity.core.wording import window_words

read_or_send = require_http_methods(["GET", "HEAD", "POST"])
ANSWERS = {
    "accept": (actions.accept_swap, "You have taken the shift."),
    "decline": (actions.decline_swap, "You have declined. The shift stays with whoever asked."),
    "withdraw": (actions.withdraw_swap, "You have taken your question back. The shift stays yours."),
}


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def add_stand_in(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody holds the post for a while, whoever's shift it is."""
    rota, at = get_object_or_404(Rota.objects.select_related("role"), key=key), now()
    form = StandInForm(request.POST or None)
    if form.is_valid() and form.span:
        person, reason = form.cleaned_data["person"], form.cleaned_data["reason"]
        try:
            actions.stand_in(
                rota=rota, person=person, span=form.span, reason=reason, by=_person(request), at=at
            )
        except Refused as refusal:
            form.add_error("starts_at", str(refusal))
        else:
            messages.success(request, f"{person} stands in.")
            return redirect(rota)
    return _form_page(request, form, f"Somebody stands in: {rota}", rota)


@access(Permission.CATALOGUE_EDIT)
@require_POST
def end_stand_in(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    covers: QuerySet[Any] = Override.objects.select_related("rota", "person")
    cover: Override = get_object_or_404(covers, pk=pk, rota__key=key)
    actions.end_stand_in(cover=cover, by=_person(request), at=now())
    messages.success(request, f"{cover.person} does not stand in any more.")
    return redirect(cover.rota)


@access(LOGGED_IN)
@read_or_send
def swap(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The holder of a shift asks somebody to take it."""
    shift = get_object_or_404(Shift.objects.select_related("rota", "person"), pk=pk, rota__key=key)
    by, at = _person(request), now()
    form = SwapForm(request.POST or None, by=by, at=at)
    if form.is_valid():
        try:
            actions.propose_swap(shift=shift, by=by, at=at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"{form.cleaned_data['to']} is asked. Until they accept, the shift is yours."
            )
            return redirect(shift.rota)
    return _form_page(request, form, f"Swap your shift: {window_words(shift.span)}", shift.rota)


@access(LOGGED_IN)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline a swap, or take it back."""
    found = get_object_or_404(Swap.objects.select_related("shift__rota", "to", "proposed_by"), pk=pk)
    act, said = ANSWERS.get(request.POST.get("answer", ""), (None, ""))
    if act is None:
        raise Http404
    act(swap=found, by=_person(request), at=now())
    messages.success(request, said)
    return redirect(found.shift.rota)


def swaps_of(person: Any, at: datetime) -> QuerySet[Swap]:
    """What somebody was asked, or has asked and not heard yet, of shifts that have not begun."""
    mine = Swap.objects.filter(Q(to=person) | Q(proposed_by=person), state=Swap.State.PROPOSED)
    ahead = mine.filter(shift__span__startswith__gt=at)
    return ahead.select_related("shift__rota", "in_return__rota", "to", "proposed_by")


def _form_page(request: HttpRequest, form: Any, heading: str, above: Rota) -> HttpResponse:
    context = {"form": form, "heading": heading, "above": above}
    return render(request, "command/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
