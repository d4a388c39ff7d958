"""Change freezes: the list, setting one, changing it, taking it out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused
from releases import actions
from releases.forms.freezes import FreezeForm
from releases.models import Freeze
from releases.views.writing import author

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.POLICY_SET)
@read_or_send
def freezes(request: HttpRequest) -> HttpResponse:
    """Those that are not over, and the form that sets another."""
    form = FreezeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            freeze = actions.set_freeze(by=author(request), at=now(), **form.facts())
        except Refused as refusal:
            form.add_error("ends", str(refusal))
        else:
            messages.success(request, f"{freeze.title} is in the calendar.")
            return redirect("releases:freezes")
    context = {"form": form, "freezes": Freeze.objects.not_over(now()).order_by("span")}
    return render(request, "releases/freezes.html", context, status=422 if form.errors else 200)


@access(Permission.POLICY_SET)
@read_or_send
def edit_freeze(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a freeze. A form that is stale keeps its text and says so."""
    freeze = get_object_or_404(Freeze, ref=ref)
    form = FreezeForm(request.POST if request.method == "POST" else None, freeze=freeze)
    if form.is_valid() and _is_changed(request, form, freeze):
        messages.success(request, f"{form.cleaned_data['title']} is changed.")
        return redirect("releases:freezes")
    context = {"form": form, "freeze": freeze}
    return render(request, "releases/freeze.html", context, status=422 if form.errors else 200)


@access(Permission.POLICY_SET)
@require_POST
def lift(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a freeze out of the calendar."""
    freeze = Freeze.objects.filter(ref=ref).first()
    if freeze is None:
        raise Conflict("Somebody else took this freeze out already.")
    actions.lift_freeze(freeze=freeze, by=author(request), at=now())
    messages.success(request, f"{freeze.title} is taken out.")
    return redirect("releases:freezes")


def _is_changed(request: HttpRequest, form: FreezeForm, freeze: Freeze) -> bool:
    try:
        actions.change_freeze(freeze=freeze, seen=form.seen, by=author(request), at=now(), **form.facts())
    except Conflict as conflict:
        if (there := Freeze.objects.filter(pk=freeze.pk).first()) is None:
            raise Conflict("Somebody else took this freeze out meanwhile.") from conflict
        form.came_too_late(there)
        form.add_error(None, str(conflict))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
