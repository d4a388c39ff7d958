"""Pages of chains: who is told next when nobody answers, what is wrong with them, and changing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from psycopg.types.range import Range

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.command import actions
from continuity.command.chain_forms import ChainForm
from continuity.command.models import Chain, ChainLevel, ChainVersion, Rota
from continuity.command.rota import LOOKS_AHEAD, Turn, gaps, turns_ahead
from continuity.core.clock import now, window
from continuity.core.refusals import Conflict, Refused


@dataclass(frozen=True)
class Shown:
    """One level of a chain, and when in the next 14 days nobody would be told by it."""

    level: ChainLevel
    has_rota: bool
    missing: list[Range[datetime]]


@access(LOGGED_IN)
@require_safe
def chains(request: HttpRequest) -> HttpResponse:
    """Every chain as it is used by what begins now."""
    at = now()
    turns, rotas = turns_ahead(at), list(Rota.objects.all())
    found = [(chain, _newest(chain)) for chain in _chains()]
    shown = [(chain, last, _levels(last, rotas, turns, at) if last else []) for chain, last in found]
    context = {"chains": shown, "people": {turn.person for turn in turns}, "at": at}
    return render(request, "command/chains.html", context)


@access(Permission.CATALOGUE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_chain(request: HttpRequest, cause: str) -> HttpResponse:
    """Write the next version of a chain. What runs already keeps the version it began with."""
    chain = get_object_or_404(_chains(), cause=cause)
    form = ChainForm(request.POST or None, chain=chain, now=_newest(chain))
    if form.is_valid() and _changed(request, form, chain):
        messages.success(request, f"{chain} is changed. What runs already keeps its version.")
        return redirect("command:chains")
    context = {"form": form, "heading": f"Change {chain}"}
    return render(request, "command/chain.html", context, status=422 if form.is_bound else 200)


def _changed(request: HttpRequest, form: ChainForm, chain: Chain) -> bool:
    by: Any = request.user
    try:
        actions.change_chain(
            chain=chain,
            seen=form.seen,
            rounds=form.cleaned_data["rounds"],
            steps=form.steps(),
            by=by,
            at=now(),
        )
    except Conflict:
        form.came_too_late(Chain.objects.get(pk=chain.pk))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def _chains() -> Any:
    levels = ChainLevel.objects.select_related("role", "rota")
    versions = ChainVersion.objects.select_related("written_by").prefetch_related(Prefetch("levels", levels))
    return Chain.objects.prefetch_related(Prefetch("versions", versions))


def _newest(chain: Chain) -> ChainVersion | None:
    return next(iter(chain.versions.all()), None)


def _levels(last: ChainVersion, rotas: Iterable[Rota], turns: Iterable[Turn], at: datetime) -> list[Shown]:
    ahead, shown = window(at, at + LOOKS_AHEAD), []
    for level in last.levels.all():
        serving = {
            rota.pk
            for rota in rotas
            if rota.pk == level.rota_id or (level.role_id and rota.role_id == level.role_id)
        }
        spans = [turn.span for turn in turns if turn.rota in serving]
        shown.append(Shown(level, bool(serving), gaps(ahead, spans)))
    return shown
