"""What the trust keeps for planned work, freezes and busy times: listed and added to, changed, taken out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from continuity.catalogue.kept import KeptForm
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused
from releases.views.writing import author


@dataclass(frozen=True)
class Shelf:
    """One kind of thing that is kept: its form, its actions, and where it is listed."""

    one: str  # as in "Somebody else took this freeze out"
    many: str  # the name of the list's address, of its template and of what the template lists
    form: type[KeptForm[Any]]
    add: Callable[..., Any]
    change: Callable[..., None]
    remove: Callable[..., None]
    added: str  # the sentence for one that was added
    refused_at: str  # the field beside which a refusal stands


def list_page(request: HttpRequest, shelf: Shelf, things: Iterable[Any]) -> HttpResponse:
    """All of them, and the form that adds another."""
    form = shelf.form(_sent(request))
    if form.is_valid():
        try:
            thing = shelf.add(by=author(request), at=now(), **form.facts())
        except Refused as refusal:
            form.add_error(shelf.refused_at, str(refusal))
        else:
            messages.success(request, shelf.added.format(_name(thing)))
            return redirect(f"releases:{shelf.many}")
    context = {"form": form, shelf.many: things}
    return render(request, f"releases/{shelf.many}.html", context, status=422 if form.errors else 200)


def change_page(request: HttpRequest, shelf: Shelf, thing: Any) -> HttpResponse:
    """Change one. A form that is stale keeps its text and shows the difference."""
    name = _name(thing)
    form = shelf.form(_sent(request), instance=thing)
    if form.is_valid() and _is_changed(request, shelf, form, thing):
        messages.success(request, f"{name} is changed.")
        return redirect(f"releases:{shelf.many}")
    context = {"form": form, "thing": thing, "heading": name}
    status = 422 if form.errors else 200
    return render(request, f"releases/{shelf.many.removesuffix('s')}.html", context, status=status)


def take_out(request: HttpRequest, shelf: Shelf, thing: Any) -> HttpResponse:
    """Take one out; `thing` is None when somebody else did."""
    if thing is None:
        raise Conflict(f"Somebody else took this {shelf.one} out already.")
    shelf.remove(thing, by=author(request), at=now())
    messages.success(request, f"{_name(thing)} is taken out.")
    return redirect(f"releases:{shelf.many}")


def _is_changed(request: HttpRequest, shelf: Shelf, form: KeptForm[Any], thing: Any) -> bool:
    try:
        shelf.change(thing, seen=form.seen, by=author(request), at=now(), **form.facts())
    except Conflict as conflict:
        if (there := type(thing).objects.filter(pk=thing.pk).first()) is None:
            raise Conflict(f"Somebody else took this {shelf.one} out meanwhile.") from conflict
        form.came_too_late(there)
    except Refused as refusal:
        form.add_error(shelf.refused_at, str(refusal))
    return not form.errors


def _name(thing: Any) -> str:
    return str(getattr(thing, "title", thing))


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
