"""The trust's busy times: the list, adding one, changing it, taking it out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from releases import actions
from releases.forms.busy import BusyTimeForm
from releases.models import BusyTime
from releases.views.kept import Shelf, change_page, list_page, take_out

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _change(busy: BusyTime, **facts: Any) -> None:
    actions.change_busy_time(busy=busy, **facts)


def _remove(busy: BusyTime, **facts: Any) -> None:
    actions.remove_busy_time(busy=busy, **facts)


SHELF = Shelf(
    one="busy time", many="busy_times", form=BusyTimeForm,
    add=actions.add_busy_time, change=_change, remove=_remove,
    added="{} is added.", refused_at="starts",
)  # fmt: skip


@access(Permission.POLICY_SET)
@read_or_send
def busy_times(request: HttpRequest) -> HttpResponse:
    """All of them in the order of the day, and the form that adds another."""
    return list_page(request, SHELF, BusyTime.objects.all())


@access(Permission.POLICY_SET)
@read_or_send
def edit_busy_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a busy time."""
    return change_page(request, SHELF, get_object_or_404(BusyTime, pk=pk))


@access(Permission.POLICY_SET)
@require_POST
def remove_busy_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a busy time out."""
    return take_out(request, SHELF, BusyTime.objects.filter(pk=pk).first())
