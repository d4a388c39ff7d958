"""Change freezes: the list, setting one, changing it, taking it out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import access
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from releases import actions
from releases.forms.freezes import FreezeForm
from releases.models import Freeze
from releases.views.kept import Shelf, change_page, list_page, take_out

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _change(freeze: Freeze, **facts: Any) -> None:
    actions.change_freeze(freeze=freeze, **facts)


def _lift(freeze: Freeze, **facts: Any) -> None:
    actions.lift_freeze(freeze=freeze, **facts)


SHELF = Shelf(
    one="freeze", many="freezes", form=FreezeForm,
    add=actions.set_freeze, change=_change, remove=_lift,
    added="{} is in the calendar.", refused_at="ends",
)  # fmt: skip


@access(Permission.POLICY_SET)
@read_or_send
def freezes(request: HttpRequest) -> HttpResponse:
    """Those that are not over, and the form that sets another."""
    return list_page(request, SHELF, Freeze.objects.not_over(now()).order_by("span"))


@access(Permission.POLICY_SET)
@read_or_send
def edit_freeze(request: HttpRequest, ref: str) -> HttpResponse:
    """Change a freeze."""
    return change_page(request, SHELF, get_object_or_404(Freeze, ref=ref))


@access(Permission.POLICY_SET)
@require_POST
def lift(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a freeze out of the calendar."""
    return take_out(request, SHELF, Freeze.objects.filter(ref=ref).first())
