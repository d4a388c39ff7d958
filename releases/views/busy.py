"""The trust's busy times: the list, adding one, changing it, taking it out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused
from releases import actions
from releases.forms.busy import BusyTimeForm
from releases.models import BusyTime
from releases.views.writing import author

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.POLICY_SET)
@read_or_send
def busy_times(request: HttpRequest) -> HttpResponse:
    """All of them in the order of the day, and the form that adds another."""
    form = BusyTimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            busy = actions.add_busy_time(by=author(request), at=now(), **form.facts())
        except Refused as refusal:
            form.add_error("starts", str(refusal))
        else:
            messages.success(request, f"{busy} is added.")
            return redirect("releases:busy_times")
    context = {"form": form, "busy_times": BusyTime.objects.all()}
    return render(request, "releases/busy_times.html", context, status=422 if form.errors else 200)


@access(Permission.POLICY_SET)
@read_or_send
def edit_busy_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a busy time. A form that is stale keeps its text and shows the difference."""
    busy = get_object_or_404(BusyTime, pk=pk)
    words = str(busy)
    form = BusyTimeForm(request.POST if request.method == "POST" else None, instance=busy)
    if form.is_valid() and _is_changed(request, form, busy):
        messages.success(request, f"{words} is changed.")
        return redirect("releases:busy_times")
    context = {"form": form, "busy": busy, "heading": words}
    return render(request, "releases/busy_time.html", context, status=422 if form.errors else 200)


@access(Permission.POLICY_SET)
@require_POST
def remove_busy_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a busy time out."""
    busy = BusyTime.objects.filter(pk=pk).first()
    if busy is None:
        raise Conflict("Somebody else took this busy time out already.")
    actions.remove_busy_time(busy=busy, by=author(request), at=now())
    messages.success(request, f"{busy} is taken out.")
    return redirect("releases:busy_times")


def _is_changed(request: HttpRequest, form: BusyTimeForm, busy: BusyTime) -> bool:
    try:
        actions.change_busy_time(busy=busy, seen=form.seen, by=author(request), at=now(), **form.facts())
    except Conflict as conflict:
        if (there := BusyTime.objects.filter(pk=busy.pk).first()) is None:
            raise Conflict("Somebody else took this busy time out meanwhile.") from conflict
        form.came_too_late(there)
    except Refused as refusal:
        form.add_error("starts", str(refusal))
    return not form.errors
