"""Pages of what somebody hears about: for everybody their own, for administrators what each role hears."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.models import Role, User
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Conflict
from continuity.notifications import actions
from continuity.notifications.actions import Wish
from continuity.notifications.channels import sms
from continuity.notifications.forms import ChoicesForm, RoleForm
from continuity.notifications.hearing import heard_by, hearing_of, widest
from continuity.notifications.models import CHOSEN, Channel, RoleDefault

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(LOGGED_IN)
@read_or_send
def choices(request: HttpRequest) -> HttpResponse:
    """What to hear about, how and when. Until somebody has chosen, what their roles hear is ticked."""
    person = _person(request)
    hearing = hearing_of(person)
    form = ChoicesForm(_sent(request), hearing=hearing)
    if form.is_valid():
        actions.choose(person=person, wishes=form.wishes(), manner=form.manner(), by=person, at=now())
        return _saved(request, is_told=bool(form.wishes()))
    context = {"form": form, "hearing": hearing, "has_texts": sms.is_set_up()}
    return render(request, "notifications/choices.html", context, status=_status(form))


@access(LOGGED_IN)
@require_POST
def hear_everything(request: HttpRequest) -> HttpResponse:
    """The one-press beginning: every kind of news about every service, as messages in the portal."""
    wishes = [Wish(kind, Channel.PORTAL) for kind in CHOSEN]
    actions.choose(person=_person(request), wishes=wishes, by=_person(request), at=now())
    return _saved(request, is_told=True)


@access(LOGGED_IN)
@require_POST
def follow_role(request: HttpRequest) -> HttpResponse:
    """Back to what one's roles hear, in one press."""
    actions.follow_role(person=_person(request), by=_person(request), at=now())
    messages.success(request, "You hear what your role hears.")
    return redirect("notifications:choices")


@access(Permission.PEOPLE_MANAGE)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """What each role hears until its holders choose, and how many have not chosen."""
    undecided = Q(people__is_active=True) & (
        Q(people__preference=None) | Q(people__preference__chosen_at=None)
    )
    found = Role.objects.annotate(followers=Count("people", filter=undecided)).order_by("name")
    rows = list(RoleDefault.objects.order_by("pk"))
    lines = [(role, heard_by(role, rows)) for role in found]
    return render(request, "notifications/roles.html", {"lines": lines, "kinds": CHOSEN})


@access(Permission.PEOPLE_MANAGE)
@read_or_send
def role(request: HttpRequest, code: str) -> HttpResponse:
    """Change what one role hears."""
    found = get_object_or_404(Role, code=code)
    form = RoleForm(_sent(request), had=_heard_by(found))
    if form.is_valid() and _is_saved(request, found, form):
        messages.success(
            request, f"What {found} hears is saved. Whoever has chosen for themselves keeps that."
        )
        return redirect("notifications:roles")
    context = {"form": form, "role": found, "has_texts": sms.is_set_up()}
    return render(request, "notifications/role.html", context, status=_status(form))


def _is_saved(request: HttpRequest, role: Role, form: RoleForm) -> bool:
    """Whether it was; otherwise the form says what somebody else saved meanwhile."""
    try:
        actions.set_default(
            role=role, seen=form.cleaned_data["seen"], wishes=form.wishes(), by=_person(request), at=now()
        )
    except Conflict:
        form.came_too_late(_heard_by(role))
        return False
    return True


def _heard_by(role: Role) -> list[Wish]:
    return widest(RoleDefault.objects.filter(role=role))


def _saved(request: HttpRequest, *, is_told: bool) -> HttpResponse:
    told = "Your choices are saved." if is_told else "Your choices are saved. You will not be told anything."
    messages.success(request, told)
    return redirect("notifications:inbox")


def _sent(request: HttpRequest) -> Any:
    """What was sent, also when nothing is ticked; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the door lets nobody else in
    return request.user
