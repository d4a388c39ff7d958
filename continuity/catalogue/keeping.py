"""Pages for those who keep the catalogue: adding and changing sites, areas, teams, services and what these need."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from continuity.accounts.access import LOGGED_IN, access
from continuity.accounts.permissions import Permission
from continuity.catalogue.actions import add, change, depend, stop_depending
from continuity.catalogue.forms import AreaForm, DependencyForm, ServiceForm, SiteForm, TeamForm
from continuity.catalogue.keepers import check_keeper
from continuity.catalogue.kept import KeptForm
from continuity.catalogue.models import Area, Dependency, Service, Site, Team
from continuity.core.clock import now
from continuity.core.refusals import Conflict, Refused


@dataclass(frozen=True)
class List:
    """The list that a kind of thing stands in: its title, the name of its address, and one of the kind."""

    title: str
    name: str
    one: str


LISTS: dict[type[Model], List] = {
    Service: List("Services", "catalogue:services", "a service"),
    Area: List("Areas", "catalogue:areas", "an area"),
    Site: List("Areas", "catalogue:areas", "a site"),
    Team: List("Teams", "catalogue:teams", "a team"),
}
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def add_service(request: HttpRequest) -> HttpResponse:
    return _add(request, ServiceForm)


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def add_area(request: HttpRequest) -> HttpResponse:
    return _add(request, AreaForm)


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def add_team(request: HttpRequest) -> HttpResponse:
    return _add(request, TeamForm)


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def add_site(request: HttpRequest) -> HttpResponse:
    return _add(request, SiteForm)


@access(LOGGED_IN)
@read_or_send
def edit_service(request: HttpRequest, key: str) -> HttpResponse:
    """Administrators, and the members of the team that owns the service; others are told who can."""
    return _edit(request, ServiceForm, get_object_or_404(Service, key=key))


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def edit_area(request: HttpRequest, key: str) -> HttpResponse:
    return _edit(request, AreaForm, get_object_or_404(Area, key=key))


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def edit_team(request: HttpRequest, key: str) -> HttpResponse:
    return _edit(request, TeamForm, get_object_or_404(Team, key=key))


@access(Permission.CATALOGUE_EDIT)
@read_or_send
def edit_site(request: HttpRequest, key: str) -> HttpResponse:
    return _edit(request, SiteForm, get_object_or_404(Site, key=key))


@access(LOGGED_IN)
@read_or_send
def needs(request: HttpRequest, key: str) -> HttpResponse:
    """What a service needs: a list to take from, a short form to add to it."""
    service = get_object_or_404(Service.objects.select_related("owner"), key=key)
    check_keeper(request.user, service)
    form = DependencyForm(request.POST or None, service=service)
    if form.is_valid() and _depends(request, service, form):
        return redirect("catalogue:needs", key=key)
    context = {
        "service": service,
        "form": form,
        "needs": service.dependencies.select_related("on").order_by("-kind", "on__name"),
    }
    return render(request, "catalogue/needs.html", context, status=422 if form.errors else 200)


@access(LOGGED_IN)
@require_POST
def remove_need(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take one dependency out."""
    dependency = (
        Dependency.objects.select_related("service__owner", "on").filter(pk=pk, service__key=key).first()
    )
    if dependency is None:
        raise Conflict("Somebody else took this dependency out already.")
    stop_depending(dependency=dependency, by=_person(request), at=now())
    messages.success(request, f"{dependency.service} no longer needs {dependency.on}.")
    return redirect("catalogue:needs", key=key)


def _depends(request: HttpRequest, service: Service, form: DependencyForm) -> bool:
    on, kind = form.cleaned_data["on"], form.cleaned_data["kind"]
    try:
        depend(service=service, on=on, kind=kind, by=_person(request), at=now())
    except Refused as refusal:
        form.add_error("on", str(refusal))
        return False
    messages.success(request, f"{service} needs {on}.")
    return True


def _add(request: HttpRequest, form_class: type[KeptForm[Any]]) -> HttpResponse:
    kind = form_class._meta.model
    form = form_class(request.POST or None, initial=_asked(request))
    if form.is_valid():
        thing = add(what=kind, by=_person(request), at=now(), **form.facts())
        messages.success(request, f"{thing} is in the catalogue.")
        return redirect(_page_of(thing))
    return _form_page(request, form, f"Add {LISTS[kind].one}", LISTS[kind])


def _edit(request: HttpRequest, form_class: type[KeptForm[Any]], thing: Any) -> HttpResponse:
    check_keeper(request.user, thing)
    heading = f"Change {thing}"
    form = form_class(request.POST or None, instance=thing)
    if form.is_valid() and _changed(request, form, thing):
        messages.success(request, f"{thing} is changed.")
        return redirect(_page_of(thing))
    return _form_page(request, form, heading, LISTS[type(thing)])


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What a link to the form chose already: the site of a new area."""
    site = Site.objects.filter(key=request.GET.get("site", "")).first()
    return {"site": site} if site else {}


def _changed(request: HttpRequest, form: KeptForm[Any], thing: Any) -> bool:
    try:
        change(thing=thing, seen=form.seen, by=_person(request), at=now(), **form.facts())
    except Conflict:
        form.came_too_late(type(thing).objects.get(pk=thing.pk))
        return False
    return True


def _form_page(request: HttpRequest, form: KeptForm[Any], heading: str, above: List) -> HttpResponse:
    context = {"form": form, "heading": heading, "above": above, "address": reverse(above.name)}
    return render(request, "catalogue/form.html", context, status=422 if form.errors else 200)


def _page_of(thing: Any) -> str:
    """Where to go after saving; an area's own page is the board's, its keepers go back to the list."""
    return (
        f"{reverse('catalogue:areas')}#{thing.key}" if isinstance(thing, Area) else thing.get_absolute_url()
    )


def _person(request: HttpRequest) -> Any:
    """Whoever is logged in: the door of these pages lets nobody else through."""
    return request.user
