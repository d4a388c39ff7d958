"""Pages of the room: log in, log out, password, people."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from continuity.accounts import actions
from continuity.accounts.access import ANYONE, LOGGED_IN, access
from continuity.accounts.forms import LogInForm, NewPasswordForm, PersonForm
from continuity.accounts.middleware import SEEN, STARTED, Unread
from continuity.accounts.models import User
from continuity.accounts.permissions import Permission
from continuity.core.clock import now
from continuity.core.refusals import Refused
from continuity.core.unreachable import UNREACHABLE, unreachable

PEOPLE_A_PAGE = 50
SLOWED_DOWN = "Too many log-ins with this user name did not work. Wait 1 minute, then try again."


@access(ANYONE)
@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in and go on to where one was heading; the trust's own pages only."""
    connection.ensure_connection()  # without the database, say so before somebody types a password
    form = LogInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        request.session[STARTED] = request.session[SEEN] = now().isoformat()
        return redirect(_onward(request))
    return render(request, "accounts/login.html", {"form": form}, status=_status(form))


@access(ANYONE)
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out; without the database this browser forgets the log-in, which ends by itself where it is kept."""
    try:
        logout(request)
    except UNREACHABLE:
        return _forgotten_here(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _forgotten_here(request: HttpRequest) -> HttpResponse:
    request.session = Unread()  # of the other one nothing more is asked
    answer = unreachable(request, is_logged_out=True)
    answer.delete_cookie(settings.SESSION_COOKIE_NAME)
    return answer


def slowed_down(request: HttpRequest, credentials: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """The log-in page while one address guesses one name too often: a minute's wait, never a locked account."""
    form = LogInForm(request)
    form.cleaned_data = {}
    answer = render(request, "accounts/login.html", {"form": form, "slowed_down": SLOWED_DOWN}, status=429)
    answer["Retry-After"] = "60"
    return answer


@access(LOGGED_IN)
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    form = NewPasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        actions.change_password(person=person, password=form.cleaned_data["new"], by=person, at=now())
        update_session_auth_hash(request, person)
        messages.success(request, "Your password is changed. Other computers are logged out.")
        return redirect("/")
    return render(request, "accounts/password.html", {"form": form}, status=_status(form))


@access(Permission.PEOPLE_MANAGE)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, by user name; `?q=` looks in names, job titles and roles."""
    q = request.GET.get("q", "").strip()
    found = User.objects.prefetch_related("roles").order_by("username")
    if q:
        named = Q(username__icontains=q) | Q(last_name__icontains=q) | Q(job_title__icontains=q)
        found = found.filter(named | Q(roles__name__icontains=q)).distinct()
    page = Paginator(found, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"page_obj": page, "q": q})


@access(Permission.PEOPLE_MANAGE)
@sensitive_post_parameters("password")
def person(request: HttpRequest, username: str = "") -> HttpResponse:
    """Add somebody, or change what is known of them."""
    found = get_object_or_404(User, username=username) if username else None
    form = PersonForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, form, username)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "accounts/person.html", {"form": form, "username": username}, status=_status(form))


def _save(request: HttpRequest, form: PersonForm, username: str) -> HttpResponseRedirect:
    details = dict(form.cleaned_data)
    if username:
        kept = User.objects.get(username=username)
        actions.change_person(person=kept, by=_person(request), at=now(), **details)
    else:
        actions.add_person(by=_person(request), at=now(), **details)
    messages.success(request, f"{details['job_title']} is saved.")
    return redirect("accounts:people")


def _onward(request: HttpRequest) -> str:
    onward = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if is_ours else settings.LOGIN_REDIRECT_URL


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the door lets nobody else in
    return request.user


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
